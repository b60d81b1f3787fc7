# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A key for as long as somebody belongs to a community."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..app_common import PHONE, AppCase
from ..common import NOW


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMembersKey(AppCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.active = False
        cls.tag = cls.env["res.partner.category"].create({"name": "Choir"})
        cls.env["exivo.access.rule"].create(
            {
                "category_id": cls.tag.id,
                "lock_ids": [(6, 0, cls.entrance.ids)],
                "method": "app",
            }
        )

    def join(self):
        self.customer.category_id = self.tag
        self.synchronise()
        return self.env["exivo.access"].search([("is_of_community", "=", True)])

    def test_a_member_gets_a_key_with_an_end(self):
        access = self.join()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.order().phone, PHONE)
        self.assertLess(access.stop, NOW + timedelta(days=32))
        mail = self.mail()
        self.assertIn("House Keys", mail.body_html)
        self.assertIn("renewed by itself", mail.body_html)
        self.assertNotIn("PIN", mail.body_html)

    def test_member_who_never_installs_the_app_is_no_trouble(self):
        self.exivo.phones_wait = True
        self.join()
        with freeze_time(NOW + timedelta(hours=5)):
            self.synchronise()
            self.run_action("ir_cron_watch")
        kind = self.env.ref("exivo_access.mail_activity_type_accesses_imminent")
        alarms = [("activity_type_id", "=", kind.id)]
        self.assertFalse(self.env["mail.activity"].search_count(alarms))

    def test_key_is_renewed_ahead_without_a_mail_and_without_a_gap(self):
        access = self.join()
        (first,) = self.exivo.live_keys()
        later = NOW + timedelta(days=27)
        self.exivo.phones_wait = True
        with freeze_time(later):
            self.run_action("ir_cron_plan_all")
            self.synchronise()
            self.assertEqual(access.state, "in_progress")
            self.assertEqual(len(self.exivo.live_keys()), 2)
            self.assertGreater(first["request"].valid_to.replace(tzinfo=None), later)
            self.exivo.phone_takes_keys()
        with freeze_time(later + timedelta(minutes=1)):
            self.synchronise()
        self.assertEqual(access.state, "created")
        (second,) = self.exivo.live_keys()
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_key_follows_a_new_number_and_not_a_new_name(self):
        access = self.join()
        self.customer.name = "Anna Beispiel"
        self.synchronise()
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 1)
        self.customer.phone = "079 765 43 21"
        self.synchronise()
        self.assertEqual(self.order().phone, "+41797654321")
        self.assertEqual(access.state, "created")
        self.assertIn("New key in the app", self.mail().subject)

    def test_key_goes_with_the_membership(self):
        access = self.join()
        self.customer.category_id = False
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_keys())

    def test_a_phone_that_never_takes_it_is_not_asked_for_each_minute(self):
        self.exivo.phones_wait = True
        access = self.join()
        for _time in range(14):
            due = access.due_at
            self.look_on(due - NOW)
        self.assertEqual(access.due_at - due, timedelta(hours=1))
