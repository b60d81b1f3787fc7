# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells customers what staff have decided about a booking, where no access says it."""

from odoo import fields, models
from odoo.fields import Domain

from ...tools import period
from ...tools.transactions import tell_apart, wake
from ..mails import letter
from ..mails.exivo_mail import LAST_WORDS
from ..mails.exivo_mail_delivery import draw_delay, get_stranded_domain


class ExivoAwaitedAnswer(models.Model):
    """Somebody is to hear what becomes of a booking, where no access says it.

    They have asked for it, come along, or have its file for a calendar. It knows by
    itself what was booked: the booking may be deleted. Once there is an answer, it
    stays only as long as a calendar has the booking and no access knows.
    """

    _name = "exivo.awaited.answer"
    _description = "Exivo Awaited Answer"
    _rec_name = "reference"

    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    is_taken_off = fields.Boolean(
        readonly=True, help="Somebody took the reader off the booking."
    )
    reference = fields.Char(required=True, readonly=True)
    room = fields.Char(readonly=True)
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    tz = fields.Char(string="Time Zone", required=True, readonly=True)
    is_awaited = fields.Boolean(
        default=True, readonly=True, help="The reader waits for what staff decide."
    )
    is_in_calendar = fields.Boolean(
        readonly=True,
        help="The reader has a file for a calendar, from a mail or the booking's page.",
    )
    comes_along = fields.Boolean(
        readonly=True,
        help="The reader comes to the meeting, and is not on the booking.",
    )
    mail_tries = fields.Integer(readonly=True)
    mail_due_at = fields.Datetime(
        readonly=True, help="When a mail that could not be written is written anew."
    )

    def _await(self, booking):
        """Note that the people on a booking wait for staff, but for who has declined.

        Who has no login has no other way back to the booking than a mail. Who was told
        of an access hears by the same mail that it is none any more.

        :param booking: a ``resource.booking`` in superuser mode.
        """
        people = booking.partner_ids - self.env["exivo.planner"]._get_declined(booking)
        answers = self.search([("booking_id", "=", booking.id)])
        answers = answers.filtered(lambda one: one.partner_id in people)
        answers._await_again(**self._get_facts(booking))
        answers |= self._create_for(booking, people - answers.partner_id)
        for answer in answers:
            if booking._gets_exivo_wait_mail(answer.partner_id):
                held = answer._get_told_accesses()
                if answer._try_to_send("awaited"):
                    held._note_told_removed("sent")

    def _create_for(self, booking, partners):
        facts = self._get_facts(booking)
        return self.create(
            [
                {**facts, "booking_id": booking.id, "partner_id": partner.id}
                for partner in partners
            ]
        )

    def _note_invitation(self, booking, partner):
        """Note that somebody's calendar has a booking of which no access knows.

        :param booking: a ``resource.booking`` in superuser mode.
        :param partner: a ``res.partner`` who is on it, or comes along to its meeting.
        """
        domain = [("booking_id", "=", booking.id), ("partner_id", "=", partner.id)]
        known = self.search(domain, limit=1)
        if known:
            known._note_facts()
        else:
            known = self._create_for(booking, partner)
            known.is_awaited = False
            known.comes_along = partner not in booking.partner_ids
        known.is_in_calendar = True

    def _answer_again(self, booking, partners):
        """Tell people once more that a booking is confirmed, where no access does.

        :param booking: a ``resource.booking`` in superuser mode.
        :param partners: ``res.partner`` records that are on it.
        """
        answers = self.search([("booking_id", "=", booking.id)])
        answers = answers.filtered(lambda one: one.partner_id in partners)
        answers._await_again()
        answers |= self._create_for(booking, partners - answers.partner_id)
        answers._wake()

    def _await_again(self, **facts):
        """Note that people who are on their booking wait for an answer.

        :param facts: what has changed beside.
        """
        self.write({**facts, "is_awaited": True, "comes_along": False})

    def _get_facts(self, booking):
        """Return what a mail says of a booking that takes place.

        :rtype: dict
        """
        planner = self.env["exivo.planner"]
        start, stop = planner._get_period(booking)
        return {
            "company_id": booking._get_exivo_company().id,
            "reference": planner._get_reference(booking),
            "room": booking._format_exivo_rooms(),
            "start": start,
            "stop": stop,
            "tz": planner._get_tz(booking),
        }

    def _note_facts(self):
        """Note what holds now: staff may have chosen another time or room."""
        self.write(self._get_facts(self._get_booking()))

    def _get_booking(self):
        """Return the booking for the house that was asked, if it is of no company."""
        return self.booking_id.with_company(self.company_id)

    def _wake(self):
        """Have the people told soon, if anybody waits."""
        if self:
            wake(self.env, "ir_cron_synchronise")

    def _give_all(self):
        """Tell all who can be told what staff have decided; a copy tells nobody."""
        is_any = self.search_count(Domain.TRUE, limit=1)
        if not is_any or self.env["exivo.site"]._is_any_in_copy():
            return
        to_come = Domain("meeting_id.active", "=", True)
        to_come &= self.env["exivo.planner"]._get_coming_domain()
        still_waits = to_come & Domain("state", "=", "scheduled")
        takes_place = to_come & Domain("state", "in", ("scheduled", "confirmed"))
        awaited = Domain("is_awaited", "=", True)
        decided = awaited & Domain("booking_id", "not any", still_waits)
        decided |= ~awaited & Domain("booking_id", "not any", takes_place)
        decided |= Domain("is_taken_off", "=", True)
        due = Domain("mail_due_at", "<=", fields.Datetime.now())
        due |= get_stranded_domain("mail_due_at")
        decided &= Domain("mail_due_at", "=", False)
        # a refusal waits for an address, and is given up in the end
        decided &= (
            Domain("partner_id.email", "!=", False)
            | Domain("booking_id", "any", takes_place)
            | Domain("stop", "<=", fields.Datetime.now())
        )
        answers = tell_apart(
            self.search(decided | due),
            lambda one: one.mail_due_at or one.is_taken_off or one._find() != "waits",
        )
        self.env["exivo.synchroniser"]._do_or_wake(type(self)._give, answers)

    def _take_off(self):
        """Have those told who are not on their booking any more: staff said no.

        They may be back before they hear of that.
        """
        gone = self.filtered(lambda one: not one._has_booking_to_come())
        gone.is_taken_off = True
        gone._wake()

    def _give(self):
        """Tell what staff have decided, if they have. A refusal waits for an address.

        They may have confirmed another time or room than what was asked for.
        """
        found = self._find()
        if found == "waits":
            self.is_taken_off = False
            if self.mail_due_at and self.is_awaited:
                self._try_to_send("awaited")
            else:
                self.mail_due_at = False
            return
        if found == "confirmed":
            self._note_facts()
            if self._try_to_send(found):
                if self._get_accesses():  # these know of the entry
                    self.unlink()
                else:
                    self.is_awaited = False
                return
        elif found in ("over", "told") or (
            self.partner_id.email and self._try_to_send(found)
        ):
            if found == "told" and self.is_in_calendar:  # these know of it from now on
                entry = self._get_booking()._get_exivo_entry_for(self.partner_id)
                self._get_accesses()._note_calendar_entry(entry)
            self.exists().unlink()
            return
        if self._is_too_old():
            self.unlink()

    def _is_too_old(self):
        """Tell whether an answer that cannot be written is of no use any more."""
        return max(self.stop, self.create_date) + LAST_WORDS <= fields.Datetime.now()

    def _find(self):
        """Return what has become of the booking.

        :return: ``confirmed``, ``refused``, or ``cancelled`` after that was said;
            ``told``: an access tells it; ``over``: nobody needs it any more; ``waits``:
            there is nothing to say yet.
        :rtype: str
        """
        booking, planner = self.booking_id, self.env["exivo.planner"]
        if not self._has_booking_to_come():
            if self.is_awaited:
                return "refused"
            return "cancelled" if self.stop > fields.Datetime.now() else "over"
        if planner._get_period(booking)[1] <= fields.Datetime.now():
            return "over"
        has_declined = self.partner_id in planner._get_declined(booking)
        if booking.state != "confirmed" or has_declined or not self.is_awaited:
            return "waits"
        accesses = booking.exivo_access_ids.filtered(
            lambda one: (
                one.partner_id == self.partner_id and one.is_wanted and not one.withheld
            )
        )
        return "told" if accesses else "confirmed"

    def _has_booking_to_come(self):
        """Tell whether the booking takes place, and the reader comes to it.

        An archived contact comes to none: it has no say in it, and no link to it.
        """
        booking = self.booking_id.with_context(active_test=True)
        people = booking.partner_ids
        if self.comes_along:
            invited = booking.meeting_id.attendee_ids
            invited -= invited._get_exivo_off()
            people |= invited.partner_id.filtered("active")
        takes_place = self.env["exivo.planner"]._takes_place(booking)
        return takes_place and self.partner_id in people

    def _get_of_visitor(self, visitor):
        """Return those of who is using the portal.

        Without a login that is sure only where somebody has booked alone.

        :param visitor: a ``res.users`` record.
        :rtype: exivo.awaited.answer
        """
        if visitor._is_public():
            return self if len(self.booking_id.partner_ids) == 1 else self.browse()
        return self.filtered(lambda one: one.partner_id == visitor.partner_id)

    # === MAILS === #

    def _try_to_send(self, name):
        """Queue a mail, and go on if it cannot be written. It is tried again.

        :return: see ``exivo.notifier``.
        :rtype: bool
        """
        notifier, now = self.env["exivo.notifier"], fields.Datetime.now()
        if notifier._try_to_mail(lambda one: one._send(name), self):
            self.write({"mail_tries": 0, "mail_due_at": False})
            return True
        due_at = now + draw_delay(self.mail_tries, self.start)
        self.write({"mail_tries": self.mail_tries + 1, "mail_due_at": due_at})
        wake(self.env, "ir_cron_synchronise", due_at)
        return False

    def _send(self, name):
        """Queue a mail.

        :param str name: ``awaited``, ``confirmed``, ``refused`` or ``cancelled``.
        """
        if not self.partner_id.email:
            return
        entry = self._get_calendar_entry(name)
        letter.queue(
            self.with_context(
                lang=letter.get_language(self.partner_id, self.company_id)
            ),
            f"exivo_access.mail_template_booking_{name}",
            max(self.stop, fields.Datetime.now() + LAST_WORDS),
            self.company_id,
            entry,
        )
        self.is_in_calendar = not entry.is_cancelled
        self._get_accesses()._note_calendar_entry(entry)

    def _get_calendar_entry(self, name):
        """Return what the reader's calendar has to know of the booking.

        It is the entry that mails about an access replace, see ``exivo.access``.

        :rtype: calendar_file.Entry
        """
        booking = self._get_booking()
        if name in ("awaited", "confirmed"):
            return booking._get_exivo_calendar_entry(
                self.partner_id, self._get_booking_url()
            )
        return booking._get_exivo_last_entry(
            self.company_id,
            self.reference,
            (self.start, self.stop),
            self.room or "",
            self.partner_id.email_normalized,
        )

    def _get_accesses(self):
        """Return the accesses that the reader had, or still has, to the booking.

        :rtype: exivo.access
        """
        return self.env["exivo.access"].search(
            [
                ("reference", "=", self.reference),
                ("partner_id", "=", self.partner_id.id),
            ]
        )

    def _get_told_accesses(self):
        """Return the accesses that the reader knows of by mail.

        :rtype: exivo.access
        """
        if not self.partner_id.email:
            return self.env["exivo.access"]
        return self._get_accesses().filtered(lambda one: one._is_told())

    # === WORDS FOR TEMPLATES, WHICH KEEP THEIR NAMES AND MEANINGS === #

    def _was_told_of_access(self):
        """Tell whether the reader has something that opened doors until now.

        :rtype: bool
        """
        return bool(self._get_told_accesses().filtered("told_credential_id"))

    def _get_end_heading(self):
        """Begin the subject of a mail that takes a booking out of a calendar.

        :rtype: str
        """
        return letter.get_end_heading(self.env, self.room, self.is_taken_off)

    def _leaves_calendar(self):
        """Tell whether nobody who reads the reader's mails comes to the booking.

        :rtype: bool
        """
        email = self.partner_id.email_normalized
        return not self._get_booking()._get_exivo_entry_for_mailbox(email)

    def _has_name(self):
        """Tell whether the reader can be called by name.

        :rtype: bool
        """
        return letter.has_name(self.partner_id)

    def _format_day(self):
        return period.format_day(self.env, self.start, self.tz)

    def _format_period(self):
        return period.format_period(self.env, self.start, self.stop, self.tz)

    def _get_place(self):
        """Return where the booked room is.

        :rtype: str
        """
        return self._get_booking()._get_exivo_place()

    def _get_map_url(self):
        """Return the address of a map with the place, if the booking names one.

        :rtype: str
        """
        return self._get_booking()._get_exivo_map_url()

    def _get_arrival_hints(self):
        """Return what helps to find the way, as soon as the rooms are the reader's.

        :rtype: list[str]
        """
        return self._get_booking()._get_exivo_arrival_hints()

    def _get_booking_url(self, suffix=""):
        """Return the address of a page of the booking, for which no login is needed.

        :param str suffix: of a page of the booking that asks before it does something.
        :return: nothing if the booking is not, or no longer, the reader's.
        :rtype: str
        """
        booking = self.booking_id
        is_theirs = self._has_booking_to_come() and not self.comes_along
        if not is_theirs or not booking.access_token:
            return ""
        return booking._get_exivo_page_url(booking.access_token, suffix)

    def _get_move_url(self):
        """Return the address where the reader moves the booking.

        :return: nothing if it cannot be moved any more.
        :rtype: str
        """
        is_moved_often = self.booking_id._is_exivo_moved_often()
        return "" if is_moved_often else self._get_change_url("/schedule")

    def _get_cancel_url(self):
        """Return the address where the reader cancels the booking: see above.

        :rtype: str
        """
        return self._get_change_url("/cancel")

    def _get_change_url(self, suffix):
        booking = self.booking_id.with_context(using_portal=True)
        return self._get_booking_url(suffix) if booking.is_modifiable else ""

    def _get_answer_urls(self):
        """Return where the reader accepts or declines a booking that waits for it.

        :return: the addresses, by ``accept`` and ``decline``; none if nothing waits.
        :rtype: dict[str, str]
        """
        attendees = self.booking_id.meeting_id.attendee_ids
        return attendees._get_exivo_answer_urls(self.partner_id)

    def _format_present_booking(self):
        """Return when the booking is, as mails about an access ask for it.

        :rtype: str
        """
        return self._format_period()

    def _get_missing(self):
        """Return what doors still wait for, though the booking is confirmed.

        :rtype: str
        """
        explainer = self.env["exivo.booking.explainer"]
        booking, reader = self.booking_id, self.partner_id
        if explainer._opens_some(booking, reader):
            return ""
        hindrances = explainer._get_hindrances_of(booking, reader, reader)
        return " ".join(one.text for one in hindrances)

    def _get_sender(self):
        """Return the address that mails come from.

        :rtype: str
        """
        return letter.get_sender(self.company_id) or self.env.user.email_formatted

    def _can_be_answered(self):
        """Tell whether a mail may ask its reader to reply.

        :rtype: bool
        """
        return bool(letter.get_sender(self.company_id))
