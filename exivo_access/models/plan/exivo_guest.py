# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.serialise import serialise


class ExivoGuest(models.Model):
    """Somebody whom a customer takes along to a booking, known by an address only.

    A guest has a contact of their own for each customer who invites them: whether we
    know the address already is nobody's business, and no contact is given away or
    changed. Rules for every attendee hold for guests, too: the planner decides.
    """

    _name = "exivo.guest"
    _description = "Exivo Guest"
    _rec_name = "email"

    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    host_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invited by",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    email = fields.Char(string="E-Mail", required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Override to plan the booking: its guests get accesses."""
        guests = super().create(vals_list)
        self.env["exivo.collector"]._bookings_changed(guests.booking_id)
        return guests

    def write(self, vals):
        """Override to plan the booking: who is taken off it has no access any more."""
        bookings = self.booking_id
        serialise(bookings)
        result = super().write(vals)
        self.env["exivo.collector"]._bookings_changed(bookings | self.booking_id)
        return result

    def unlink(self):
        """Override to plan the booking: see :meth:`write`."""
        bookings = self.booking_id
        serialise(bookings)
        result = super().unlink()
        self.env["exivo.collector"]._bookings_changed(bookings)
        return result
