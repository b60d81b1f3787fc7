# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What customers write about a booking reaches somebody of the staff."""

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW
from .test_room_finder import ExivoFinderCase

ACTIVITY = "exivo_access.mail_activity_type_customer_waits"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestCustomersMessages(ExivoFinderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls._create_user(
            "exivo_desk", "exivo_access.group_user,resource_booking.group_user"
        )
        cls.janitor = cls._create_user(
            "exivo_janitor", "exivo_access.group_user,resource_booking.group_user"
        )
        cls.site.user_id = False

    def setUp(self):
        super().setUp()
        self.confirm()
        self.booking = self.bookings()
        self.env["mail.message"].search([]).flush_recordset()

    def _write(self, text="The door is dead", login=True):
        """Write as the page does: with a login, or by the token of its address."""
        self.log_in(self.holder) if login else self.authenticate(None, None)
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "resource.booking",
                "thread_id": self.booking.id,
                "post_data": {
                    "body": text,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                "token": self.booking.access_token,
            },
        )
        return self.booking.message_ids.filtered(lambda one: text in one.body)

    def _heard(self, message):
        return message.notification_ids.res_partner_id

    def test_link_shows_nothing_that_staff_note_nor_who_else_is_there(self):
        self.booking.message_subscribe(self.janitor.partner_id.ids)
        self.booking.activity_schedule("mail.mail_activity_data_todo", note="A secret")
        self.authenticate(None, None)
        for record in self.booking, self.booking.meeting_id:
            told = self.make_jsonrpc_request(
                "/mail/data",
                {
                    "fetch_params": [
                        [
                            "mail.thread",
                            {
                                "thread_model": record._name,
                                "thread_id": record.id,
                                "access_params": {"token": record.access_token},
                                "request_list": [
                                    *("activities", "attachments", "followers"),
                                    *("suggestedRecipients", "scheduledMessages"),
                                ],
                            },
                        ]
                    ]
                },
            )
            self.assertIn("mail.thread", told)
            self.assertLessEqual(set(told), {"mail.thread"})
            self.assertNotIn("@", str(told))
            self.assertNotIn("A secret", str(told))

    def test_followers_of_the_type_and_who_is_responsible_hear_of_it(self):
        self.booking_type.message_subscribe(self.desk.partner_id.ids)
        self.site.user_id = self.janitor
        staff = self.desk.partner_id | self.janitor.partner_id
        self.assertFalse(self.mails_to(staff), "nobody hears of the booking itself")
        for login in (True, False):
            with self.subTest(login=login):
                heard = self._heard(self._write(f"Written: {login}", login))
                self.assertEqual(heard & staff, staff)
                self.assertNotIn(self.holder.partner_id, heard)
        self.assertFalse(self.booking.activity_search([ACTIVITY]))

    def test_customers_who_follow_the_type_are_no_staff(self):
        self.booking_type.message_subscribe(self.follower.partner_id.ids)
        self.assertNotIn(self.follower.partner_id, self._heard(self._write()))

    def test_followers_from_another_company_are_no_staff_of_ours(self):
        company = self.env["res.company"].create({"name": "Neighbours"})
        self.desk.write({"company_ids": [(6, 0, company.ids)], "company_id": company})
        self.booking_type.company_id = False
        self.booking_type.message_subscribe(self.desk.partner_id.ids)
        self.assertNotIn(self.desk.partner_id, self._heard(self._write()))
        self.assertTrue(self.booking.activity_search([ACTIVITY]))

    def test_where_nobody_could_hear_it_one_activity_waits(self):
        self._write("First")
        self._write("Second", login=False)
        (activity,) = self.booking.activity_search([ACTIVITY])
        self.assertFalse(activity.user_id)

    def test_who_follows_the_booking_is_enough(self):
        self.booking_type.message_subscribe(self.desk.partner_id.ids)
        self.booking.message_subscribe(self.janitor.partner_id.ids)
        heard = self._heard(self._write())
        self.assertIn(self.janitor.partner_id, heard)
        self.assertNotIn(self.desk.partner_id, heard)

    def test_employee_who_books_is_a_customer_and_hears_for_nobody(self):
        self.booking_type.message_subscribe(self.desk.partner_id.ids)
        clerk = self._create_user("exivo_clerk", "base.group_user")
        self.booking.write({"partner_ids": [(6, 0, clerk.partner_id.ids)]})
        self.booking.message_subscribe(clerk.partner_id.ids)
        self.holder = clerk
        self.assertIn(self.desk.partner_id, self._heard(self._write()))

    def test_employee_who_looks_after_bookings_hears_not_of_the_own_one_alone(self):
        self.booking_type.message_subscribe(self.desk.partner_id.ids)
        self.booking.write({"partner_ids": [(6, 0, self.desk.partner_id.ids)]})
        self.holder = self.desk
        self._write()
        self.assertTrue(self.booking.activity_search([ACTIVITY]))

    def test_what_staff_write_makes_nobody_follow(self):
        self.booking_type.message_subscribe(self.desk.partner_id.ids)
        self.comment(
            self.booking.with_user(self.janitor).sudo(),
            "We look into it",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.janitor.partner_id.id,
        )
        self.assertNotIn(self.desk.partner_id, self.booking.message_partner_ids)

    def test_the_conversation_is_in_the_customers_language(self):
        said = self.url_open("/website/translations?lang=de_DE").json()
        known = said["modules"]["mail"]["messages"]
        (words,) = [
            one["string"] for one in known if one["id"] == "The conversation is empty."
        ]
        self.assertEqual(words, "Die Unterhaltung ist leer.")
