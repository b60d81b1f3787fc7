# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import models

from .base import is_guarded


class IrRule(models.Model):
    """Whoever is refused what tells of a booking or access learns no name by that."""

    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Override of `base`, which names records to employees in developer mode."""
        name = records._name
        is_withheld = is_guarded(self.env, name) and not records.has_access("read")
        error = super()._make_access_error(operation, records)  # cleans the cache
        if is_withheld:
            named = rf"(\n- [^\n,]*), [\s\S]*? \({re.escape(name)}: "
            error.args = (re.sub(named, rf"\1 ({name}: ", str(error)),)
        return error
