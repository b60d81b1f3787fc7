# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hmac

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.secret_char import SecretChar, SecretError, open_secret

WEBHOOK = "/exivo/webhook"


class ExivoSite(models.Model):
    """A site hears its doors: it knows how far their log was read, and has a webhook.

    Exivo's webhook only wakes the reading of the log; nothing in it is believed.
    """

    _inherit = "exivo.site"

    reads_events = fields.Boolean(
        string="Read Door Events",
        default=True,
        help="Fetch from Exivo what the doors report: openings, refusals and alarms.",
    )
    event_days = fields.Integer(
        string="Keep Door Events (Days)",
        default=90,
        required=True,
        help="Then door events, and who opened doors from Odoo, are deleted.",
    )
    webhook_address = fields.Char(compute="_compute_webhook_address")
    webhook_token = SecretChar(
        readonly=True, copy=False, groups=fields.NO_ACCESS, string="Webhook Token"
    )
    has_webhook_token = fields.Boolean(
        compute="_compute_has_webhook_token", compute_sudo=True
    )

    _event_days_positive = models.Constraint(
        "CHECK(event_days >= 1)", "Door events must be kept for at least a day."
    )

    def _compute_webhook_address(self):
        for site in self:
            site.webhook_address = site.get_base_url() + WEBHOOK

    @api.depends("webhook_token")
    def _compute_has_webhook_token(self):
        for site in self:
            site.has_webhook_token = bool(site.webhook_token)

    def action_read_events(self):
        """Have the log of the doors read soon.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_hindrance()
        if not self.reads_events:
            raise UserError(self.env._("Switch on Read Door Events first."))
        self.sudo()._hear_doors()
        return self._notification(
            "success", self.env._("The log of the doors is being read.")
        )

    def action_open_events(self):
        """Show what the doors of the site report."""
        return self.env["exivo.door.event"]._action_for([("site_id", "in", self.ids)])

    def _find_by_webhook_token(self, token):
        """Return the site that Exivo's webhook speaks for.

        Every token is compared, and each in constant time.

        :param str token: what came in the header.
        :rtype: exivo.site
        """
        found = self.browse()
        for site in self.search([("webhook_token", "!=", False)]):
            try:
                stored = open_secret(site, "webhook_token")
            except SecretError:
                continue
            if hmac.compare_digest(stored.encode(), token.encode()):
                found = site
        return found
