# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.exivo_access.models.explain.finding import Hindrance


class ExivoExplainer(models.AbstractModel):
    """Says why somebody is no member of a community that follows memberships."""

    _inherit = "exivo.explainer"

    def _get_hindrances_of_member(self, partner, communities):
        hindrances = super()._get_hindrances_of_member(partner, communities)
        left = communities.sudo().filtered("exivo_by_membership") - partner.category_id
        lacks = (self._explain_lack(partner, community) for community in left)
        return hindrances + list(dict.fromkeys(filter(None, lacks)))

    def _explain_lack(self, partner, community):
        """Say what the membership lacks that decides about a contact.

        :return: nothing, if there never was one.
        :rtype: Hindrance | None
        """
        today = community._get_exivo_today()
        head = partner.sudo()._get_exivo_heads()
        counting = community._get_exivo_membership_domain(
            date.min, ["invoiced", "waiting", "free", "canceled"]
        )
        lines = head.member_line_ids.filtered_domain(counting).sorted("date_to")
        unpaid = self.env._("The membership of %s is not paid yet.", head.name)
        unposted = self.env._(
            "The invoice of the membership of %s is not posted yet.", head.name
        )
        for state, text in ("invoiced", unpaid), ("waiting", unposted):
            lacking = lines.filtered(lambda one, state=state: one.state == state)
            if lacking and lacking[-1].date_to >= today:
                deposits = lacking[-1]._get_exivo_open_deposits()
                invoice = deposits[:1] or lacking[-1].account_invoice_id
                return Hindrance(text, invoice or head)
            lines -= lacking
        if order := self._get_uninvoiced(head, community):
            text = self.env._(
                "The order %s of a membership has no invoice yet.", order.name
            )
            return Hindrance(text, order)
        stops = [(one.state, one._get_exivo_span()[1]) for one in lines]
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

    def _get_uninvoiced(self, partner, community):
        """Return what a contact has ordered that makes a member once it is invoiced.

        :return: an order, ``None`` if there is none, or no `sale`.
        :rtype: sale.order | None
        """
        if "sale.order.line" not in self.env:
            return None
        today = community._get_exivo_today()
        ordered = Domain("order_id.partner_id", "=", partner.id)
        ordered &= Domain("qty_to_invoice", ">", 0)
        # what was credited is to be invoiced again, as `sale` sees it
        ordered &= Domain("invoice_lines", "=", False)
        ordered &= community._get_exivo_sold_domain("product_id")
        ordered &= Domain("product_id.membership", "=", True)
        ordered &= Domain("product_id.membership_date_to", ">=", today)
        return self.env["sale.order.line"].sudo().search(ordered, limit=1).order_id
