# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import collector
from . import planner_mixin
from . import planner
from . import community_planner
from . import membership
from . import exivo_occupancy
