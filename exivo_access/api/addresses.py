# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Decides which addresses may get our secret, and which may be handed to people."""

import ipaddress
import re
from urllib.parse import urlsplit

from . import errors

#: These have no place in an address: blanks, control characters, what breaks out of
#: HTML, and the backslash, which programs read differently.
_FOREIGN = re.compile(r"[\s\x00-\x1f\x7f\"<>\\\ud800-\udfff]")

_SAFE_ID = re.compile(r"[0-9A-Za-z-]+")


def path_id(identifier):
    """Return an id as part of an address.

    Refuse one that could lead the call elsewhere.

    :rtype: str
    :raise Rejected: no Exivo id looks like that.
    """
    if not isinstance(identifier, str) or not _SAFE_ID.fullmatch(identifier):
        raise errors.Rejected("The id holds characters that no Exivo id has")
    return identifier


def check_api_url(url):
    """Bring the address of an Exivo API into its one form.

    :param str url: such as ``https://api.exivo.io``; blanks around it, a trailing
        slash and the version ``/v1`` are taken off.
    :return: the address without a trailing slash.
    :rtype: str
    :raise ValueError: with ``no_url``, ``insecure`` or ``credentials`` as its
        argument: not an http(s) address; http to another machine (the secret would
        travel in clear); user or password within the address.
    """
    parts = _split((url or "").strip())
    if not parts or parts.query or parts.fragment:
        raise ValueError("no_url")
    if not _is_safe(parts):
        raise ValueError("insecure")
    if "@" in parts.netloc:
        raise ValueError("credentials")
    path = re.sub(r"(/v1|/)+$", "", parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}"


def is_page_url(url):
    """Tell whether people may be sent to this page: https, without user or password.

    :param str url: such as ``https://customer.exivo.io/#/doors``.
    :rtype: bool
    """
    parts = _split(url or "")
    return bool(parts and parts.scheme == "https" and "@" not in parts.netloc)


def safe_link(link):
    """Return the link if people may open it, else an empty text.

    The host is not looked at: Exivo may move its pages (it is being rebranded).

    :param link: whatever an answer holds there.
    :rtype: str
    """
    parts = _split(link) if isinstance(link, str) else None
    return link if parts and _is_safe(parts) else ""


def _split(url):
    """Return the parts of an http(s) address with a host, or ``None``."""
    if _FOREIGN.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        # Labels that are empty or too long make HTTP clients stumble.
        name = (host or "").encode("idna")
    except ValueError:
        return None
    if b"%" in name:  # a proxy could read another name in it
        return None
    return parts if name and parts.scheme in ("http", "https") else None


def _is_safe(parts):
    """Tell whether nobody on the way can read along: https, or to this very machine."""
    return parts.scheme == "https" or _is_loopback(parts.hostname)


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
