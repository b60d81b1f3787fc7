# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Exivo's calls are remembered for so long, to drop those that it repeats.
KEPT = timedelta(days=1)
BATCH_SIZE = 1000


class ExivoWebhookCall(models.Model):
    """A call says that a site's doors have something to tell.

    Exivo makes it, or somebody here.

    Rows are only added, so that calls side by side are in nobody's way.
    """

    _name = "exivo.webhook.call"
    _description = "Exivo Webhook Call"
    _rec_name = "remote_id"

    site_id = fields.Many2one(
        comodel_name="exivo.site", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_id = fields.Char(
        string="ID at Exivo",
        readonly=True,
        help="Of the event, to drop repeated calls.",
    )
    is_heard = fields.Boolean(
        readonly=True, help="Whether the log has been read because of it."
    )

    _once = models.Constraint(
        "UNIQUE(site_id, remote_id)", "A call is noted only once."
    )
    _waiting_idx = models.Index("(site_id) WHERE is_heard IS NOT TRUE")

    def _note(self, site, remote_id):
        """Note a call.

        :param site: an ``exivo.site`` record.
        :param str remote_id: Exivo's id of the event, if it told one.
        :return: whether it is news.
        :rtype: bool
        """
        self.env.flush_all()
        now = self.env.cr.now()
        return bool(
            self.env.execute_query(
                SQL(
                    "INSERT INTO exivo_webhook_call"
                    " (site_id, company_id, remote_id, create_date, write_date,"
                    " create_uid, write_uid) VALUES (%s, %s, %s, %s, %s, %s, %s)"
                    " ON CONFLICT DO NOTHING RETURNING id",
                    site.id,
                    site.company_id.id,
                    remote_id or None,
                    now,
                    now,
                    self.env.uid,
                    self.env.uid,
                )
            )
        )

    def _hear(self):
        """Note that the log has been read because of these calls."""
        self.is_heard = True

    @api.autovacuum
    def _gc_old(self):
        """Forget calls that Exivo will not repeat any more, also of a site not called.

        :return: how many were forgotten, and whether there may be more.
        :rtype: tuple[int, bool]
        """
        latest = self.env.cr.now() - KEPT  # the clock that rows are stamped with
        old = self.search([("create_date", "<", latest)], limit=BATCH_SIZE)
        old.unlink()
        return len(old), len(old) == BATCH_SIZE
