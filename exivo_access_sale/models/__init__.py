# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says when what a customer has ordered may open doors, and in which words.

Whether an order is paid, or was given back, is decided in ``sale_order.py``, which also
looks at bookings without an order; how much of it came or went is worked out in
``payment_transaction.py`` (online) and ``account_move.py`` (invoices). Carts are looked
at in ``exivo_access_website_sale``. ``planner.py`` asks it, ``collector.py`` and the
files of Odoo's own models hear of changes, ``booking_explainer.py`` and
``sale_order_doors.py`` put it into words. Those that work around faults of
`sale_resource_booking` say when they can go.
"""

from . import account_move
from . import account_payment
from . import booking_explainer
from . import collector
from . import exivo_access_rule
from . import exivo_planning_digest
from . import payment_transaction
from . import planner
from . import resource_booking
from . import resource_booking_type
from . import sale_order
from . import sale_order_closed_rooms
from . import sale_order_customer
from . import sale_order_doors
from . import sale_order_line
from . import sale_order_line_other_room
from . import sale_order_line_unchanged
