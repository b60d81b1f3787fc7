# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The house has rooms, and no room knows one that stands on it."""

import re

import pytest

from devkit.commands import rooms
from devkit.machine.paths import ADDONS, ROOT

TESTS = rooms.ADDON / "tests"


def test_no_room_knows_one_that_stands_on_it():
    assert rooms.find_wrong_arrows() == []


def test_what_is_pure_imports_nothing_of_odoo():
    assert rooms.find_odoo_in_pure() == []


def test_models_are_in_rooms_and_nowhere_else():
    assert [one.name for one in rooms.MODELS.glob("*.py")] == ["__init__.py"]
    folders = {one.parent.name for one in rooms.MODELS.glob("*/__init__.py")}
    assert {*rooms.get_rooms()} == folders
    assert len(folders) <= 18


def test_views_are_in_the_same_rooms():
    folders = {one.parent.name for one in rooms.ADDON.glob("views/*/*.xml")}
    assert folders <= {*rooms.get_rooms()}
    assert [one.name for one in rooms.ADDON.glob("views/*.xml")] == ["menus.xml"]


def test_data_are_in_the_same_rooms():
    folders = {one.parent.name for one in rooms.ADDON.glob("data/*/*.xml")}
    assert folders <= {*rooms.get_rooms()}
    assert [*rooms.ADDON.glob("data/*.xml")] == []


def test_what_sets_up_a_machine_knows_no_command():
    for path in (ROOT / "devkit" / "machine").glob("*.py"):
        assert "from .." not in path.read_text(), path


def test_tests_are_in_the_same_rooms_or_about_the_whole_house():
    folders = {one.parent.name for one in TESTS.glob("*/*.py")}
    assert folders <= {*rooms.get_rooms(), "house"}
    assert [*TESTS.glob("test_*.py")] == []


@pytest.mark.parametrize("addon", ADDONS)
def test_odoo_runs_every_file_of_tests(addon):
    """pytest also runs a file that ``tests/__init__.py`` does not import for Odoo."""
    tests = ROOT / addon / "tests"
    imported = re.findall(r"import (test_\w+)", (tests / "__init__.py").read_text())
    assert sorted(imported) == sorted(one.stem for one in tests.rglob("test_*.py"))


def test_a_wrong_arrow_is_seen_in_each_kind_of_reference(tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "MODELS", tmp_path)
    (tmp_path / "__init__.py").write_text("from . import low\nfrom . import high\n")
    for room in ("low", "high"):
        (tmp_path / room).mkdir()
    (tmp_path / "high" / "thing.py").write_text('_name = "exivo.thing"\n')
    (tmp_path / "low" / "other.py").write_text(
        "from ..high import thing\n"
        'one = env["exivo.thing"]\n'
        'two = fields.Many2one("exivo.thing")\n'
        'three = fields.Many2one(comodel_name="exivo.thing")\n'
    )
    lines = [one.split(": ")[0] for one in rooms.find_wrong_arrows()]
    assert lines == [f"low/other.py:{number}" for number in (1, 2, 3, 4)]


def test_a_wrong_arrow_is_seen_where_a_model_of_several_rooms_is_extended(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(rooms, "MODELS", tmp_path)
    (tmp_path / "__init__.py").write_text("from . import low\nfrom . import high\n")
    for room in ("low", "high"):
        (tmp_path / room).mkdir()
    (tmp_path / "high" / "booking.py").write_text(
        "class Booking(models.Model):\n"
        '    _inherit = "resource.booking"\n'
        "    guests = fields.Integer()\n"
        "    def _invite(self):\n"
        "        pass\n"
        "    def _tell(self):\n"
        "        return super()._tell()\n"
    )
    (tmp_path / "low" / "other.py").write_text(
        "booking.guests\n"
        'booking.mapped("booking_id.guests")\n'
        "booking._invite()\n"
        "booking._tell()  # which is made elsewhere\n"
        "'Booking and guests.'\n"
    )
    lines = [one.split(": ")[0] for one in rooms.find_wrong_arrows()]
    assert lines == [f"low/other.py:{number}" for number in (1, 2, 3)]
    (tmp_path / "low" / "booking.py").write_text(
        "class Booking(models.Model):\n"
        '    _inherit = "resource.booking"\n'
        "    def _invite(self):\n"
        "        pass\n"
    )
    lines = [one.split(": ")[0] for one in rooms.find_wrong_arrows()]
    assert lines == ["low/other.py:1", "low/other.py:2"]
