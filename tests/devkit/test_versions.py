# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All add-ons have one version, and lint says of one that has another."""

from devkit.commands import versions
from devkit.machine.paths import ADDONS


def test_all_add_ons_have_the_version_of_the_core():
    assert versions.find_others() == []


def test_an_add_on_of_another_version_is_seen(tmp_path):
    for number, addon in enumerate(ADDONS):
        (tmp_path / addon).mkdir()
        manifest = f'# ours\n{{"version": "19.0.{min(number, 1)}.0.0"}}\n'
        (tmp_path / addon / "__manifest__.py").write_text(manifest)
    core, *others = ADDONS
    assert versions.find_others(tmp_path) == [
        f"{addon} has version 19.0.1.0.0, and {core} 19.0.0.0.0" for addon in others
    ]
