# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where a checkout may lie, and what the runs of `./dev test` come to together."""

from pathlib import Path

import pytest

from devkit.commands.testing import sum_up
from devkit.machine.place import check_place
from devkit.machine.report import Stop


@pytest.mark.parametrize("name", ["exivo access", "a&b", "it's", "a;b", "(1)", "$x"])
def test_odd_folder_is_refused_before_anything_is_fetched(name, monkeypatch):
    monkeypatch.delenv("EXIVO_POSTGRES", raising=False)
    with pytest.raises(Stop, match="move this checkout"):
        check_place(Path("/home/somebody") / name)
    monkeypatch.setenv("EXIVO_POSTGRES", "postgresql:///")
    check_place(Path("/home/somebody") / name)


@pytest.mark.parametrize("name", ["exivo_access-19.0", "Türen", "a+b@c"])
def test_usual_folder_will_do(name, monkeypatch):
    monkeypatch.delenv("EXIVO_POSTGRES", raising=False)
    check_place(Path("/home/somebody") / name)


@pytest.mark.parametrize(
    "codes, code",
    [([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([5, 1], 1), ([0, 2], 2)],
)
def test_run_with_nothing_to_test_fails_only_if_no_other_has_anything(codes, code):
    assert sum_up(codes) == code
