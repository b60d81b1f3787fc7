# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What makes an interrupted set-up harmless, and a change of the add-on seen."""

import pytest

from devkit.machine.files import complete_folder, write_whole
from devkit.machine.paths import digest_tree


def test_folder_has_its_name_only_when_it_is_complete(tmp_path):
    target = tmp_path / "odoo"
    with pytest.raises(KeyboardInterrupt), complete_folder(target) as part:
        (part / "half").touch()
        raise KeyboardInterrupt
    assert not target.exists()
    with complete_folder(target) as part:
        (part / "whole").touch()
    assert [path.name for path in target.iterdir()] == ["whole"]


def test_file_that_is_written_anew_is_never_seen_half_written(tmp_path):
    script = tmp_path / "odoo-bin"
    write_whole(script, "before")
    with script.open() as reader:
        write_whole(script, "after")
        assert reader.read() == "before"
    assert script.read_text() == "after"
    assert [*tmp_path.iterdir()] == [script]


def test_digest_follows_contents_and_names_but_not_what_is_left_out(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "model.py").write_text("a")
    before = digest_tree(tmp_path, ["tests"])
    (tmp_path / "tests" / "test_model.py").write_text("t")
    assert digest_tree(tmp_path, ["tests"]) == before
    (tmp_path / "model.py").write_text("b")
    changed = digest_tree(tmp_path, ["tests"])
    assert changed != before
    (tmp_path / "model.py").rename(tmp_path / "other.py")
    assert digest_tree(tmp_path, ["tests"]) not in (before, changed)
