# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*Explain* knows who is named for a booking while its order is not confirmed."""

from odoo import models

from odoo.addons.exivo_access.models.explain.finding import INFO, Finding


class ExivoBookingExplainer(models.AbstractModel):
    """Whoever was named in the shop holds the booking once the order is confirmed."""

    _inherit = "exivo.booking.explainer"

    def _explain_person(self, booking, partner):
        name = booking.prereserved_name
        if partner or not name or self._get_people(booking):
            return super()._explain_person(booking, partner)
        text = self.env._(
            "%(name)s is named, and holds it once the order is confirmed.", name=name
        )
        return Finding(INFO, self.env._("Person"), text)
