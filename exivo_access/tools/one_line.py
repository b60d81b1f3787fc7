# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Takes line breaks out of names that come into the head of a mail."""

from email.header import decode_header, make_header
from email.utils import getaddresses

from odoo.tools import formataddr


def in_one_line(text):
    """Return the text without line breaks, or what there is instead of a text."""
    return " ".join(text.split()) if text else text


def with_name_in_one_line(address):
    """Return the address without line breaks in its name.

    Odoo encodes a name that has other letters than ASCII, line breaks and all.
    """
    address = in_one_line(address)
    if not address or "=?" not in address:
        return address
    return ", ".join(
        formataddr((in_one_line(str(make_header(decode_header(name)))), email))
        for name, email in getaddresses([address])
    )
