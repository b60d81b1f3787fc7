# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Where a key goes, who is told, and who may be promised one."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ... import api as exivo
from ...models.pins.handover import show_pin
from ..app_common import PHONE, AppCase
from ..common import NOW, link_of, pin_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRecipient(AppCase):
    def test_the_phone_comes_first_and_else_it_is_the_e_mail(self):
        for number in (False, "12", "044 668 18 00"):
            self.customer.phone = number
            booking = self.book()
            self.synchronise()
            self.assertEqual(
                (self.order().phone, self.order().email), ("", "anna@example.com")
            )
            self.assertIn("anna@example.com", self.mail().body_html)
            booking.action_cancel()
            self.synchronise()

    def test_a_number_without_country_is_of_the_companys(self):
        self.customer.write({"phone": "0171 1234567", "country_id": False})
        self.site.company_id.country_id = self.env.ref("base.de")
        self.book()
        self.synchronise()
        self.assertEqual(self.order().phone, "+491711234567")

    def test_a_number_follows_the_country_that_comes_from_the_contacts_company(self):
        house = self.env["res.partner"].create(
            {
                "name": "Muster AG",
                "is_company": True,
                "street": "Aarestrasse 1",
                "country_id": self.env.ref("base.ch").id,
            }
        )
        self.customer.write({"parent_id": house.id, "phone": "0171 1234567"})
        access = self.accesses(self.book())
        house.country_id = self.env.ref("base.de")
        self.plan()
        self.assertEqual(access.app_recipient, "+491711234567")

    def test_without_both_it_fails_says_what_to_do_and_heals(self):
        self.customer.write({"phone": "12", "email": False})
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "no_recipient")
        )
        self.assertFalse(self.exivo.keys)
        self.assertIn("mobile number", access.activity_ids.note)
        self.assertIn("Put a mobile number", self.read_explanation(access))
        self.customer.phone = "079 123 45 67"
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertFalse(access.activity_ids)

    def test_the_bookings_other_methods_go_on(self):
        self.customer.write({"phone": "12", "email": False})
        self.rule.copy({"method": "link"})
        accesses = self.accesses(self.book()).grouped("method")
        self.synchronise()
        self.assertEqual(accesses["app"].state, "failed")
        self.assertEqual(accesses["link"].state, "created")

    def test_a_phone_that_takes_long_keeps_no_link_waiting(self):
        self.exivo.phones_wait = True
        self.rule.copy({"method": "link"})
        accesses = self.accesses(self.book()).grouped("method")
        self.synchronise()
        self.assertEqual(accesses["app"].state, "in_progress")
        (mail,) = self.mails_to(self.customer)
        self.assertIn(link_of(accesses["link"]), mail.body_html)
        self.assertIn(pin_of(accesses["link"]), mail.body_html)
        self.assertNotIn("House Keys", mail.body_html)
        self.look_on(timedelta(minutes=1), takes=True)
        self.assertIn("New key in the app", self.mail().subject)
        self.assertIn("House Keys", self.mail().body_html)
        self.assertIn(pin_of(accesses["link"]), self.mail().body_html)

    def test_link_and_key_of_one_booking_share_a_mail(self):
        self.rule.copy({"method": "link"})
        accesses = self.accesses(self.book()).grouped("method")
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("House Keys", mail.body_html)
        self.assertIn(pin_of(accesses["link"]), mail.body_html)
        self.assertFalse(pin_of(accesses["app"]))

    def test_the_key_follows_a_new_number(self):
        access = self.accesses(self.book())
        self.synchronise()
        self.customer.phone = "079 765 43 21"
        self.synchronise()
        self.assertEqual(self.order().phone, "+41797654321")
        self.assertEqual(access.state, "created")
        self.assertIn("+41797654321", self.mail().body_html)
        self.assertIn("New key in the app", self.mail().subject)
        self.customer.name = "Anna Beispiel"
        self.synchronise()
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 2)

    def test_a_phone_that_is_no_longer_the_holders_loses_its_key(self):
        access = self.accesses(self.book(hours=0, duration=2))
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=10)):
            self.customer.write({"phone": False, "email": False})
            self.synchronise()
        self.assertEqual(access.failure_type, "no_recipient")
        self.assertFalse(self.exivo.live_keys())

    def test_the_old_phones_key_does_not_wait_for_the_new_phone(self):
        access = self.accesses(self.book(hours=0, duration=2))
        self.synchronise()
        self.exivo.phones_wait = True
        with freeze_time(NOW + timedelta(minutes=10)):
            self.customer.phone = "079 765 43 21"
            self.synchronise()
        self.assertEqual(self.order().phone, "+41797654321")
        self.assertEqual(access.state, "in_progress")

    def test_the_old_phones_key_stays_until_another_one_is_ordered(self):
        self.accesses(self.book(hours=0, duration=2))
        self.synchronise()
        self.exivo.fail(exivo.Unreachable("down"), calls="create_key_visit")
        with freeze_time(NOW + timedelta(minutes=10)):
            self.customer.phone = "079 765 43 21"
            self.synchronise()
        self.assertEqual(self.order().phone, PHONE)

    def test_the_old_phones_key_does_not_count_as_the_holders(self):
        access = self.accesses(self.book(hours=0, duration=2))
        self.synchronise()
        self.exivo.errors = [("create_key_visit", exivo.Unreachable("down"), False)] * 9
        with freeze_time(NOW + timedelta(minutes=10)):
            access.booking_id.duration = 3
            self.synchronise()
            self.assertFalse(self.warnings_of(access), "it is in the holder's phone")
            self.assertIn("goes on to open doors", self.read_explanation(access))
            self.customer.phone = "079 765 43 21"
            self.synchronise()
            self.assertTrue(self.warnings_of(access))
            self.assertNotIn("goes on to open doors", self.read_explanation(access))

    def test_who_waits_long_is_told_what_to_install(self):
        self.exivo.phones_wait = True
        self.book()
        self.synchronise()
        self.look_on(timedelta(minutes=6))
        (mail,) = self.mails_to(self.customer)
        for words in ("install the app House Keys", PHONE, "is confirmed"):
            self.assertIn(words, mail.body_html)
        self.look_on(timedelta(hours=3), takes=True)
        self.assertIn("hold your phone", self.mail().body_html)

    def warnings_of(self, access):
        """Return what staff are warned of when they are once more."""
        self.run_action("ir_cron_watch")
        kind = self.env.ref("exivo_access.mail_activity_type_accesses_imminent")
        warnings = self.env["mail.activity"].search(
            [("activity_type_id", "=", kind.id)]
        )
        return warnings.filtered(lambda one: access.reference in one.note)

    def test_staff_are_warned_of_a_phone_that_has_not_taken_it(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=1))
        self.synchronise()
        self.assertFalse(self.warnings_of(access))
        self.look_on(timedelta(minutes=7))
        with freeze_time(NOW + timedelta(minutes=7)):
            self.assertTrue(self.warnings_of(access))
            said = self.read_explanation(access)
        self.assertIn("no phone has taken it yet", said)

    def test_new_code_leaves_out_keys_and_what_is_over_and_says_so(self):
        self.rule.copy({"method": "link"})
        booking, cancelled = self.book(), self.book(hours=48)
        self.synchronise()
        cancelled.action_cancel()
        self.synchronise()
        key, access = self.accesses(booking).sorted("method")
        form = self.new_code_form(self.accesses())
        self.assertEqual(form.with_code_ids[:], access)
        self.assertEqual(form.left_out_ids[:], self.accesses() - access)
        pins = {one: pin_of(one) for one in self.accesses()}
        form.reason = "A list was lost"
        form.save().action_confirm()
        changed = self.accesses().filtered(lambda one: pin_of(one) != pins[one])
        self.assertEqual(changed, access)
        self.assertFalse(key.new_code_reason)

    def test_there_is_no_code_to_show_or_to_change(self):
        no = self.env["exivo.access"]
        access = self.accesses(self.book())
        self.synchronise()
        with self.assertRaisesRegex(UserError, "has no PIN"):
            show_pin(access)
        form = self.new_code_form(access)
        self.assertEqual((form.with_code_ids[:], form.left_out_ids[:]), (no, access))
        self.env["exivo.fixed.pin"].create(
            {"partner_id": self.customer.id, "pin": "730264"}
        )
        self.assertFalse(pin_of(access))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestAppRules(AppCase):
    def test_a_rule_says_which_lock_is_not_marked(self):
        self.rule.method = "link"
        self.aare.has_mobile_access = False
        with self.assertRaisesRegex(
            ValidationError, "Key in the App does not work with Aare: .*Mobile Access"
        ):
            self.rule.method = "app"
        form = Form(self.rule)
        self.assertIn("Aare", form.app_hint)
        self.assertNotIn("app", form.method_choices)

    def test_a_rule_says_which_site_has_no_app(self):
        self.rule.method = "link"
        self.site.app_id = False
        with self.assertRaisesRegex(
            ValidationError, "Key in the App needs the app ID of Riverside House"
        ):
            self.rule.method = "app"
        form = Form(self.rule)
        self.assertIn("Riverside House", form.app_hint)
        self.assertNotIn("app", form.method_choices)

    def test_nobody_hears_of_apps_where_there_is_nothing_of_them(self):
        self.rule.method = "link"
        self.site.app_id = False
        (self.entrance | self.aare).has_mobile_access = False
        self.assertFalse(Form(self.rule).app_hint)

    def test_what_a_rule_counts_on_stays(self):
        with self.assertRaises(ValidationError):
            self.aare.has_mobile_access = False
        with self.assertRaises(ValidationError):
            self.site.app_id = False
        with self.assertRaisesRegex(ValidationError, "is no number"):
            self.site.app_id = "12a"
        with Form(self.rule) as form:
            self.assertEqual(form.method_choices, ["link", "app"])

    def test_keys_stay_in_the_app_that_they_were_made_for(self):
        access = self.accesses(self.book())
        self.synchronise()
        self.site.write({"app_id": "4712", "app_name": "Other App"})
        access.action_resend()
        self.assertIn("House Keys", self.mail().body_html)
