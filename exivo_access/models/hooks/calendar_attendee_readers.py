# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.mark import Mark
from ..mails import letter

INVITATION = "calendar.calendar_template_meeting_invitation"
CHANGED = "calendar.calendar_template_meeting_changedate"
REMINDER = "calendar.calendar_template_meeting_reminder"
#: Ours, by those of the calendar that they take the place of where there are doors.
OUR_TEMPLATES = {
    INVITATION: "exivo_access.mail_template_meeting_invitation",
    CHANGED: "exivo_access.mail_template_meeting_changed",
    REMINDER: "exivo_access.mail_template_meeting_reminder",
}
#: Says whose mail the calendar writes about a booked room with rules.
READER = Mark("exivo_reader")


class CalendarAttendee(models.Model):
    """Mails of the calendar about rooms with rules are written for their readers.

    They are as our own mails: each brings the entry that our files keep, is in a
    language of its reader or the house, and says that it is automatic. The invitation,
    the reminder and what tells of another time or place have words of ours, too: Odoo's
    are there in some languages only, name no room, and tell the zone of whoever sends
    them.
    """

    _inherit = "calendar.attendee"

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        """Override of `calendar` to write them one by one.

        Who was taken off the booking is still on the meeting, and hears no more of it.
        """
        if mail_template and mail_template.sudo().model != self._name:
            # It would tell, in superuser mode, of whatever has an attendee's number.
            # Alarms may have any template, and every employee makes alarms.
            mail_template = self.env.ref(REMINDER, raise_if_not_found=False)
        booked = self.browse()
        if not self.env.context.get("no_mail_to_attendees"):
            booked = self.filtered(lambda one: one.event_id._has_exivo_room_rules())
        told = booked - booked._get_exivo_off()
        if is_one_of(mail_template, (CHANGED,)):
            told = told.filtered(lambda one: not one._stays_away_from_exivo_booking())
        for one in told:
            company = one.event_id._get_exivo_bookings()[:1]._get_exivo_company()
            lang = letter.get_language(one.sudo().partner_id, company)
            says = {"lang": lang, **READER.on(one.partner_id.id)}
            template = mail_template and one._choose_exivo_template(mail_template)
            # it leaves as the company's, whoever is at work, and comes back there
            told_by = one.sudo().with_context(**says).with_company(company)
            super(CalendarAttendee, told_by)._notify_attendees(
                template and template.with_context(**says),
                notify_author=notify_author,
                force_send=force_send,
            )
        return super(CalendarAttendee, self - booked)._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )

    def _choose_exivo_template(self, mail_template):
        """Return our own template in place of one of the calendar.

        :param mail_template: of the mail that is to be sent.
        :rtype: mail.template
        """
        for theirs, ours in OUR_TEMPLATES.items():
            if is_one_of(mail_template, (theirs,)):
                ours = self.env.ref(ours, raise_if_not_found=False)
                return ours and ours.sudo() or mail_template
        return mail_template

    def _get_exivo_words(self):
        """Return what our template words of the booking come from.

        Every employee may have a template written about any attendee. So it brings what
        only who is on the booking may know where the calendar mails the attendee, or
        who looks decides about the booking.

        :return: a new ``exivo.awaited.answer`` that is kept nowhere.
        """
        self.ensure_one()
        answers, event = self.env["exivo.awaited.answer"].sudo(), self.event_id
        booking = event._get_exivo_bookings()[:1]
        is_mailed = READER.get_from(self.env) == self.partner_id.id
        if booking:
            facts = answers._get_facts(booking)
            if is_mailed or booking.with_env(self.env)._may_change_doors():
                facts["booking_id"] = booking.id
        else:  # Odoo tries a template with whatever attendee comes first
            facts = {"room": event.name, "start": event.start, "stop": event.stop}
        return answers.new(
            {
                "company_id": self.env.company.id,
                "tz": "UTC",
                "partner_id": self.partner_id.id,
                **facts,
            }
        )

    def _stays_away_from_exivo_booking(self):
        """Tell whether somebody has declined, and the calendar has the booking no more.

        Whose answer confirms it hears of another time all the same: it may suit them.
        """
        self.ensure_one()
        bookings = self.event_id._get_exivo_bookings()
        have = bookings.exivo_access_ids.filtered("calendar_stop").partner_id
        have |= bookings.exivo_awaited_ids.filtered("is_in_calendar").partner_id
        hangs_on_it = any(map(self.env["exivo.planner"]._is_declined, bookings))
        is_out = self.state == "declined" and self.partner_id not in have
        return is_out and not hangs_on_it


def is_one_of(mail_template, xmlids):
    """Tell whether there is a mail template, and it is one of these."""
    if not mail_template:
        return False
    to_id = mail_template.env["ir.model.data"]._xmlid_to_res_id
    return mail_template.id in map(to_id, xmlids)
