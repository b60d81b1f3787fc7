# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ... import adapters

KINDS = [
    (adapters.OPENED, "Opened"),
    (adapters.DENIED, "Denied"),
    (adapters.ALARM, "Alarm"),
    (adapters.NOT_READY, "Not Ready"),
    (adapters.OTHER, "Other"),
]


class ExivoDoorEvent(models.Model):
    """A door event is something that a door reported, and says whose it is if known.

    Rows are only added, by the reader of the log, and deleted when they are old.
    """

    _name = "exivo.door.event"
    _inherit = ["exivo.smart.buttons.mixin"]
    _description = "Exivo Door Event"
    _order = "occurred_at desc, id desc"

    site_id = fields.Many2one(
        comodel_name="exivo.site", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_id = fields.Char(string="ID at Exivo", required=True, readonly=True)
    occurred_at = fields.Datetime(
        string="When", required=True, readonly=True, index=True
    )
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    name = fields.Char(string="At Exivo", readonly=True, help="Exivo's own word.")
    lock_id = fields.Many2one(
        comodel_name="exivo.lock", readonly=True, index=True, ondelete="set null"
    )
    actor = fields.Char(
        string="Who, Says Exivo",
        readonly=True,
        help="Somebody without an access of ours, as Exivo names them.",
    )
    access_id = fields.Many2one(
        comodel_name="exivo.access",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    opening_id = fields.Many2one(
        comodel_name="exivo.opening",
        string="Opened From Odoo",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    certainty = fields.Selection(
        selection=[("certain", "Certain"), ("guess", "A Guess")],
        readonly=True,
        help="Certain: Exivo's log says for which access. A guess: it does not, and "
        "this is the only booking whose doors were open then.",
    )

    _once = models.Constraint(
        "UNIQUE(site_id, remote_id)", "A door event is kept only once."
    )

    @api.depends("kind", "lock_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            parts = [kinds.get(event.kind), event.lock_id.display_name]
            event.display_name = " · ".join(part for part in parts if part)

    def _forget_people(self):
        """Forget whose events these were: it is nobody's business any more."""
        self.write({"partner_id": False, "booking_id": False, "actor": False})

    def _were_heard(self):
        """Let rooms that stand on this one hear what the doors of a site said."""
