# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..access.exivo_access import STATES
from ..access.exivo_access_failure import FAILURE_TYPES
from ..rule.methods import METHODS


class ExivoAccessReport(models.Model):
    """A row of the figures of accesses is an access, without its holder.

    Its id is that of the access.
    """

    _name = "exivo.access.report"
    _description = "Figures of Accesses"
    _auto = False
    _order = "start desc, id"
    _rec_name = "start"
    _depends = {
        "exivo.access": [
            *("company_id", "failure_type", "is_of_community", "last_failure_type"),
            *("method", "ordered_at", "site_id", "start", "state"),
        ],
        "exivo.credential": ["access_id", "made_at"],
    }

    start = fields.Datetime(string="From", readonly=True)
    site_id = fields.Many2one(comodel_name="exivo.site", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    method = fields.Selection(selection=METHODS, readonly=True)
    state = fields.Selection(selection=STATES, readonly=True)
    is_of_community = fields.Boolean(string="Standing", readonly=True)
    failure_type = fields.Selection(
        selection=FAILURE_TYPES,
        string="Failure",
        readonly=True,
        help="The last one that there was, also if it has been overcome since.",
    )
    accesses = fields.Integer(readonly=True)
    failures = fields.Integer(readonly=True)
    minutes = fields.Float(
        string="Minutes Until Made",
        readonly=True,
        aggregator="avg",
        help="From the request of the access until it was at the lock system.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT access.id, access.start, access.site_id, access.company_id,
                access.method, access.state, access.is_of_community,
                failed.failure_type, 1 AS accesses,
                (failed.failure_type IS NOT NULL)::int AS failures,
                (
                    SELECT extract(epoch FROM min(made_at) - access.ordered_at) / 60
                    FROM exivo_credential WHERE access_id = access.id
                        AND made_at >= access.ordered_at
                )::float AS minutes
            FROM exivo_access AS access
            CROSS JOIN LATERAL (
                SELECT COALESCE(access.failure_type, access.last_failure_type)
                    AS failure_type
            ) AS failed
            """
        )

    def action_open_access(self):
        """Open the access that a row counts."""
        self.ensure_one()
        counted = self.env["exivo.access"].browse(self.id)
        return {**counted.get_formview_action(), "context": {}}
