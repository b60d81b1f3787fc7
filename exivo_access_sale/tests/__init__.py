# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_order_states
from . import test_payments
from . import test_personal_defaults
from . import test_prices
from . import test_invoices
from . import test_order_lines
from . import test_rule_conditions
from . import test_order_pages
from . import test_orders_planned_anew
from . import test_shared_invoices
from . import test_order_customer
