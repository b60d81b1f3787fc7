# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: So many accesses that are found gone within that time are one trouble of the site.
MANY, WITHIN = 3, timedelta(hours=1)


class ExivoSite(models.Model):
    """A site may seem to have forgotten accesses: many are found gone at once.

    Staff are told once and decide once. If they like, they decide about each access by
    itself.
    """

    _inherit = "exivo.site"

    gone_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since then many accesses were found gone at Exivo.",
    )
    gone_count = fields.Integer(
        string="Gone at Exivo",
        compute="_compute_gone_count",
        compute_sudo=True,
        help="Accesses that were found gone at Exivo together with others, and about "
        "which nobody has decided.",
    )

    tells_nobody = fields.Boolean(
        compute="_compute_tells_nobody",
        compute_sudo=True,
        help="Nobody is responsible, or who is has left or no longer works with "
        "accesses.",
    )

    @api.depends("user_id.active", "user_id.group_ids", "company_id")
    def _compute_tells_nobody(self):
        alarm = self.env["exivo.alarm"]
        for site in self:
            site.tells_nobody = not alarm._get_responsible(site)

    def write(self, vals):
        """Override to hand open alarms on to whoever is responsible now."""
        if not {"user_id", "company_id"} & vals.keys():
            return super().write(vals)
        before = {site: site.user_id for site in self.sudo()}
        result = super().write(vals)
        for site, user in before.items():
            site.env["exivo.alarm"]._hand_on(site, user)
        return result

    @api.depends("gone_since")
    def _compute_gone_count(self):
        for site in self:
            site.gone_count = len(site._get_gone())

    def _get_gone(self):
        """Return the accesses that were found gone together and are still undecided.

        :rtype: exivo.access
        """
        self.ensure_one()
        accesses = self.env["exivo.access"]
        if not self.gone_since:
            return accesses
        return self._find_gone_since(self.gone_since)

    def _find_gone_since(self, moment):
        found = self.env["exivo.access"].search(
            Domain("site_id", "=", self.id)
            & Domain("stop", ">", fields.Datetime.now())
            & Domain("gone_at_exivo", "=", True)
            & Domain("gone_noted_at", ">=", moment),
            order="start, id",
        )
        return found._in_force()

    def _gather_gone(self, is_told):
        """Note that more was found gone, and decide whether that is many by now.

        :param bool is_told: whether staff are being told that many are gone.
        :return: all that are gone together; none if they are few.
        :rtype: exivo.access
        """
        self.ensure_one()
        if not is_told:
            recent = self._find_gone_since(fields.Datetime.now() - WITHIN)
            if len(recent) < MANY:
                return recent.browse()
            self.gone_since = min(recent.mapped("gone_noted_at"))
        return self._get_gone()

    def _has_many_gone(self):
        """Tell whether so much is found gone, one by one, that there may be more.

        What a comparison with Exivo's list has found does not count.

        :rtype: bool
        """
        self.ensure_one()
        since = fields.Datetime.now() - WITHIN
        return len(self._find_gone_since(max(since, self.compared_at or since))) >= MANY

    def action_make_all_again(self):
        """Give back all accesses that were found gone at Exivo together."""
        self.ensure_one()
        self.check_access("read")
        gone = self.sudo()._get_gone()
        gone.with_env(self.env).action_give_back()
        return self._notification(
            "success",
            self.env._(
                "Accesses that are being made again: %(count)s.", count=len(gone)
            ),
        )
