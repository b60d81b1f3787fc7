# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain


class ExivoGuest(models.Model):
    """A guest is forgotten some time after the booking; the contact is kept by Odoo."""

    _inherit = "exivo.guest"

    def _get_domain_over(self, moment=None):
        """Return the domain of guests of bookings that were over by a moment.

        A booking that was cancelled may have no end any more. Where doors stay open
        after the end, guests are needed for as long.

        :param datetime moment: UTC; now if left out.
        :rtype: Domain
        """
        now = fields.Datetime.now()
        moment = moment or now
        is_endless = Domain("booking_id.stop", "=", False)
        is_over = Domain("booking_id.stop", "<", moment) | (
            is_endless & Domain("booking_id.write_date", "<", moment)
        )
        in_force = [("is_wanted", "=", True), ("stop", ">", now)]
        return is_over & Domain("booking_id.exivo_access_ids", "not any", in_force)
