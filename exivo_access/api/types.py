# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Defines what goes to Exivo and what comes back, as immutable values.

Field names are ours; the API's own names appear only in ``from_json``/``to_json``.
All times are timezone-aware UTC.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone

from .addresses import path_id, safe_link
from .errors import InvalidAnswer
from .server_clock import MAX_OFFSET

#: The API takes only UTC with a literal Z; it sends 0 to 6 digits of a second. That it
#: never sends an offset is not said.
_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)", re.ASCII
)

#: A text that is shown as one line has at most so many characters.
MAX_LINE = 200


def format_stamp(moment):
    """Write a moment as Exivo takes it: ``2026-01-31T09:00:00Z``.

    Offsets such as ``+00:00`` are refused by the API (OneGov Cloud's experience), so
    the stamp ends with a literal ``Z``. Fractions of a second are cut off.

    :param datetime moment: timezone-aware.
    :rtype: str
    :raise ValueError: a moment without a zone could be any.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_stamp(text):
    """Read a moment from an answer of Exivo.

    :param str text: ``YYYY-MM-DDTHH:MM:SS[.ffffff]`` with ``Z`` or an offset, or
        nothing.
    :return: timezone-aware UTC, or ``None`` where the text is no such stamp.
    :rtype: datetime | None
    """
    match = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    seconds, fraction, zone = match.groups()
    try:
        moment = datetime.strptime(seconds + zone, "%Y-%m-%dT%H:%M:%S%z")
        moment = moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=int((fraction or "0").ljust(6, "0")))


def storable(text):
    """Remove from a text what no database stores: NUL and halves of characters."""
    return re.sub(r"[\0\ud800-\udfff]", "", text)


def id_of(data):
    """Return the id within an answer, which everything that Exivo lists must have.

    :rtype: str
    :raise ValueError: it is missing, or not a text that can be stored.
    """
    identifier = data["id"]
    if not isinstance(identifier, str) or not identifier:
        raise ValueError("An id was expected")
    if storable(identifier) != identifier:
        raise ValueError("An id cannot be stored")
    return identifier


def named_by(path, value):
    """Return what was read, if it is what the path names by its id.

    :raise InvalidAnswer: the answer is about something else.
    """
    if path_id(value.id).casefold() != path.rpartition("/")[2].casefold():
        raise InvalidAnswer("The answer is about something else")
    return value


def has_ended(data):
    """Tell whether a visit, as it stands in an answer, has ended by itself.

    Where its end is still to come, the clock over there is wrong. A clock is set right
    again, and the visit opens doors then: it counts as alive. Where its end is long
    past it is over, although ``expired`` may be missing.

    :rtype: bool
    """
    stop, now = parse_stamp(data.get("validTo")), datetime.now(timezone.utc)
    if stop and stop > now:
        return False
    return data.get("expired") is True or bool(stop and stop <= now - MAX_OFFSET)


def text_of(data, name):
    """Return a text within an answer, without blanks around it; empty without one.

    :rtype: str
    """
    value = data.get(name)
    return storable(value).strip() if isinstance(value, str) else ""


def line_of(text):
    """Return a text on one line, which is not longer than people read.

    :rtype: str
    """
    return " ".join(text.split())[:MAX_LINE]


@dataclass(frozen=True)
class SiteInfo:
    """This is the answer of ``GET /info``."""

    id: str
    name: str
    language: str
    time_zone: str
    #: ``exivo``, or ``real-estate`` for a site of the successor product
    type: str

    @classmethod
    def from_json(cls, data):
        return cls(
            id=id_of(data),
            name=line_of(text_of(data, "name")),
            language=line_of(text_of(data, "language")),
            time_zone=line_of(text_of(data, "timeZone")),
            type=text_of(data, "type") or "exivo",
        )


@dataclass(frozen=True)
class Component:
    """This is one entry of ``GET /component``: a door, a gateway, an alarm door…

    ``kind`` (Exivo's ``templateIdentifier``) is an open set: no complete list of it is
    published, so only the two substrings below are read from it.
    """

    id: str
    name: str
    labelling: str
    kind: str
    ready: bool
    #: open | normal | closed | accessControl, "" where Exivo does not send it
    mode: str
    #: the access zones that it belongs to, none to two
    zone_ids: tuple = ()

    @property
    def is_gateway(self):
        """Tell whether it is a gateway, which opens nothing.

        homebridge-exivo skips gateways by this substring.
        """
        return "gateway" in self.kind.lower()

    @property
    def is_alarm(self):
        """Tell whether visits to it can set off a false alarm (says the API's text)."""
        return "alarm" in self.kind.lower()

    @classmethod
    def from_json(cls, data):
        return cls(
            id=id_of(data),
            name=text_of(data, "identifier") or id_of(data),
            labelling=text_of(data, "labelling"),
            kind=text_of(data, "templateIdentifier"),
            ready=data.get("ready") is not False,
            mode=text_of(data, "mode"),
            zone_ids=_zones_of(data.get("accessZones")),
        )


@dataclass(frozen=True)
class VisitRequest:
    """A visit is to be made: who has the link and types the code opens its doors."""

    #: what staff see in Exivo's log; carries our token, and no person's name
    name: str
    code: str = field(repr=False)
    valid_from: datetime
    valid_to: datetime
    component_ids: tuple
    #: where Exivo sends the link to, by text message (``+41791234567``) or e-mail; if
    #: both are given only the text message goes out
    sms_number: str = field(default="", repr=False)
    email: str = field(default="", repr=False)

    def to_json(self):
        """Return the body of ``POST /visit``.

        ``email`` and ``smsNr`` are left out where empty: the API's text contradicts
        itself on whether one is needed; OneGov Cloud makes visits without either, and
        Exivo then sends no message of its own.
        """
        receivers = {"smsNr": self.sms_number, "email": self.email}
        return {
            "name": self.name,
            "code": self.code,
            "validFrom": format_stamp(self.valid_from),
            "validTo": format_stamp(self.valid_to),
            "components": list(self.component_ids),
            **{name: value for name, value in receivers.items() if value},
        }


class Ending:
    """A visit ends: it is revoked, or its window is over."""

    @property
    def is_live(self):
        """Tell whether it opens doors, now or once its window begins."""
        return not self.revoked and not self.expired

    @property
    def is_over(self):
        """Tell whether it has ended by itself."""
        return self.expired and not self.revoked


@dataclass(frozen=True)
class Visit(Ending):
    """This is a visit as Exivo holds it.

    ``revoked`` and ``expired`` may be missing: then they are False. ``component_ids``
    is what it opens, ``None`` where the answer does not say.
    """

    id: str
    name: str
    #: an address that people may open, else empty
    link: str = field(repr=False)
    revoked: bool
    expired: bool
    component_ids: frozenset | None = None

    @classmethod
    def from_json(cls, data):
        return cls(
            id=id_of(data),
            name=text_of(data, "name"),
            link=safe_link(data.get("link")),
            # Anything but a plain true counts as alive: a door thought locked would
            # stay open.
            revoked=data.get("revoked") is True,
            expired=has_ended(data),
            component_ids=_ids_of(data.get("components")),
        )


def _zones_of(listed):
    """Return the zones in a list, without what is no id that can be stored."""
    zones = map(str, listed if isinstance(listed, list) else ())
    return tuple(zone for zone in zones if storable(zone) == zone)


def _ids_of(listed):
    """Return the ids in a list; ``None`` if it is no list of ids."""
    if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
        return frozenset(listed)
    return None
