# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who stands in a room of the models finds its views and tests under the same word."""

from pathlib import Path

from odoo.tests.loader import get_test_modules

ADDON = Path(__file__).parent.parent.parent / "exivo_access"
TESTS = ADDON / "tests"


def rooms(kind, files="*.py"):
    """The names of the folders that hold such files."""
    return {path.parent.name for path in (ADDON / kind).glob(f"*/{files}")}


def test_views_have_the_rooms_of_the_models():
    assert rooms("views", "*.xml") <= rooms("models")
    assert [path.name for path in ADDON.glob("views/*.xml")] == ["menus.xml"]


def test_tests_have_the_rooms_of_the_models_and_one_for_the_whole_house():
    assert rooms("tests") <= rooms("models") | {"house"}
    assert [*TESTS.glob("test_*.py")] == []


def test_odoo_runs_every_file_of_tests():
    """pytest would run a file, too, that nobody has imported for Odoo."""
    files = {Path(module.__file__) for module in get_test_modules(ADDON.name)}
    assert files == {*TESTS.glob("*/test_*.py")}
