# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoAccess(models.Model):
    """Accesses are counted by when their bookings begin, among very many."""

    _inherit = "exivo.access"

    _booking_start_idx = models.Index("(booking_start) WHERE booking_start IS NOT NULL")
