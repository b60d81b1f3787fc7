# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Writes the calendar files of our mails. No Odoo import.

All files about one booking are one entry in its reader's calendar, which a file with
a higher number replaces, or cancels. That is what RFC 5546 has *PUBLISH* and *CANCEL*
for: nobody is asked to answer. Start and end of a booking come from
``models/plan/planner_bookings.py``.
"""

from datetime import datetime
from typing import NamedTuple

import vobject
from dateutil.tz import UTC

from .one_line import as_line

#: Calendars know this address of an organiser as one to which nobody can write.
NO_ADDRESS = "invalid:nomail"
#: Files are numbered by the seconds since then. That needs no memory, so that all that
#: write files about a booking agree; it is far above how files were counted before
#: 19.0.1.10.0, and fits into the 32 bits that calendars keep until 2088.
BEGINNING = datetime(2020, 1, 1)  # noqa: DTZ001


class Entry(NamedTuple):
    """An entry holds what a calendar has to know of a booking; times are naive UTC."""

    uid: str
    start: datetime
    stop: datetime
    written_at: datetime
    title: str
    place: str
    link: str
    #: name and e-mail address
    organiser: tuple
    reader_email: str
    is_confirmed: bool = True
    is_cancelled: bool = False

    @property
    def method(self):
        """Return what a calendar is to do with the file, in its words."""
        return "CANCEL" if self.is_cancelled else "PUBLISH"

    @property
    def number(self):
        """Return the number of the file, which takes the place of those before it."""
        return int((self.written_at - BEGINNING).total_seconds())


def build(entry):
    """Write a calendar file.

    :param Entry entry: what it says.
    :rtype: bytes
    """
    calendar = vobject.iCalendar()
    calendar.add("prodid").value = "-//exivo_access//EN"
    calendar.add("method").value = entry.method
    event = calendar.add("vevent")
    event.add("uid").value = entry.uid
    event.add("sequence").value = str(entry.number)
    event.add("status").value = _get_status(entry)
    event.add("dtstamp").value = _in_utc(entry.written_at)
    event.add("dtstart").value = _in_utc(entry.start)
    event.add("dtend").value = _in_utc(entry.stop)
    event.add("summary").value = as_line(entry.title)
    if entry.place:
        event.add("location").value = as_line(entry.place)
    if entry.link and not entry.is_cancelled:
        event.add("url").value = entry.link
        event.add("description").value = entry.link
    _add_people(event, entry)
    return calendar.serialize().encode()


def _add_people(event, entry):
    name, email = entry.organiser
    organiser = event.add("organizer")
    organiser.value = f"mailto:{email}" if email else NO_ADDRESS
    if name:
        # quotation marks stand around the name, and so cannot be in it
        organiser.params["CN"] = [as_line(name).replace('"', "'")]
    if entry.is_cancelled and entry.reader_email:
        event.add("attendee").value = f"mailto:{entry.reader_email}"


def _get_status(entry):
    if entry.is_cancelled:
        return "CANCELLED"
    return "CONFIRMED" if entry.is_confirmed else "TENTATIVE"


def _in_utc(moment):
    return moment.replace(tzinfo=UTC)  # the library knows no other one
