# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import resource_booking_awaited
from . import resource_booking_expired
from . import resource_booking_holder
from . import resource_booking_unpaid
from . import sale_order
from . import sale_order_line
