# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A time in the shop that somebody has just taken leads back to the others.

A fault of `website_sale_resource_booking` 19.0.1.0.1: it asks the refusal for a name
that it has no longer in Odoo 19, and the customer sees an error of the server. This
file can go once ``booking_confirm`` there reads the refusal's text, and leaves the
booking as it was.
"""

from urllib.parse import urlencode

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.website_sale_resource_booking.controllers.main import WebsiteSale


class ExivoWebsiteSale(WebsiteSale):
    """A time that is taken leads back to the times."""

    @route()
    def booking_confirm(self, index, partner_name, partner_email, when, **post):
        try:
            with request.env.cr.savepoint():
                return super().booking_confirm(
                    index, partner_name, partner_email, when, **post
                )
        except AttributeError as error:
            refusal = error.__context__
            if not isinstance(refusal, ValidationError):
                raise
        return self._lead_to_exivo_times(index, refusal.args[0])

    def _lead_to_exivo_times(self, index, error):
        query = urlencode({"error": error})
        return request.redirect(f"/shop/booking/{index}/schedule?{query}")
