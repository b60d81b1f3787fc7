# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has the tag of a community follow paid memberships, each way.

Who is a member is decided in ``res_partner_category_members.py``, what a community has
chosen is in ``res_partner_category.py``, and who is told before the end in
``exivo_paid_member_reminder.py``. The files of Odoo's and OCA's models report changes.
"""

from . import account_move
from . import account_move_line
from . import collector
from . import community_planner
from . import exivo_paid_member
from . import exivo_paid_member_reminder
from . import explainer
from . import membership_line
from . import membership_line_state
from . import res_partner
from . import res_partner_category
from . import res_partner_category_members
