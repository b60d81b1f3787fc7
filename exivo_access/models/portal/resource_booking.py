# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets customers choose a time for a booking of a room with doors, or cancel it."""

from datetime import datetime, time, timedelta, timezone

from dateutil.parser import isoparse
from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.language import for_staff
from ...tools.period import format_period, format_time
from ...tools.serialise import TakenMeanwhile, serialise
from ...tools.transactions import together_or_each
from ..mails import letter

#: Customers may look so far ahead for a time by themselves.
HORIZON = relativedelta(years=2)
#: So often a booking is moved in the portal: each move mails all who are on it, has
#: visits made at Exivo, and maybe text messages sent.
MOST_MOVES = 20
#: A booking that a customer began may wait so long for its slot.
PATIENCE = timedelta(hours=24)


def read_moment(text):
    """Read a moment as the schedule page writes it.

    :param text: whatever a request brings.
    :return: the moment with its zone; nothing if it is not one, or says no zone.
    :rtype: datetime | None
    """
    try:
        moment = isoparse(text)
        for hours in (-24, 24):  # it can be read in any zone
            as_naive(moment + timedelta(hours=hours))
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def as_naive(moment):
    """Return a moment as Odoo keeps it: in UTC, and without saying so."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


class ResourceBooking(models.Model):
    """Customers get of a booking what its schedule page offers them, and no more.

    Bookings are as `resource_booking` has its portal work with them: in superuser mode,
    and in the zone of their type's calendar.
    """

    _inherit = "resource.booking"

    # It is given at creation and never again: each write on a booking mails its
    # attendees.
    from_portal = fields.Boolean(
        string="Begun in the Portal",
        readonly=True,
        copy=False,
        help="The customer began this booking under “Book a room”. It is deleted when "
        "no time is chosen within a day.",
    )

    portal_moves = fields.Integer(
        string="Moves in the Portal",
        readonly=True,
        copy=False,
        help="How often this booking has been moved in the portal.",
    )

    exivo_awaited_ids = fields.One2many(
        comodel_name="exivo.awaited.answer",
        inverse_name="booking_id",
        string="Awaited Answers",
        readonly=True,
        groups=fields.NO_ACCESS,
    )

    def _is_chosen_by_exivo_customer(self):
        """Tell whether its time is one that a customer has booked or moved it to.

        :rtype: bool
        """
        self.ensure_one()
        return self.from_portal or bool(self.portal_moves)

    def _is_exivo_called_off(self):
        """Tell whether its meeting is archived, which its state does not know.

        :rtype: bool
        """
        meeting = self.meeting_id
        return self.active and bool(meeting) and not meeting.active

    def _waits_for_exivo_staff(self):
        """Override to tell whether staff have to confirm what a customer has booked."""
        return super()._waits_for_exivo_staff() or (
            self._is_chosen_by_exivo_customer()
            and self.type_id.portal_staff_confirms
            and self.state != "confirmed"
        )

    # === WHAT IS OFFERED === #

    def _may_choose_exivo_time(self):
        """Tell whether who began a booking in the portal may still choose its time.

        :rtype: bool
        """
        if not self.from_portal or self.meeting_id.active:
            return True
        booking_type = self.type_id
        is_offered = booking_type.active and booking_type.portal_bookable
        return is_offered and any(
            booking_type._is_for_exivo_customer(partner) for partner in self.partner_ids
        )

    def _is_exivo_one_too_many(self):
        """Tell whether its customer has as many to come as one may have, without it.

        :rtype: bool
        """
        if not self.from_portal or self.meeting_id.active:
            return False
        return any(self.type_id._has_exivo_most(one) for one in self.partner_ids)

    def _get_exivo_reason_not_to_choose(self):
        """Return why no time can be chosen for it, whichever it is.

        :return: ``not_offered``, ``most``, or nothing.
        :rtype: str
        """
        if not self._may_choose_exivo_time():
            return "not_offered"
        return "most" if self._is_exivo_one_too_many() else ""

    def _is_exivo_moved_often(self):
        """Tell whether a booking was moved as often as customers may move it.

        :rtype: bool
        """
        return self.portal_moves >= MOST_MOVES

    def _is_exivo_month_shown(self, year, month):
        """Tell whether the schedule page has a month: from this one to the horizon.

        :rtype: bool
        """
        today = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        last = today + HORIZON
        first, last = (today.year, today.month), (last.year, last.month)
        return 1 <= month <= 12 and first <= (year, month) <= last

    def _get_exivo_month(self):
        """Return the month that the schedule page begins with: the booking's own.

        :return: year and month.
        :rtype: tuple[int, int]
        """
        now = fields.Datetime.now()
        start = self._get_exivo_period()[0] if self.meeting_id else now
        start = min(max(start, now), now + HORIZON)
        day = fields.Datetime.context_timestamp(self, start)
        return day.year, day.month

    def _offers_exivo_time(self, moment):
        """Tell whether the schedule page offers to begin a booking then.

        :param datetime moment: see :func:`read_moment`.
        :rtype: bool
        """
        day = moment.astimezone(self.type_id._get_exivo_zone()).date()
        if not self._is_exivo_month_shown(day.year, day.month):
            return False
        return self._may_choose_exivo_time() and self._can_begin_exivo(moment)

    # === WHAT IS DONE === #

    def _is_exivo_booked_at(self, moment):
        """Tell whether the booking is confirmed for this moment already.

        :rtype: bool
        """
        if not self._has_exivo_time():
            return False
        start, booked = self._get_exivo_start(moment), self.start
        if self.meeting_id.allday:
            start, booked = start.date(), booked.date()
        is_booked = self.state == "confirmed" or self._waits_for_exivo_staff()
        return is_booked and start == booked

    def _get_exivo_start(self, moment):
        """Return when the meeting would begin; whole days are the one of the moment.

        Odoo reads these off a period of no zone, which is 08:00 to 18:00: what begins
        later would be two days, and what another zone has as yesterday, that one.

        :param datetime moment: see :func:`read_moment`.
        :rtype: datetime
        """
        start = as_naive(moment)
        if not self.meeting_id.allday:
            return start
        day = moment.astimezone(self.type_id._get_exivo_zone()).date()
        first, last = (datetime.combine(day, time(hour)) for hour in (0, 8))
        return min(max(start, first), last)

    def _choose_exivo_time(self, moment, visitor):
        """Book this time for the customer, or leave the booking as it was.

        :param datetime moment: one that is offered.
        :param visitor: the ``res.users`` record of the customer, who comes after all.
        :return: whether it is booked; else somebody else was faster.
        :rtype: bool
        :raise TakenMeanwhile: somebody is just being faster; Odoo repeats the request,
            which then finds another room, or none.
        """
        if self.from_portal and not self.meeting_id.active:
            serialise(self.partner_ids)
            if self._is_exivo_one_too_many():
                return False
        try:
            with self.env.cr.savepoint():
                vals = {"start": self._get_exivo_start(moment)}
                if self.meeting_id:
                    vals["portal_moves"] = self.portal_moves + 1
                if self.meeting_id and not self.meeting_id.allday:
                    vals["duration"] = self._get_exivo_hours()
                self._get_exivo_settled().filtered(
                    lambda one: one.partner_id == visitor.partner_id
                ).state = "needsAction"
                quiet = self._is_exivo_wait_told()
                self.with_context(no_mail_to_attendees=quiet).write(vals)
                self._confirm_exivo_choice()
        except TakenMeanwhile:
            raise
        except UserError:
            return False
        return True

    def _is_exivo_wait_told(self):
        """Tell whether our own mail says that it waits for staff, and to all.

        It does not go to people who are booked along.

        :rtype: bool
        """
        rooms = self.combination_id or self.type_id.combination_rel_ids.combination_id
        off = self.sudo().meeting_id.attendee_ids._get_exivo_off()
        people = self.partner_ids | self.meeting_id.partner_ids - off.partner_id
        people |= rooms.resource_ids.user_id.partner_id
        return (
            self.type_id.portal_staff_confirms
            and (self._is_chosen_by_exivo_customer() or bool(self.meeting_id))
            and people <= self.partner_ids
            and all(self._gets_exivo_wait_mail(one) for one in people)
        )

    def _gets_exivo_wait_mail(self, partner):
        """Tell whether our own mail says to somebody that it waits for staff.

        Whoever reads it by a login needs none, unless a mail has told of an access.

        :param partner: a ``res.partner`` record that is on the booking.
        :rtype: bool
        """
        told = self.sudo().exivo_access_ids.filtered(
            lambda one: one.partner_id == partner and one._is_told()
        )
        if told and partner.email:
            return True
        return not self._is_exivo_read_by(partner.user_ids)

    def _confirm_exivo_choice(self):
        """Confirm a time that a customer has chosen, or leave that to staff."""
        by_customer = self._is_chosen_by_exivo_customer()
        if not (by_customer and self.type_id.portal_staff_confirms):
            self.action_confirm()
            return
        # Odoo takes it that who makes a meeting comes to it.
        attendees = self.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id in self.partner_ids
        )
        (attendees - self._get_exivo_settled()).write({"state": "needsAction"})
        self.env["exivo.awaited.answer"].sudo()._await(self.sudo())
        company = self._get_exivo_company()
        ours = for_staff(self, company)
        ours.type_id.message_post(
            body=Markup('<p>%s</p><p><a href="%s">%s</a></p>')
            % (
                ours.env._(
                    "%(customer)s waits for somebody to confirm a booking.",
                    customer=self.partner_ids[:1].display_name,
                ),
                f"/odoo/resource.booking/{self.id}",
                ours._format_exivo_title(),
            ),
            author_id=self.env.ref("base.partner_root").id,
            email_from=letter.get_sender(company) or None,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            mail_headers={**letter.AUTOMATIC},
        )

    def _cancel_by_exivo_customer(self, visitor):
        """Cancel a booking for the customer, or leave it as it was.

        :param visitor: the ``res.users`` record of the customer, who hears of it by the
            page alone.
        :return: whether it is cancelled; else it was too late.
        :rtype: bool
        """
        try:
            with self.env.cr.savepoint():
                awaited = self.sudo().exivo_awaited_ids._get_of_visitor(visitor)
                # the page does not reach a calendar
                in_calendar = awaited.filtered("is_in_calendar")
                in_calendar.is_awaited = False
                (awaited - in_calendar).unlink()
                self.action_cancel()
        except UserError:
            return False
        return True

    def _get_exivo_settled(self):
        """Return the answers that nobody changes for others: not to come, or maybe.

        Who confirms a booking comes, and so does who has to, for it to be confirmed.

        :rtype: calendar.attendee
        """
        others = self.meeting_id.attendee_ids.filtered(
            lambda one: (
                one.state in ("declined", "tentative")
                and one.partner_id != self.env.user.partner_id
            )
        )
        decide = map(self.env["exivo.planner"]._get_deciding_answer, self)
        return others - others.browse().union(*decide)

    def action_confirm(self):
        """Override of `resource_booking` to tell who waits for it.

        It accepts for everybody, and would let in who has declined.
        """
        settled = self._get_exivo_settled().grouped("state")
        result = super().action_confirm()
        for state, attendees in settled.items():
            attendees.state = state
        self.sudo().exivo_awaited_ids._wake()
        return result

    def action_cancel(self):
        """Override of `resource_booking` to tell who waits for it."""
        awaited = self.sudo().exivo_awaited_ids
        result = super().action_cancel()
        awaited._wake()
        return result

    def _note_exivo_entry(self, reader, entry):
        """Note that somebody's calendar has a booking, and loses it with the booking.

        In superuser mode.

        :param reader: the ``res.partner`` whose calendar it is.
        :param calendar_file.Entry entry: what the file says.
        """
        theirs = self.exivo_access_ids.filtered(
            lambda one: one.partner_id == reader and one._has_booking_to_come()
        )
        theirs._note_calendar_entry(entry)
        if not theirs:
            self.env["exivo.awaited.answer"]._note_invitation(self, reader)

    def _tell_exivo_new_page(self, gone):
        """Mail the page's new address to whoever comes there by a mail only.

        :param gone: the ``res.partner`` records that are no longer on the booking; they
            may be back before they hear of that.
        """
        stay = self.with_context(active_test=True).partner_ids - gone
        people = stay.filtered(lambda one: not self._is_exivo_read_by(one.user_ids))
        self.exivo_access_ids.filtered(
            lambda one: one.partner_id in people | gone
        )._tell_new_page()
        self._tell_exivo_again(people)

    def _tell_exivo_again(self, people):
        """Mail people once more what becomes of the booking, where no access tells it.

        :param people: ``res.partner`` records; not all of them need be on it.
        """
        people &= self.with_context(active_test=True).partner_ids
        awaited = self.exivo_awaited_ids
        if self.state == "confirmed":
            # the answer brings it; it is given once more where no access tells it
            if self._is_exivo_customers():
                granted = self.exivo_access_ids.filtered(lambda one: one._is_granted())
                waiting = awaited.filtered("is_awaited")
                told = waiting.partner_id | granted.partner_id
                awaited._answer_again(self, people - told)
            return
        # Who was only invited has an answer to give, not to get.
        for answer in awaited.filtered(
            lambda one: one.is_awaited and one.partner_id in people
        ):
            answer._note_facts()
            answer._try_to_send("awaited")

    def _cron_remove_exivo_abandoned(self):
        """Entry point of the scheduled action: delete what was begun and left.

        A booking that ever had a slot or an access, or that somebody has written on,
        is more than an attempt, and stays.
        """
        abandoned = [
            ("from_portal", "=", True),
            ("state", "=", "pending"),
            ("write_date", "<", fields.Datetime.now() - PATIENCE),
            ("exivo_access_ids", "=", False),
            (
                "message_ids",
                "not any",
                [
                    "|",
                    ("message_type", "in", ("comment", "email")),
                    ("tracking_value_ids.field_id.name", "=", "state"),
                ],
            ),
        ]
        together_or_each(
            # somebody may just have chosen a time for one
            lambda some: some.search([("id", "in", some.ids), *abandoned]).unlink(),
            self.search(abandoned),
        )

    # === WHOSE IT IS === #

    def _is_exivo_customers(self):
        """Tell whether customers see to a booking by our pages.

        Also where there are no doors, staff may have to confirm what customers choose.

        :rtype: bool
        """
        return (
            self._has_exivo_doors()
            or self.from_portal
            or self.type_id.portal_staff_confirms
        )

    def _get_exivo_own_url(self):
        """Return the address of the page of a booking for a visitor who is on it.

        Employees may have no right to read any: they come by its token, as by mails.

        :rtype: str
        """
        is_read = self.with_user(self.env.user).has_access("read")
        return self.access_url if is_read else self.get_portal_url()

    def _is_exivo_read_by(self, users):
        """Tell whether any of some logins leads to the page, so that it takes no mail.

        :param users: the ``res.users`` records of one person.
        :rtype: bool
        """
        # whoever is at work on it may have chosen companies that they do not have
        booking = self.with_context(allowed_company_ids=[])
        return any(
            booking.with_user(one).has_access("read")
            for one in users.filtered("active")
        )

    # === HOW IT IS CALLED === #

    def _format_exivo_period(self, start, stop):
        """Write a period in the language of the environment and the booking's zone."""
        return format_period(
            self.env, start, stop, self.type_id.resource_calendar_id.tz
        )

    def _format_exivo_time(self, moment):
        """Write a time that the schedule page offers, in the booking's zone.

        :param datetime moment: with its zone.
        :rtype: str
        """
        tz = self.type_id.resource_calendar_id.tz
        return format_time(self.env, as_naive(moment), tz)

    def _format_exivo_booked(self):
        """Write when a booking takes place.

        :return: nothing if it has no time yet.
        :rtype: str
        """
        return self.meeting_id and self._format_exivo_period(*self._get_exivo_period())

    def _format_exivo_former(self, partner):
        """Write when a booking was to take place that does not.

        A cancelled one has no time any more, but by what somebody had of it.

        :param partner: the visitor's ``res.partner``.
        :return: nothing if it was not called off, or if they had nothing.
        :rtype: str
        """
        if self.active:
            return self._format_exivo_booked() if self._is_exivo_called_off() else ""
        mine = self.exivo_access_ids.filtered(
            lambda one: one.partner_id == partner and one.booking_start
        )
        return mine and mine.sorted("booking_start")[-1]._format_booking_period()

    def _get_exivo_hours(self):
        """Return how long a booking is, which Odoo does not know of whole days.

        Of others it rounds it once staff have moved the meeting: 20 minutes are 19:48.

        :rtype: float
        """
        if not self.meeting_id:
            return self.duration
        start, stop = self._get_exivo_period()
        return (stop - start).total_seconds() / 3600

    def _get_exivo_period(self):
        return self.env["exivo.planner"]._get_period(self)

    def _format_exivo_title(self):
        """Write of a booking what somebody looks for among several.

        :rtype: str
        """
        period = not self._is_exivo_called_off() and self._format_exivo_booked()
        parts = self._format_exivo_rooms(), period
        return ", ".join(filter(None, parts))

    def _format_exivo_chosen(self, moment):
        """Write when a booking would take place if it began then.

        :rtype: str
        """
        start = self._get_exivo_start(moment)
        if self.meeting_id.allday:  # so it stays
            planner = self.env["exivo.planner"]
            stop = start + timedelta(hours=self.duration)
            start, stop = planner._get_whole_days(start, stop, planner._get_tz(self))
        else:
            stop = start + timedelta(hours=self._get_exivo_hours())
        return self._format_exivo_period(start, stop)
