# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The house has rooms, and no room knows one that stands on it."""

from devkit import rooms


def test_no_room_knows_one_that_stands_on_it():
    assert rooms.find_wrong_arrows() == []


def test_what_is_pure_imports_nothing_of_odoo():
    assert rooms.find_odoo_in_pure() == []


def test_models_are_in_rooms_and_nowhere_else():
    assert [one.name for one in rooms.MODELS.glob("*.py")] == ["__init__.py"]
    folders = {one.parent.name for one in rooms.MODELS.glob("*/__init__.py")}
    assert {*rooms.get_rooms()} == folders
    assert len(folders) <= 18


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
