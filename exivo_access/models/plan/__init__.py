# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Turns rules, bookings and members into accesses, in the transaction of whoever books.

Hooks report ids to the collector; at the end of the transaction the planners compare
what is wanted with what there is. Nothing in here calls Exivo.
"""

from . import collector
from . import exivo_occupancy
from . import exivo_planned
from . import exivo_replan
from . import planner_mixin
from . import planner
from . import membership
from . import community_planner
from . import exivo_access_hour
from . import exivo_access_rule
from . import exivo_site
