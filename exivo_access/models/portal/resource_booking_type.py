# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says what customers may book by themselves, and begins a booking for them."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...tools.serialise import serialise

#: Of these, whoever books has shown to read the mails to the address.
CONFIRMED = ("confirmed", "anybody")
#: So many bookings to come has who needs no login, where nothing is said about it.
MOST_OF_ANYBODY = 5
#: So often a day a customer books and cancels again: each time mails all who are on
#: it, has visits made at Exivo, and maybe text messages sent.
MOST_CANCELLED = 20
#: So many lengths are offered one by one, and no more than these of the longer ones:
#: nobody chooses from very many.
LENGTHS = 8
#: In hours: a slot, the longest booking, and a deadline, which may be behind as well.
SHORTEST, LONGEST, FURTHEST = 0.0166, 366 * 24, 36_500 * 24


class Offer(NamedTuple):
    """An offer is something to book, and what the customer has begun of it."""

    booking_type: models.BaseModel
    rooms: models.BaseModel
    open_requests: models.BaseModel
    #: whether the customer may begin another booking of it
    is_available: bool


class ResourceBookingType(models.Model):
    """A customer begins a booking here; `resource_booking` takes over from there.

    Customers have no rights on what is read and made here: callers say for whom, and
    they must say the visitor's own partner.
    """

    _inherit = "resource.booking.type"

    portal_bookable = fields.Boolean(
        string="Customers book this in the portal",
        help="It is listed under “Book a room” in the portal, where customers choose a "
        "free slot by themselves.",
    )
    portal_open_requests = fields.Integer(
        string="Open Requests per Customer",
        default=2,
        required=True,
        help="How many bookings without a slot one customer may have at once.",
    )
    portal_longest = fields.Float(
        string="Longest Duration in the Portal",
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
        help="Their members may book. Nobody may until some are chosen.",
    )
    portal_staff_confirms = fields.Boolean(
        string="Staff Confirm First",
        help="What customers book or move is held for them, and opens no door until "
        "somebody of yours presses Confirm on the booking. Followers of this type of "
        "booking are told.",
    )
    portal_most_ahead = fields.Integer(
        string="Upcoming Bookings per Customer",
        help="How many upcoming bookings of this type one customer may have. 0: as "
        "many as they like, or five where everybody may book, also without a login: "
        "those with a login have no more then.",
    )
    portal_guests = fields.Integer(
        string="Guests",
        help="How many guests may be added by e-mail to a booking. Each gets an access "
        "of their own where a rule of the room is for every attendee.",
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

        Where there are websites, each of them says so, and strangers come by any.

        :rtype: bool
        """
        if "website" not in self.env:
            return self.env["res.users"]._get_signup_invitation_scope() == "b2c"
        websites = self.env["website"].sudo()
        websites = websites.search([("auth_signup_uninvited", "=", "b2c")])
        return bool(websites) and self.company_id <= websites.company_id

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

    @api.constrains(
        "slot_duration",
        "duration",
        "portal_longest",
        "modifications_deadline",
        "portal_bookable",
    )
    def _check_exivo_lengths(self):
        """Check that free times can be worked out: all pages show those of all types.

        :raise ValidationError: slots have no length, or something lasts for ages.
        """
        for booking_type in self:
            if (
                booking_type.slot_duration < SHORTEST
                or max(booking_type.duration, booking_type.portal_longest) > LONGEST
                or abs(booking_type.modifications_deadline) > FURTHEST
            ):
                raise ValidationError(
                    self.env._(
                        "%(type)s: a slot lasts at least a minute, a booking at most a "
                        "year, and a deadline is at most a hundred years away.",
                        type=booking_type.display_name,
                    )
                )

    # === WHO MAY BOOK WHAT === #

    def _get_exivo_bookable(self, partner):
        """Return what a customer may book alone, of what their companies offer.

        Where there are websites, it is the company of the one that is looked at.

        :param partner: the customer's ``res.partner``.
        :rtype: resource.booking.type
        """
        return self._get_exivo_offered().filtered(
            lambda one: one._is_for_exivo_customer(partner)
        )

    def _get_exivo_to_confirm(self, partner):
        """Return what a customer may book after having confirmed the e-mail address.

        :rtype: resource.booking.type
        """
        return self._get_exivo_offered().filtered(
            lambda one: (
                one.portal_who in CONFIRMED and not one._is_for_exivo_customer(partner)
            )
        )

    def _get_exivo_within_reach(self, partner):
        """Return what a customer may book alone, if need be after having confirmed.

        Whoever has only to confirm the address is led to where one does that.

        :rtype: resource.booking.type
        """
        to_confirm = self._get_exivo_to_confirm(partner)
        return self._get_exivo_bookable(partner) | to_confirm

    def _get_exivo_for_anybody(self):
        """Return what can be booked without a login.

        :rtype: resource.booking.type
        """
        return self._get_exivo_offered().filtered(
            lambda one: one.portal_who == "anybody"
        )

    def _get_exivo_offered(self):
        return self.sudo().search(
            [
                ("portal_bookable", "=", True),
                ("combination_rel_ids", "!=", False),
                ("company_id", "in", (False, *self.env.companies.ids)),
            ],
            order="name, id",
        )

    def _is_for_exivo_customer(self, partner):
        """Tell whether a customer is one of those whom a type of booking is for."""
        partner = partner.sudo()
        if self.portal_who == "members":
            communities = self.sudo().portal_category_ids
            return communities._has_exivo_member(partner, self.company_id)
        if self.portal_who in CONFIRMED:
            email = partner.email_normalized
            return bool(email and email == partner.exivo_confirmed_email) or any(
                user._is_internal() for user in partner.user_ids
            )
        return True

    # === BEGINNING A BOOKING === #

    def _get_exivo_offers(self, partner):
        """Return what a customer needs to know before booking something.

        :param partner: the customer's ``res.partner``, who may book all of it.
        :rtype: list[Offer]
        """
        bookings = self.env["resource.booking"].sudo()
        begun = bookings.search(self._get_exivo_begun(partner, ["pending"]), order="id")
        available = self._filter_exivo_available(partner)
        return [
            Offer(
                one,
                one.combination_rel_ids.combination_id._get_exivo_public_rooms(),
                begun.filtered(lambda booking, one=one: booking.type_id == one),
                one in available,
            )
            for one in self
        ]

    def _get_exivo_begun(self, partner, states):
        return [
            ("from_portal", "=", True),
            ("state", "in", states),
            ("type_id", "in", self.ids),
            ("partner_ids", "in", partner.ids),
        ]

    def _may_begin_exivo_booking(self, partner):
        """Tell whether a customer may begin another booking.

        What waits for staff holds a room, so that counts like what has no slot yet.

        :param partner: the customer's ``res.partner``, who may book it.
        :rtype: bool
        """
        return bool(self._filter_exivo_available(partner))

    def _filter_exivo_available(self, partner):
        """Return those of which a customer may begin another booking."""
        if self._has_exivo_cancelled_often(partner):
            return self.browse()
        return self._filter_exivo_may_wait(partner) - self._filter_exivo_most(partner)

    def _filter_exivo_may_wait(self, partner, states=("pending", "scheduled")):
        """Return those of which another booking of a customer may wait.

        :param tuple states: of the bookings that count.
        """
        bookings = self.env["resource.booking"].sudo()
        groups = bookings._read_group(
            [
                *self._get_exivo_begun(partner, states),
                "|",
                ("stop", "=", False),
                ("stop", ">", fields.Datetime.now()),
                "|",
                ("meeting_id", "=", False),
                ("meeting_id.active", "=", True),
            ],
            ["type_id", "state"],
            ["__count"],
        )
        waiting = Counter()
        for booking_type, state, count in groups:
            if state == "pending" or booking_type.portal_staff_confirms:
                waiting[booking_type.id] += count
        return self.filtered(lambda one: waiting[one.id] < one.portal_open_requests)

    def _get_exivo_limit(self, partner):
        """Return what keeps a customer from booking another time of this.

        :return: ``waiting``: staff are to confirm others first; ``most``: there are as
            many to come as one may have; ``often``: the customer has cancelled very
            many of late; nothing does.
        :rtype: str
        """
        if self.portal_staff_confirms and not self._filter_exivo_may_wait(
            partner, ("scheduled",)
        ):
            return "waiting"
        return self._get_exivo_fullness(partner)

    def _get_exivo_fullness(self, partner):
        if self._has_exivo_most(partner):
            return "most"
        return "often" if self._has_exivo_cancelled_often(partner) else ""

    def _has_exivo_cancelled_often(self, partner):
        """Tell whether a customer has booked and cancelled very often within a day.

        What was booked counts, not when it was cancelled, whatever it was.
        """
        bookings = self.env["resource.booking"].sudo()
        since = self.env.cr.now() - timedelta(days=1)  # the clock that stamps rows
        cancelled = [
            ("from_portal", "=", True),
            ("active", "=", False),
            ("partner_ids", "in", partner.ids),
            ("create_date", ">", since),
        ]
        count = bookings.search_count(cancelled, limit=MOST_CANCELLED)
        return count == MOST_CANCELLED

    def _has_exivo_most(self, partner):
        """Tell whether a customer has booked as much of this as one may."""
        return bool(self._filter_exivo_most(partner))

    def _filter_exivo_most(self, partner):
        """Return those of which a customer has booked as much as one may."""
        limited = self.filtered(lambda one: one._get_exivo_most_ahead())
        bookings = self.env["resource.booking"].sudo()
        groups = bookings._read_group(
            [
                ("from_portal", "=", True),
                ("type_id", "in", limited.ids),
                ("partner_ids", "in", partner.ids),
                ("stop", ">", fields.Datetime.now()),
                ("meeting_id.active", "=", True),
            ],
            ["type_id"],
            ["__count"],
        )
        ahead = {booking_type.id: count for booking_type, count in groups}
        return limited.filtered(
            lambda one: ahead.get(one.id, 0) >= one._get_exivo_most_ahead()
        )

    def _get_exivo_most_ahead(self):
        most = self.portal_most_ahead
        return most or (MOST_OF_ANYBODY if self.portal_who == "anybody" else 0)

    def _begin_exivo_booking(self, partner):
        """Make a booking without a slot; the customer goes on to choose one.

        Clicks of one customer wait for one another, so that several at once do not
        pass the limit.

        :param partner: the customer's ``res.partner``, who may book it.
        :return: the booking; empty when the customer has too many open ones.
        :rtype: resource.booking
        """
        bookings = self.env["resource.booking"].sudo()
        serialise(partner)
        if not self._may_begin_exivo_booking(partner):
            return bookings
        return bookings.create(self._get_exivo_booking_vals(partner))

    def _get_exivo_booking_vals(self, partner):
        """Return what a booking begins with that a customer makes."""
        return {
            "type_id": self.id,
            "partner_ids": [Command.set(partner.ids)],
            # Not the customer: when staff move an event, `calendar` takes back its
            # organiser's acceptance, and with it the access.
            "user_id": False,
            "from_portal": True,
        }

    # === HOW LONG, WHERE AND FOR HOW MUCH === #

    def _get_exivo_prices(self):
        """Return what their durations cost, where that is known. Add-ons that sell do.

        :return: for each type, texts by the id of a combination; by ``False`` for all
            the others.
        :rtype: dict[resource.booking.type, dict[int | bool, str]]
        """
        return {one: {} for one in self}

    def _get_exivo_lengths(self):
        """Return how long customers may book, in hours, shortest first.

        Long ones stand in larger steps, and the longest is among them.

        :rtype: tuple[float]
        """
        first = self.duration
        most = max(1, int((self.portal_longest + 1e-6) // first) if first else 1)
        step = 1
        while most - LENGTHS > LENGTHS * step:
            step *= 2
        short = range(1, min(most, LENGTHS) + 1)
        times = {*short, *range(step, most + 1, step), most}
        return tuple(first * number for number in sorted(times))

    def _get_exivo_length(self, hours):
        """Return the length that is meant: addresses and Odoo round it to 0.01 hours.

        :rtype: float
        """
        lengths = self._get_exivo_lengths()
        meant = [one for one in lengths if abs(one - hours) < 0.008]
        return meant[0] if meant else hours or lengths[0]

    def _get_exivo_zone(self):
        return pytz.timezone(self.resource_calendar_id.tz or "UTC")

    def _get_exivo_today(self):
        """Return the day that it is where its rooms are.

        :rtype: date
        """
        zone = self.resource_calendar_id.tz or self.env.context.get("tz")
        return fields.Date.context_today(self.with_context(tz=zone))

    def _get_exivo_midnight(self, day):
        """Return when a day begins in the zone of a booking type.

        Where clocks go back to midnight, that is the first of two.

        :rtype: datetime
        """
        zone, midnight = self._get_exivo_zone(), datetime.combine(day, time.min)
        first = zone.normalize(zone.localize(midnight, is_dst=True))
        return first if first.date() == day else zone.localize(midnight)
