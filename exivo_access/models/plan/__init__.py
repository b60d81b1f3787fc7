# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Turns rules, bookings, guests and members into accesses, as soon as one changes.

Hooks report ids to the collector; at the end of the transaction the planners compare
what is wanted with what there is (``planner.py``, ``community_planner.py``; what both
do: ``planner_mixin.py``). Whether a booking takes place says ``planner_bookings.py``,
what it wants ``planner_wanted.py``, who gets in ``planner_rights.py`` for bookings and
guests, ``membership.py`` for members. What concerns very many bookings waits in
``exivo_planning_backlog.py``. Nothing in here calls Exivo.
"""

from . import collector
from . import exivo_occupancy
from . import exivo_planning_digest
from . import exivo_planning_backlog
from . import planner_mixin
from . import planner
from . import planner_bookings
from . import planner_rights
from . import planner_wanted
from . import planner_regular
from . import membership
from . import community_planner
from . import community_planner_marks
from . import community_planner_wanted
from . import exivo_access_hour
from . import exivo_guest
from . import exivo_access_rule
from . import exivo_site
from . import res_partner_category
from . import resource_booking
from . import resource_resource
