# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Phone numbers, as people type them and as lock systems take them."""

import pytest

from odoo.addons.exivo_access.pure.phone import to_e164


@pytest.mark.parametrize(
    "text, regions, number",
    [
        ("079 123 45 67", ["CH"], "+41791234567"),
        ("+49 171 1234567", ["CH"], "+491711234567"),
        ("0041 79 123 45 67", ["CH"], "+41791234567"),
        ("+41 79 123 45 67", [], "+41791234567"),
        ("0171 1234567", ["CH", "DE"], "+491711234567"),
        # abroad nobody can tell a landline from a mobile phone
        ("(415) 555-2671", ["US"], "+14155552671"),
    ],
)
def test_what_people_type_is_understood(text, regions, number):
    assert to_e164(text, regions) == number


@pytest.mark.parametrize(
    "text", ["", "12", "at the desk", "079 123 45", "044 668 18 00"]
)
def test_what_no_message_could_reach_is_refused(text):
    with pytest.raises(ValueError):
        to_e164(text, ["CH"])


def test_a_number_of_no_country_is_refused():
    with pytest.raises(ValueError):
        to_e164("079 123 45 67", [])
