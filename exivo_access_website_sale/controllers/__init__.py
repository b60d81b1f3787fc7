# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps the shop's pages to times that are offered, free and still in the cart.

Each file works around a fault of `website_sale_resource_booking`, and says when it can
go.
"""

from . import taken_slot
from . import chosen_time
from . import cancelled_bookings
