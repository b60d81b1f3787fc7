# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

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
from . import sale_order_doors
from . import sale_order_line
