# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Leads to a place on a map."""

from urllib.parse import urlencode

#: Phones open their app for maps with such an address.
MAP_URL = "https://www.google.com/maps/search/"


def get_map_url(place):
    """Return the address of a map with a place.

    :param str place: as somebody has typed it.
    :return: nothing if nothing is said, or if it is an address of the web.
    :rtype: str
    """
    place = " ".join((place or "").split())
    if not place or "://" in place:
        return ""
    return f"{MAP_URL}?{urlencode({'api': 1, 'query': place})}"
