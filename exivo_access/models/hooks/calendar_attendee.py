# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools.mark import Mark
from ...tools.serialise import serialise
from ...tools.transactions import wake
from .calendar_attendee_readers import CHANGED, INVITATION, is_one_of
from .calendar_recurrence import ELSEWHERE

#: Calendar mails that the add-on's own mails replace for the holders of accesses.
REPLACED_TEMPLATES = (INVITATION, CHANGED)
#: Staff who save a booking first confirm it within so long, or not at once.
SECOND_CLICK = timedelta(minutes=5)
#: Says that attendees are reminded, by whom the calendar has do so.
REMINDER = Mark("exivo_reminder")
#: Says that an invitation has waited for staff to confirm the booking.
LATE = Mark("exivo_late_invitation")


class CalendarAttendee(models.Model):
    """An attendee's answer changes the booking, and holders get our mails instead."""

    _inherit = "calendar.attendee"
    # Who is invited together has one date, and the first answer confirms a booking: it
    # must not be another one's after each answer.
    _order = "create_date, id"

    exivo_invite_at = fields.Datetime(
        string="Invited At",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        help="Until then staff may confirm the booking, and its own mail says all.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["event_id"]).get("event_id")
        events = self.env["calendar.event"].browse(
            {vals.get("event_id", default) for vals in vals_list} - {None, False}
        )
        with events._exivo_guarded():
            attendees = super().create(vals_list)
        self.env["exivo.collector"]._events_changed(attendees.event_id)
        return attendees

    def write(self, vals):
        """Override to plan bookings whose state changes by an answer alone.

        Everybody answers for themselves, and for nobody else.
        """
        if vals.get("state") == "accepted" and ELSEWHERE.get_from(self.env):
            self -= self._get_exivo_kept_for_staff()
        elif vals.get("state") == "accepted":
            self._check_exivo_staff_have_confirmed()
        if vals.get("state") == "declined":
            serialise(self.event_id._get_exivo_bookings())
        answers = vals.keys() <= {"state"}
        others = self.filtered(
            lambda one: not answers or one.partner_id != self.env.user.partner_id
        )
        before = self.event_id
        after = before.browse(vals.get("event_id") or [])
        with (others.event_id | after)._exivo_guarded():
            result = super().write(vals)
        if {"state", "event_id", "partner_id"} & vals.keys():
            self.env["exivo.collector"]._events_changed(before | after)
        return result

    def _check_exivo_staff_have_confirmed(self):
        """Let only staff confirm what the portal keeps for them.

        :raise AccessError: a customer accepts in their place.
        """
        if self.env.user.has_group("resource_booking.group_user"):
            return
        if self._get_exivo_kept_for_staff():
            raise AccessError(
                self.env._("This booking is confirmed by staff, who will tell you.")
            )

    def _get_exivo_kept_for_staff(self):
        """Return those who must not accept, since staff have the last word."""
        kept = self.browse()
        for attendee, known in zip(self, self.sudo(), strict=True):
            waiting = known.event_id._get_exivo_bookings().filtered(
                lambda booking: booking._waits_for_exivo_staff()
            )
            if known.partner_id in waiting.partner_ids:
                kept |= attendee
        return kept

    def unlink(self):
        """Override to tell who is taken off a meeting, and is on no booking of it."""
        events, partners = self.event_id, self.partner_id
        awaited = events._get_exivo_bookings().exivo_awaited_ids
        with events._exivo_guarded():
            result = super().unlink()
        awaited.filtered(
            lambda one: one.comes_along and one.partner_id in partners
        )._take_off()
        self.env["exivo.collector"]._events_changed(events)
        return result

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        """Override of `calendar` to leave the holders of accesses to our own mails.

        Who holds an access is only known once the transaction has been planned, so
        mails about rooms with rules wait until then. Reminders do not: they are sent
        long after the booking.
        """
        if REMINDER.get_from(self.env):
            reminded = self.env["exivo.notifier"]._remind(self, notify_author)
            return super(CalendarAttendee, self - reminded)._notify_attendees(
                mail_template, notify_author=notify_author, force_send=force_send
            )
        if self.env.context.get("no_mail_to_attendees"):
            return super()._notify_attendees(  # which sends nothing
                mail_template, notify_author=notify_author, force_send=force_send
            )
        waiting = self.filtered(
            lambda attendee: is_one_of(mail_template, REPLACED_TEMPLATES)
            and attendee.event_id._has_exivo_room_rules()
            and not LATE.get_from(self.env)
        )
        if waiting:
            self.env["exivo.collector"]._defer_invitations(
                waiting,
                lambda attendees: super(
                    CalendarAttendee, attendees._put_off_exivo_invitation(mail_template)
                )._notify_attendees(
                    mail_template, notify_author=notify_author, force_send=force_send
                ),
            )
            self = self - waiting
        return super()._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )

    def _put_off_exivo_invitation(self, mail_template):
        """Let an invitation wait for staff who save a booking first and then confirm.

        What changes meanwhile is in it. What is about to begin waits for nobody.

        :param mail_template: of the mail that is to be sent.
        :return: those who are mailed now.
        :rtype: calendar.attendee
        """
        if is_one_of(mail_template, (INVITATION,)):
            moment = fields.Datetime.now() + SECOND_CLICK
            waiting = self.sudo().filtered(
                lambda one: (
                    one._holds_up_exivo_booking()
                    and one.event_id.start > moment + SECOND_CLICK
                )
            )
            if waiting:
                waiting.exivo_invite_at = moment
                wake(self.env, "ir_cron_synchronise", moment)
        return self.filtered(lambda one: not one.sudo().exivo_invite_at)

    def _invite_exivo_again(self, partner):
        """Have somebody invited once more who is still to answer for a booked room.

        Or who comes along, whom nothing else tells, without a calendar here. In
        superuser mode. Whose invitation still waits gets it then.

        :param partner: a ``res.partner`` record; the others have been invited.
        """
        has_calendar = any(one._is_internal() for one in partner.user_ids)
        invited = self.filtered(
            lambda one: (
                one.partner_id == partner
                and not one.exivo_invite_at
                and one.event_id._has_exivo_room_rules()
                and (
                    one._holds_up_exivo_booking()
                    or not (
                        has_calendar
                        or partner in one.event_id._get_exivo_bookings().partner_ids
                    )
                )
            )
        )
        if invited:
            invited.exivo_invite_at = fields.Datetime.now()
            wake(self.env, "ir_cron_synchronise")

    def _invite_exivo_late(self):
        """Queue an invitation that has waited, unless a mail about an access says all.

        Whoever has declined is not invited, nor is who has the booking in a calendar by
        such a mail already. In superuser mode. The run must not wait for a mail server.
        """
        self.exivo_invite_at = False
        planner = self.env["exivo.planner"]
        bookings = self.event_id._get_exivo_bookings()
        is_to_come = self.state != "declined" and any(
            planner._takes_place(one) and not planner._is_over(one) for one in bookings
        )
        told = bookings.exivo_access_ids.filtered(
            lambda one: one.partner_id == self.partner_id and one.calendar_stop
        )
        without_holders = self.env["exivo.collector"]._without_holders
        if is_to_come and not told and without_holders(self):
            notifier = self.env["exivo.notifier"]
            invitation = self.env.ref(INVITATION, raise_if_not_found=False)
            late = self.with_context(**LATE.on())
            if notifier._try_to_mail(late._notify_attendees, invitation):
                notifier._run_queue()
