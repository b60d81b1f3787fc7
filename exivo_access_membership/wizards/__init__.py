# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says what becomes of memberships when contacts are merged."""

from . import base_partner_merge
