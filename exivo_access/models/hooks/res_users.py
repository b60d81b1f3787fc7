# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ResUsers(models.Model):
    """Somebody who signs up by an invitation has got a mail at that address.

    Who has logged in before may have changed the address after the mail was sent.
    Whoever leaves has taken note of no alarm.
    """

    _inherit = "res.users"

    def action_archive(self):
        """Override of `mail`, which deletes what they had to do, to leave alarms."""
        self._leave_exivo_alarms()
        return super().action_archive()

    def unlink(self):
        """Override to leave alarms, which the database would delete with the user."""
        self._leave_exivo_alarms()
        return super().unlink()

    def _leave_exivo_alarms(self):
        types = self.env["ir.model.data"].sudo()
        types = types.search(
            [("module", "=", "exivo_access"), ("model", "=", "mail.activity.type")]
        )
        alarms = self.env["mail.activity"].sudo()
        alarms = alarms.search(
            [
                ("user_id", "in", self.ids),
                ("activity_type_id", "in", types.mapped("res_id")),
                ("automated", "=", True),
            ]
        )
        alarms.user_id = False

    @api.model
    def signup(self, values, token=None):
        """Override of `auth_signup` to note which address a token was sent to."""
        email = ""
        if token:
            partners = self.env["res.partner"].sudo()
            partner = partners._signup_retrieve_partner(token, check_validity=True)
            if partner and not partner._get_login_date():
                email = partner.email_normalized
        result = super().signup(values, token)
        if email:
            partner.exivo_confirmed_email = email
        return result
