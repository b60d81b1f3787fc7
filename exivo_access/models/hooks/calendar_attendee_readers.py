# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.mark import Mark
from ..mails import letter

#: Says whose mail the calendar writes about a booked room with rules.
READER = Mark("exivo_reader")


class CalendarAttendee(models.Model):
    """Mails of the calendar about rooms with rules are written for their readers.

    They are as our own mails: each brings the entry that our files keep, is in a
    language of its reader or the house, and says that it is automatic.
    """

    _inherit = "calendar.attendee"

    def _notify_attendees(self, mail_template, notify_author=False, force_send=False):
        """Override of `calendar` to write them one by one.

        Who was taken off the booking is still on the meeting, and hears no more of it.
        """
        booked = self.browse()
        if not self.env.context.get("no_mail_to_attendees"):
            booked = self.filtered(lambda one: one.event_id._has_exivo_room_rules())
        for one in booked.filtered(lambda one: not one._is_off_exivo_booking()):
            company = one.event_id._get_exivo_bookings().type_id.company_id[:1]
            company = company or self.env.company
            lang = letter.get_language(one.sudo().partner_id, company)
            super(
                CalendarAttendee,
                one.with_context(lang=lang, **READER.on(one.partner_id.id)),
            )._notify_attendees(
                mail_template and mail_template.with_context(lang=lang),
                notify_author=notify_author,
                force_send=force_send,
            )
        return super(CalendarAttendee, self - booked)._notify_attendees(
            mail_template, notify_author=notify_author, force_send=force_send
        )

    def _is_off_exivo_booking(self):
        """Tell whether somebody who was on the booking of the meeting no longer is."""
        self.ensure_one()
        planner = self.env["exivo.planner"]
        bookings, partner = self.event_id._get_exivo_bookings(), self.partner_id
        house = bookings.user_id.partner_id
        house |= bookings.combination_id.resource_ids.user_id.partner_id
        return partner in bookings.exivo_access_ids.partner_id - house and not any(
            partner in booking.partner_ids | planner._get_guests(booking)
            for booking in bookings
        )
