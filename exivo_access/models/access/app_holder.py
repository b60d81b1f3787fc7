# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import suppress

from odoo import api, models

from ...pure.phone import to_e164
from ..rule.methods import APP


class ExivoAppHolder(models.AbstractModel):
    """Says where the key of a person is sent to: the phone, else the e-mail address."""

    _name = "exivo.app.holder"
    _description = "Exivo App Holder"

    @api.model
    def _get_phone(self, partner, company):
        """Return a person's phone number, in the form that lock systems take.

        A number without a country code is taken as one of the person's country, else of
        the company's.

        :param partner: ``res.partner`` record.
        :param company: ``res.company`` record of the site.
        :rtype: str
        :raise ValueError: there is none that a message could reach.
        """
        partner, company = partner.sudo(), company.sudo()
        countries = partner.country_id | company.country_id
        return to_e164(partner.phone or "", countries.mapped("code"))

    @api.model
    def _get_recipient(self, partner, company):
        """Return the address that a key is sent to.

        The app is on a phone, so the phone number comes first.

        :return: ``+41791234567``, else an e-mail address, else False.
        :rtype: str | bool
        """
        with suppress(ValueError):
            return self._get_phone(partner, company)
        return partner.sudo().email_normalized

    @api.model
    def _is_needed(self):
        """Tell whether the bookings of any room get keys in an app.

        :rtype: bool
        """
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        return any(rule.method == APP for some in rules.values() for rule in some)
