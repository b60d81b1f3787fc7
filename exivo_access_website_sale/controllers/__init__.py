# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import taken_slot
from . import chosen_time
from . import cancelled_bookings
