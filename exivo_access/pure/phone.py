# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Writes phone numbers in the form that lock systems take. No Odoo import."""

import phonenumbers


def to_e164(text, regions):
    """Write a phone number as lock systems take it: ``+41791234567``.

    :param str text: as somebody has typed it.
    :param regions: country codes such as ``CH``, tried in this order for a number
        without a country of its own.
    :rtype: str
    :raise ValueError: no number that a message could reach: not one at all, or
        surely that of a landline.
    """
    for region in [*regions, None]:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        kind = phonenumbers.number_type(number)
        if phonenumbers.is_valid_number(number) and (
            kind != phonenumbers.PhoneNumberType.FIXED_LINE
        ):
            return phonenumbers.format_number(
                number, phonenumbers.PhoneNumberFormat.E164
            )
    raise ValueError("No number that a message could reach")
