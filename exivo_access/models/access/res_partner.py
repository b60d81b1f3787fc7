# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import suppress

from odoo import fields, models

from ...pure.phone import to_e164


class ResPartner(models.Model):
    """A contact holds accesses, and has an address that Exivo sends keys to."""

    _inherit = "res.partner"

    exivo_access_count = fields.Integer(
        compute="_compute_exivo_access_count", groups="exivo_access.group_user"
    )
    exivo_access_ids = fields.One2many(
        comodel_name="exivo.access",
        inverse_name="partner_id",
        string="Accesses",
        readonly=True,
        groups="exivo_access.group_user",
    )

    def _compute_exivo_access_count(self):
        counts = self.env["exivo.access"]._count_by("partner_id", self)
        for partner in self:
            partner.exivo_access_count = counts.get(partner.id, 0)

    def action_open_exivo_accesses(self):
        """Show the accesses that the contact holds."""
        return self.env["exivo.access"]._action_for([("partner_id", "in", self.ids)])

    def _get_exivo_phone(self, company):
        """Return the phone number, in the form that lock systems take.

        A number without a country code is taken as one of the person's country, else of
        the company's.

        :param company: ``res.company`` record of the site.
        :rtype: str
        :raise ValueError: there is none that a message could reach.
        """
        partner = self.sudo()
        countries = partner.country_id | company.sudo().country_id
        return to_e164(partner.phone or "", countries.mapped("code"))

    def _get_exivo_recipient(self, company):
        """Return the address that a key in an app is sent to.

        The app is on a phone, so the phone number comes first.

        :return: ``+41791234567``, else an e-mail address, else False.
        :rtype: str | bool
        """
        with suppress(ValueError):
            return self._get_exivo_phone(company)
        return self.sudo().email_normalized
