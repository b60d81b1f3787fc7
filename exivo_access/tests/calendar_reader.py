# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Reads calendar files by RFC 5545 and 5546, strictly and without the builder's help.

It knows what our files may hold, and complains about anything else.
"""

import re
from datetime import datetime, timezone
from typing import NamedTuple

LINE = re.compile(
    r"(?P<name>[A-Z-]+)"
    r"(?P<parameters>(?:;[A-Z-]+=(?:\"[^\"\x00-\x1f]*\"|[^\";:,\x00-\x1f]*))*)"
    r":(?P<value>[^\x00-\x1f]*)"
)
PARAMETER = re.compile(r";([A-Z-]+)=(?:\"([^\"]*)\"|([^\";:,]*))")
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS"}
AT_MOST_ONCE = {"LOCATION", "DESCRIPTION", "URL", "ORGANIZER"}
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION"}
MOMENTS = {"DTSTAMP", "DTSTART", "DTEND"}


class Entry(NamedTuple):
    """What one file says: its method, and the properties of its one event."""

    method: str
    values: dict
    parameters: dict


def read(content):
    """Read a calendar file with one event.

    :param bytes content: the file.
    :rtype: Entry
    """
    lines = [_read_line(one) for one in _unfold(content)]
    assert lines[0] == ("BEGIN", {}, "VCALENDAR"), lines[0]
    assert lines[-1] == ("END", {}, "VCALENDAR"), lines[-1]
    begin = lines.index(("BEGIN", {}, "VEVENT"))
    head, event = lines[1:begin], lines[begin + 1 : -2]
    assert lines[-2] == ("END", {}, "VEVENT"), lines[-2]
    about = {name: value for name, _parameters, value in head}
    assert len(about) == len(head) == 3, head
    assert about["VERSION"] == "2.0" and about["PRODID"], about
    names = [name for name, _parameters, _value in event]
    known = ONCE | AT_MOST_ONCE | {"ATTENDEE"}
    assert set(names) <= known, set(names) - known
    for name in known:
        assert names.count(name) <= 1, f"{name} stands there more than once"
    assert not ONCE - set(names), ONCE - set(names)
    entry = Entry(
        about["METHOD"],
        {name: _read_value(name, value) for name, _parameters, value in event},
        {name: parameters for name, parameters, _value in event},
    )
    _check_method(entry)
    return entry


def _unfold(content):
    assert content.endswith(b"\r\n"), "the last line has no end"
    rows = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(row) <= 75 for row in rows), "a line is too long"
    return b"\r\n".join(rows).replace(b"\r\n ", b"").decode().split("\r\n")


def _read_line(line):
    match = LINE.fullmatch(line)
    assert match, f"no line of a calendar file: {line!r}"
    found = PARAMETER.findall(match["parameters"])
    parameters = {name: quoted or plain for name, quoted, plain in found}
    return match["name"], parameters, match["value"]


def _read_value(name, value):
    if name in MOMENTS:
        moment = datetime.strptime(value, "%Y%m%dT%H%M%SZ")  # noqa: DTZ007
        return moment.replace(tzinfo=timezone.utc)
    if name == "SEQUENCE":
        return int(value)
    if name in TEXTS:
        assert not re.search(r"(?<!\\)(?:\\\\)*(?:[;,]|\\[^\\;,nN])", value), value
        return re.sub(r"\\(.)", lambda one: "\n" if one[1] in "nN" else one[1], value)
    return value


def _check_method(entry):
    """Hold the event against what RFC 5546 asks for with its method."""
    values = entry.values
    if entry.method == "CANCEL":
        assert values["STATUS"] == "CANCELLED", values
        assert "ATTENDEE" in values, values
    else:
        assert entry.method == "PUBLISH", entry.method
        assert values["STATUS"] in ("CONFIRMED", "TENTATIVE"), values
        assert "ATTENDEE" not in values, values
    assert "ORGANIZER" in values, values
    assert values["DTSTART"] < values["DTEND"], values


class Calendar:
    """Somebody's calendar, which takes in files as they come."""

    def __init__(self):
        self.entries = {}

    def take(self, content):
        """Take in a file, unless it is older than what is there of its event.

        :rtype: Entry
        """
        entry = read(content)
        before = self.entries.get(entry.values["UID"])
        if not before or before.values["SEQUENCE"] < entry.values["SEQUENCE"]:
            self.entries[entry.values["UID"]] = entry
        return entry
