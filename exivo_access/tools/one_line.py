# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Takes line breaks out of names that come into the head of a mail."""

from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import getaddresses

from odoo.tools import formataddr

from ..pure.one_line import as_line


def in_one_line(text):
    """Return the text without line breaks, or what there is instead of a text.

    In the head of a mail letters can be written in code, and so can line breaks. What
    looks like code stays as it looks: whoever writes a mail would decode it.
    """
    if not text:
        return text
    text = as_line(text)
    end = max(text.rfind("?="), 0)
    return text[:end].replace("=?", "= ?") + text[end:]


def with_name_in_one_line(address):
    """Return the address without line breaks in its name.

    Odoo encodes a name that has other letters than ASCII, line breaks and all.
    """
    if not address or "=?" not in address:
        return in_one_line(address)
    pairs = getaddresses([as_line(address)])
    addresses = (formataddr((as_line(_decode(name)), email)) for name, email in pairs)
    return in_one_line(", ".join(addresses))


def _decode(name):
    """Return a name as people read it; what only looks encoded stays as it is."""
    try:
        return str(make_header(decode_header(name))).encode().decode()
    except (LookupError, ValueError, HeaderParseError):  # it is somebody's name
        return name
