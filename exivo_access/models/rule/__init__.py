# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds the rules: who books this room, or belongs to this community, opens what.

``methods.py`` lists the ways in, and all that follows from each. What a rule does to
bookings is decided in ``plan``; here it only says what it wants.
"""

from . import exivo_access_rule
from . import exivo_access_rule_ways
from . import exivo_access_rule_zones
from . import exivo_site
from . import exivo_lock
from . import resource_resource
