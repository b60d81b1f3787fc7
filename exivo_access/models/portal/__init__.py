# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what customers do by themselves: book, move, cancel, ask why a door is shut.

Whatever they send is checked again here; the controllers only read forms.
"""

from . import exivo_access
from . import self_service
from . import booking_desk
from . import free_times
from . import room_finder
from . import exivo_guest
