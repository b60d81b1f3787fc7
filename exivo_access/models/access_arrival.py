# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class ExivoArrivalAccessMixin(models.AbstractModel):
    """What doors say of an access: whether its holder came, and what to do if not."""

    _name = "exivo.arrival.access.mixin"
    _description = "Exivo Arrival Access Mixin"

    event_ids = fields.One2many(
        comodel_name="exivo.door.event", inverse_name="access_id", readonly=True
    )
    arrived_at = fields.Datetime(
        string="Arrived",
        readonly=True,
        copy=False,
        help="When a door was first opened with this access.",
    )
    arrival_is_guess = fields.Boolean(
        readonly=True,
        copy=False,
        help="Exivo's log does not say whose opening it was.",
    )
    can_release = fields.Boolean(compute="_compute_can_release")

    @api.depends("arrived_at", "state", "booking_start", "booking_stop")
    def _compute_can_release(self):
        now = fields.Datetime.now()
        for access in self:
            access.can_release = bool(
                access.booking_id
                and not access.arrived_at
                and access.state == "created"
                and access.booking_start <= now < access.booking_stop
            )

    def _note_arrival(self, events):
        """Note the first opening of each access within its window.

        :param events: new ``exivo.door.event`` records; the log may come late.
        """
        for access in self.filtered("booking_id"):
            openings = events.filtered(
                lambda event, access=access: (
                    event.access_id == access
                    and event.kind == "opened"
                    and access.start <= event.occurred_at <= access.stop
                )
            ).sorted("occurred_at")
            first = openings[:1]
            if first and not (
                access.arrived_at and access.arrived_at <= first.occurred_at
            ):
                access.write(
                    {
                        "arrived_at": first.occurred_at,
                        "arrival_is_guess": first.certainty == "guess",
                    }
                )

    def action_open_events(self):
        """Show what doors report of the access."""
        return self.event_ids._action_for([("access_id", "in", self.ids)])

    def action_release(self):
        """Nobody came: give the room free, and with it take the access away."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_release:
            raise UserError(
                self.env._("Only a booking that runs and nobody came to is released.")
            )
        self.sudo().message_post(body=self.env._("Nobody came: the room is released."))
        # a booking that has begun is frozen for staff, and this is what they decided
        self.booking_id.with_user(SUPERUSER_ID).action_cancel()
