# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..doors.exivo_door_event import KINDS
from ..rule.methods import METHODS


class ExivoDoorReport(models.Model):
    """A row of the figures of doors is a door event, without whose it was.

    Its id is that of the event.
    """

    _name = "exivo.door.report"
    _description = "Figures of Doors"
    _auto = False
    _order = "start desc, id"
    _rec_name = "lock_id"
    _depends = {
        "exivo.access": ["method"],
        "exivo.door.event": [
            *("access_id", "actor", "booking_id", "company_id", "kind", "lock_id"),
            *("occurred_at", "opening_id", "site_id"),
        ],
    }

    start = fields.Datetime(string="When", readonly=True)
    site_id = fields.Many2one(comodel_name="exivo.site", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    lock_id = fields.Many2one(comodel_name="exivo.lock", readonly=True)
    kind = fields.Selection(selection=KINDS, readonly=True)
    way = fields.Selection(
        selection=[
            *METHODS,
            ("odoo", "A Click in Odoo"),
            ("booking", "Of a Booking, Unknown Whose"),
            ("other", "Not One of Ours"),
            ("unknown", "Not Known"),
        ],
        string="Opened With",
        readonly=True,
    )
    events = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT event.id, event.occurred_at AS start, event.site_id,
                event.company_id, event.lock_id, event.kind,
                CASE WHEN event.opening_id IS NOT NULL THEN 'odoo'
                    WHEN access.method IS NOT NULL THEN access.method
                    WHEN event.booking_id IS NOT NULL THEN 'booking'
                    WHEN event.actor IS NOT NULL THEN 'other'
                    ELSE 'unknown' END AS way,
                1 AS events
            FROM exivo_door_event AS event
            LEFT JOIN exivo_access AS access ON access.id = event.access_id
            """
        )

    def action_open_event(self):
        """Open the door event that a row counts."""
        self.ensure_one()
        counted = self.env["exivo.door.event"].browse(self.id)
        return {**counted.get_formview_action(), "context": {}}
