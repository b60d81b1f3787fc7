# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what customers do by themselves: book, move, cancel, ask why a door is shut.

Whatever they send is checked again here; but whether it is too late, or was too often,
to move or cancel a booking is asked in ``controllers/booking_desk.py``. Who may book is
in ``resource_booking_type.py``, what is free in ``room_finder.py`` (times of rooms:
``resource_booking_times.py``; nothing archived: ``resource_booking_archived.py``), how
a booking is moved or cancelled in ``resource_booking.py``, who hears what customers
write about one in ``resource_booking_messages.py``, what others than its people are
told of its doors in ``resource_booking_doors.py``, who may add guests in
``exivo_guest.py`` (what they get: ``plan/planner_rights.py``), and how people without a
login book in ``exivo_booking_request.py``. Whoever waits for staff is told in
``exivo_awaited_answer.py``.
"""

from . import exivo_site
from . import ir_http
from . import known_records
from . import res_partner
from . import res_users
from . import resource_booking_type
from . import resource_booking
from . import resource_booking_archived
from . import resource_booking_doors
from . import resource_booking_messages
from . import resource_booking_times
from . import exivo_access
from . import exivo_guest
from . import exivo_booking_request
from . import exivo_awaited_answer
from . import synchroniser
from . import resource_resource
