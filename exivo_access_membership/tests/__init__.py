# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_community_form
from . import test_decisions
from . import test_down_payments
from . import test_explain
from . import test_mail_template
from . import test_memberships
from . import test_memberships_of_others
from . import test_reminders
from . import test_rights
from . import test_shared_invoices
from . import test_spans
