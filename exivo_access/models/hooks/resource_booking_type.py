# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .companies import check_rooms

#: What bookings give their people depends on these fields of their type.
DECIDING_FIELDS = {"company_id", "portal_staff_confirms", "resource_calendar_id"}


class ResourceBookingType(models.Model):
    """A type of bookings says what customers may book by themselves."""

    _inherit = "resource.booking.type"

    portal_bookable = fields.Boolean(
        string="Customers book this in the portal",
        help="It stands under “Book a room” in the portal, where customers choose a "
        "free slot by themselves.",
    )
    portal_open_requests = fields.Integer(
        string="Open Requests per Customer",
        default=2,
        required=True,
        help="How many bookings without a slot one customer may have at once.",
    )

    portal_longest = fields.Float(
        string="Longest by Themselves",
        help="Customers choose how long: one, two or more times the duration, up to "
        "this; long ones in larger steps. 0: always the duration.",
    )

    portal_who = fields.Selection(
        [
            ("login", "Everybody with a login"),
            ("confirmed", "Who has confirmed the e-mail address"),
            ("members", "Members of communities"),
            ("anybody", "Everybody, also without a login"),
        ],
        string="Who May Book",
        default="login",
        required=True,
        help="Whoever follows a link of ours in a mail has confirmed its address. "
        "Employees have a confirmed one. Whoever has no login gets such a link for "
        "each booking, and nothing is held until they follow it.",
    )
    portal_category_ids = fields.Many2many(
        comodel_name="res.partner.category",
        relation="exivo_booking_type_category_rel",
        string="Communities",
        help="Their members may book. Nobody may, as long as there are none.",
    )
    portal_staff_confirms = fields.Boolean(
        string="Staff Confirm First",
        help="What customers book or move is held for them, and opens no door until "
        "somebody of yours presses Confirm on the booking. Followers of this type of "
        "booking are told.",
    )
    portal_most_ahead = fields.Integer(
        string="Bookings to Come",
        help="So many bookings to come one customer may have of this. 0: as many as "
        "they like; without a login five.",
    )
    portal_guests = fields.Integer(
        string="Guests",
        help="Whoever has booked adds so many guests by e-mail. Each gets an access of "
        "their own where a rule of the room is for every attendee.",
    )
    portal_open_to_strangers = fields.Boolean(
        compute="_compute_portal_open_to_strangers"
    )

    @api.depends("portal_bookable", "portal_who", "portal_staff_confirms")
    def _compute_portal_open_to_strangers(self):
        for booking_type in self:
            booking_type.portal_open_to_strangers = (
                booking_type.portal_bookable
                and booking_type.portal_who == "login"
                and not booking_type.portal_staff_confirms
                and booking_type._can_strangers_sign_up()
            )

    def _can_strangers_sign_up(self):
        """Tell whether people can give themselves a login, to book this type.

        :rtype: bool
        """
        return self.env["res.users"]._get_signup_invitation_scope() == "b2c"

    @api.constrains("portal_open_requests")
    def _check_portal_open_requests(self):
        for booking_type in self:
            if booking_type.portal_open_requests < 1:
                raise ValidationError(
                    self.env._(
                        "%(type)s: each customer must be allowed at least one open "
                        "request.",
                        type=booking_type.display_name,
                    )
                )

    def write(self, vals):
        """Override to plan anew what depends on the type."""
        result = super().write(vals)
        if "company_id" in vals:
            self._check_exivo_company()
        if DECIDING_FIELDS & vals.keys():
            collector = self.env["exivo.collector"]
            collector._bookings_matching_changed("type_id", self.ids)
        return result

    def _check_exivo_company(self):
        """Check another company: bookings of one open no room of another.

        :raise AccessError: doors belong to another company than the user's.
        """
        self._check_exivo_rooms()
        if not self.env.su:
            self.check_access("write")  # the type as it is now
        bookings = self.env["resource.booking"].sudo()
        bookings = bookings.with_context(active_test=False)
        booked = bookings.search([("type_id", "in", self.ids)])
        check_rooms(self.env, self._get_exivo_rooms(booked.combination_id))

    def _get_exivo_rooms(self, combinations):
        """Return the rooms of combinations that bookings of these types may open.

        :param combinations: ``resource.booking.combination`` records.
        :rtype: resource.resource
        """
        rooms = combinations.sudo().with_context(active_test=False).resource_ids
        companies = self.sudo().mapped("company_id")
        if all(one.company_id for one in self.sudo()):
            rooms = rooms.filtered(lambda room: room.company_id in companies)
        return rooms

    def _check_exivo_rooms(self):
        """Check that the user may offer the doors of these types.

        :raise AccessError: doors belong to another company.
        """
        for one in self.sudo():
            offered = one.combination_rel_ids.combination_id
            check_rooms(self.env, one._get_exivo_rooms(offered))

    def unlink(self):
        """Override to withdraw accesses: Odoo deletes bookings in SQL, past hooks."""
        bookings = (
            self.env["resource.booking"]
            .sudo()
            .with_context(active_test=False)
            .search([("type_id", "in", self.ids)])
        )
        bookings.exivo_access_ids._withdraw_and_wake()
        return super().unlink()
