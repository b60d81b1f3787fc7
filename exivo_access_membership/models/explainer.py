# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import api, models
from odoo.tools import format_date

from odoo.addons.exivo_access.models.explain.finding import Hindrance

from .res_partner_category_members import get_span


class ExivoExplainer(models.AbstractModel):
    """Says why somebody is no member of a community that follows memberships."""

    _inherit = "exivo.explainer"

    @api.model
    def _get_hindrances_of_member(self, partner, communities):
        hindrances = super()._get_hindrances_of_member(partner, communities)
        left = communities.sudo().filtered("exivo_by_membership") - partner.category_id
        lacks = (self._explain_lack(partner, community) for community in left)
        return hindrances + list(dict.fromkeys(filter(None, lacks)))

    @api.model
    def _explain_lack(self, partner, community):
        """Say what the membership lacks that decides about a contact.

        :return: nothing, if there never was one.
        :rtype: Hindrance | None
        """
        today = community._get_exivo_today()
        head = partner.sudo()._get_exivo_heads()
        counting = community._get_exivo_membership_domain(
            date.min, ["invoiced", "free", "canceled"]
        )
        lines = head.member_line_ids.filtered_domain(counting).sorted("date_to")
        unpaid = lines.filtered(lambda one: one.state == "invoiced")
        if unpaid and unpaid[-1].date_to >= today:
            text = self.env._("The membership of %s is not paid yet.", head.name)
            return Hindrance(text, unpaid[-1].account_invoice_id or head)
        stops = [(one.state, get_span(one)[1]) for one in lines - unpaid]
        if any(state == "canceled" and stop > today for state, stop in stops):
            # it was to end later, or is to be taken up again
            text = self.env._("The membership of %s is cancelled.", head.name)
            return Hindrance(text, head)
        ended = [stop for _state, stop in stops if stop <= today]
        if not ended:
            return None
        day = format_date(self.env, max(ended))
        text = self.env._(
            "The membership of %(name)s ended on %(day)s.", name=head.name, day=day
        )
        return Hindrance(text, head)
