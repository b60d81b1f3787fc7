# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Adds members to sites, rules and accesses, and the persons that they are at Exivo.

A slice: each file extends the model that it is named by. Who is a member of what is
found in ``plan``.
"""

from . import exivo_person
from . import exivo_access_hour
from . import exivo_site
from . import exivo_access_rule
from . import exivo_access
from . import exivo_access_person
from . import res_partner
from . import res_partner_category
