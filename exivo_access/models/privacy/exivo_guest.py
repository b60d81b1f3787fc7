# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain


class ExivoGuest(models.Model):
    """A guest is forgotten some time after the booking; the contact is kept by Odoo."""

    _inherit = "exivo.guest"

    @api.model
    def _get_domain_over(self, moment=None):
        """Return the domain of guests of bookings that were over by a moment.

        A booking that was cancelled may have no end any more.

        :param datetime moment: UTC; now if left out.
        :rtype: Domain
        """
        moment = moment or fields.Datetime.now()
        is_endless = Domain("booking_id.stop", "=", False)
        return Domain("booking_id.stop", "<", moment) | (
            is_endless & Domain("booking_id.write_date", "<", moment)
        )
