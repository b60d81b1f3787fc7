# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import account_move
from . import collector
from . import community_planner
from . import exivo_paid_member
from . import exivo_paid_member_reminder
from . import exivo_paid_memberships
from . import explainer
from . import membership_line
from . import res_partner
from . import res_partner_category
