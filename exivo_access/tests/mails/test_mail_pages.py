# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What customers do in the portal is told once, and pages that mails lead to say so."""

import importlib.util

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_path

from ..calendar_reader import Calendar
from ..common import NOW
from ..portal.test_room_finder import TEN, ExivoFinderCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestMailPages(ExivoFinderCase):
    def setUp(self):
        super().setUp()
        self.host = self.holder.partner_id

    def text_of(self, page):
        text = html.document_fromstring(page.content).text_content()
        return " ".join(text.split())

    def mails_and_put_away(self, partner):
        mails = self.mails_to(partner)
        found = [
            (one.subject, html.fromstring(one.body_html).text_content())
            for one in mails
        ]
        mails.unlink()
        return found

    def move_what_staff_confirm(self):
        """A booking that staff confirmed, and its customer has moved."""
        self.booking_type.portal_staff_confirms = True
        self.confirm()
        booking = self.bookings()
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        self.mails_to(self.host).unlink()
        self.choose(booking, TEN.replace("T10", "T12"))
        self.plan()
        return booking

    def test_customer_who_moves_what_staff_confirm_hears_of_it_once(self):
        booking = self.move_what_staff_confirm()
        (awaited,) = self.mails_to(self.host)
        entry = Calendar().take(awaited.attachment_ids.raw)
        self.assertEqual(entry.values["STATUS"], "TENTATIVE")
        ((subject, text),) = self.mails_and_put_away(self.host)
        self.assertIn("Not confirmed yet: Aare", subject)
        self.assertIn("12:00", text)
        self.assertIn("Our staff confirm it first", text)
        self.assertIn("What you have from us so far may no longer open them", text)
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.mails_and_put_away(self.host), "all is said")
        booking.action_confirm()
        self.synchronise()
        ((subject, text),) = self.mails_and_put_away(self.host)
        self.assertIn("your booking is confirmed", text)
        self.assertIn("12:00", text)

    def test_customer_who_moves_and_is_refused_is_told_so(self):
        booking = self.move_what_staff_confirm()
        self.synchronise()
        self.mails_to(self.host).unlink()
        booking.action_cancel()
        self.synchronise()
        (mail,) = self.mails_to(self.host)
        self.assertEqual(Calendar().take(mail.attachment_ids.raw).method, "CANCEL")
        self.assertIn("not confirmed", mail.subject)

    @mute_logger("odoo.http")
    def test_who_accepts_what_staff_confirm_reads_why_not(self):
        booking = self.move_what_staff_confirm()
        attendee = booking.meeting_id.attendee_ids
        page = self.post(
            f"/calendar/meeting/accept?token={attendee.access_token}"
            f"&id={booking.meeting_id.id}"
        )
        self.assertEqual(page.status_code, 409)
        text = self.text_of(page)
        self.assertIn("This booking is confirmed by staff, who will tell you.", text)
        self.assertNotIn("could not be saved", text)

    def test_nobody_is_the_own_guest(self):
        self.booking_type.portal_guests = 2
        self.rule.holders = "attendees"
        booking = self.book_for_holder()
        page = self.post(f"/my/bookings/{booking.id}/guests", email=self.host.email)
        self.assertIn("or is yours", self.text_of(page))
        self.plan()
        self.assertFalse(booking.exivo_guest_ids)
        self.assertEqual(self.accesses(booking).partner_id, self.host)

    def test_page_of_an_invitation_tells_time_of_the_house_and_nobody_else(self):
        both = self.host | self.customer
        booking = self.book(partners=both, confirm=False)
        booking.meeting_id.attendee_ids.state = "needsAction"
        booking.meeting_id.description = "Bring your own cup"
        for partner in both:
            partner.tz = False
        attendee = booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        query = f"token={attendee.access_token}&id={booking.meeting_id.id}"
        self.authenticate(None, None)
        for answer, said in (
            (None, "Are you coming?"),
            ("decline", "You are not coming"),
        ):
            with self.subTest(answer=answer):
                page = self.url_open(f"/calendar/meeting/view?{query}")
                if answer:
                    page = self.post(f"/calendar/meeting/{answer}?{query}")
                text = self.text_of(page)
                self.assertIn(said, text)
                self.assertIn("Europe/Zurich", text)
                self.assertIn("Bring your own cup", text)
                self.assertNotIn("UTC", text)
                self.assertNotIn(
                    self.host.name, text.replace(booking.meeting_id.name, "")
                )

    def test_update_takes_addresses_out_of_meetings_that_are_to_come(self):
        path = "exivo_access/migrations/19.0.1.11.0/post-contact-details.py"
        spec = importlib.util.spec_from_file_location("exivo_details", file_path(path))
        migration = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(migration)
        desk = self._create_user("exivo_desk", "base.group_user")
        (desk.partner_id | self.host).phone = "+41 79 111 22 33"
        to_come, over = self.book_for_holder(), self.book_for_holder(hours=48)
        meetings = (to_come | over).meeting_id
        details = meetings._get_contact_details_description(desk, self.host)
        meetings.description = (
            f"<div><p>Bring a <strong>cup</strong></p>{details}</div>"
        )
        self.env.flush_all()
        self.assertIn(self.host.email, to_come.meeting_id.description)
        with freeze_time("2027-03-03 00:00:00"):
            migration.migrate(self.env.cr, "19.0.1.10.0")
        self.assertIn(self.host.email, to_come.meeting_id.description, "is over then")
        for gone in self.host.email, desk.email, "79 111":
            self.assertNotIn(gone, over.meeting_id.description)
        self.assertIn("Bring a <strong>cup</strong>", over.meeting_id.description)

    def test_staff_read_room_and_time_of_the_house_above_a_customers_message(self):
        staff = self._create_user(
            "exivo_desk", "base.group_user,resource_booking.group_manager"
        )
        self.booking_type.message_subscribe(partner_ids=staff.partner_id.ids)
        booking = self.book_for_holder()
        self.mails_to(staff.partner_id).unlink()
        self.host.tz = False
        self.env["mail.message"].search([]).flush_recordset()
        self.log_in(self.holder)
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "resource.booking",
                "thread_id": booking.id,
                "post_data": {
                    "body": "May I come earlier?",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                "token": booking.access_token,
            },
        )
        (mail,) = self.mails_to(staff.partner_id)
        for text in mail.subject, mail.body_html:
            self.assertIn("Aare, Tuesday, March 2, 2027", text)
            self.assertIn("Europe/Zurich", text)
            self.assertNotIn("UTC", text)
