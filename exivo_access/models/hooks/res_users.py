# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ResUsers(models.Model):
    """Somebody who signs up by an invitation has got a mail at that address."""

    _inherit = "res.users"

    @api.model
    def signup(self, values, token=None):
        """Override of `auth_signup` to note which address a token was sent to."""
        email = ""
        if token:
            partners = self.env["res.partner"].sudo()
            partner = partners._signup_retrieve_partner(token, check_validity=True)
            if partner and partner._is_exivo_invited_by_mail():
                email = partner.email_normalized
        result = super().signup(values, token)
        if email:
            partner.exivo_confirmed_email = email
        return result
