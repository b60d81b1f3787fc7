# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Answers requests: reads forms, asks models, shows pages.

It decides nothing but whether a booking may still be moved or cancelled in the portal.

- The portal, for customers: ``portal.py`` (the doors on the page of a booking; the rest
  of that page is from ``booking_desk.py``, as is what is done on it: choose a time,
  move, cancel, guests), ``self_service.py`` and ``room_finder.py`` (book a room),
  ``doors.py`` (my doors), ``door_help.py``, ``calendar.py`` (invitations),
  ``calendar_file.py`` (a booking for the visitor's calendar).
- Staff: ``staff.py`` shows a PIN or a link by a click.
- Machines: ``webhook.py`` and ``key_callback.py`` for Exivo, ``health.py`` for whoever
  watches the server.
"""

from . import portal
from . import booking_desk
from . import calendar
from . import calendar_file
from . import doors
from . import door_help
from . import health
from . import key_callback
from . import self_service
from . import room_finder
from . import webhook
from . import staff
