# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What locks are marked with, and the PIN that is typed at the door itself."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of, pin_of, pins_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLockAbilities(ExivoCase):
    def test_managers_mark_locks_and_exivos_list_leaves_it(self):
        manager = self._create_user("exivo_marker", "exivo_access.group_manager")
        with Form(self.entrance.with_user(manager)) as form:
            form.has_keypad = True
        self.site.action_synchronise_locks()
        self.assertTrue(self.entrance.has_keypad)
        self.assertFalse(self.aare.has_keypad)
        self.assertTrue(self.aare.has_remote_opening)

    def test_staff_do_not_mark_locks(self):
        staff = self._create_user("exivo_reader", "exivo_access.group_user")
        with self.assertRaises(AccessError):
            self.entrance.with_user(staff).has_keypad = True

    def test_a_rule_says_which_lock_cannot_do_what(self):
        self.entrance.has_keypad = True
        with self.assertRaisesRegex(
            ValidationError, "PIN at the Keypad does not work with Aare: .*“Keypad”"
        ):
            self.rule.method = "keypad"
        self.rule.write({"lock_ids": [(6, 0, self.entrance.ids)], "method": "keypad"})

    def test_a_lock_that_a_rule_counts_on_keeps_its_mark(self):
        with self.assertRaisesRegex(ValidationError, "Link and PIN .* Entrance: "):
            self.entrance.has_remote_opening = False
        self.rule.active = False
        self.entrance.has_remote_opening = False
        with self.assertRaisesRegex(ValidationError, "Link and PIN .* Entrance: "):
            self.rule.active = True

    def test_the_form_offers_what_all_locks_can_do(self):
        self.entrance.has_keypad = True
        form = Form(self.rule)
        self.assertEqual(form.method_choices, ["link"])
        form.lock_ids.remove(id=self.aare.id)
        self.assertEqual(form.method_choices, ["link", "keypad"])
        form.method = "keypad"
        form.save()


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestKeypad(ExivoCase):
    def setUp(self):
        super().setUp()
        self.entrance.has_keypad = True
        self.rule.write({"lock_ids": [(6, 0, self.entrance.ids)], "method": "keypad"})

    def mail(self):
        return self.mails_to(self.customer)[-1]

    def test_a_booking_gets_a_pin_for_the_keypad_and_no_link(self):
        access = self.accesses(self.book())
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(access.state, "created")
        self.assertEqual(visit["request"].code, pin_of(access))
        self.assertEqual(visit["request"].component_ids, ("entrance",))
        self.assertFalse(link_of(access))
        body = self.mail().body_html
        self.assertIn("Type your PIN at the keypad of the door", body)
        self.assertIn(pin_of(access), body)
        self.assertNotIn(visit["link"], body)
        self.assertNotIn("press LOGIN", body)

    def test_no_link_from_exivo_is_no_failure(self):
        create_visit = self.exivo.create_visit

        def create_without_link(request):
            visit = create_visit(request)
            self.exivo.visits[visit.id]["link"] = ""
            return self.exivo.get_visit(visit.id)

        self.exivo.create_visit = create_without_link
        self.addCleanup(delattr, self.exivo, "create_visit")
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_link_and_keypad_of_one_booking_share_pin_and_mail(self):
        self.rule.copy({"lock_ids": [(6, 0, self.aare.ids)], "method": "link"})
        accesses = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(set(accesses.mapped("method")), {"link", "keypad"})
        self.assertEqual(len(set(pins_of(accesses))), 1)
        (mail,) = self.mails_to(self.customer)
        self.assertIn("Type your PIN at the keypad of the door", mail.body_html)
        self.assertIn("press LOGIN", mail.body_html)
        link = link_of(accesses.filtered(lambda one: one.method == "link"))
        self.assertIn(link, mail.body_html)

    def test_a_new_code_is_told_without_a_word_of_links(self):
        access = self.accesses(self.book())
        self.synchronise()
        self.new_code(access, "lost")
        self.synchronise()
        self.assertTrue(self.mail().subject.startswith("New PIN: your access"))
        self.assertNotIn("link", self.mail().body_html)
        self.assertIn(pin_of(access), self.mail().body_html)

    def test_the_holder_hears_of_another_time_and_of_nothing_else(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        (visit,) = self.exivo.live_visits()
        visit["revoked"] = True
        with self._registry_in_test_mode():
            self.site.action_compare()
        access.action_give_back()
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.rule.minutes_after = 30
        self.synchronise()
        self.assertIn("New time", self.mail().subject)
        self.assertEqual(len(self.mails_to(self.customer)), 2)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestInvitation(ExivoCase):
    def setUp(self):
        super().setUp()
        self.customer.write(
            {"phone": "079 123 45 67", "country_id": self.env.ref("base.ch").id}
        )

    def order(self):
        (visit,) = self.exivo.live_visits()
        return visit["request"]

    def body(self):
        return self.mails_to(self.customer)[-1].body_html

    def test_by_default_exivo_learns_no_address(self):
        self.book()
        self.synchronise()
        self.assertEqual((self.order().sms_number, self.order().email), ("", ""))
        self.assertNotIn("You also get", self.body())

    def test_exivo_texts_the_link_and_our_mail_agrees(self):
        self.rule.invitation = "sms"
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(self.order().sms_number, "+41791234567")
        self.assertEqual(self.order().email, "")
        self.assertIn("You also get this link by text message", self.body())
        self.assertIn(pin_of(access), self.body())
        self.assertIn(link_of(access), self.body())

    def test_exivo_mails_the_link(self):
        self.rule.invitation = "email"
        self.book()
        self.synchronise()
        self.assertEqual(self.order().email, "anna@example.com")
        self.assertIn("You also get this link in a mail", self.body())

    def test_a_number_of_no_use_leaves_it_to_our_mail(self):
        self.rule.invitation = "sms"
        for number in (False, "12", "044 668 18 00"):
            self.customer.phone = number
            booking = self.book()
            self.synchronise()
            self.assertEqual(self.accesses(booking).state, "created")
            self.assertEqual(self.order().sms_number, "")
            self.assertNotIn("You also get", self.body())
            booking.action_cancel()
            self.synchronise()

    def test_a_number_without_country_is_of_the_companys(self):
        self.rule.invitation = "sms"
        self.customer.write({"phone": "0171 1234567", "country_id": False})
        self.site.company_id.country_id = self.env.ref("base.de")
        self.book()
        self.synchronise()
        self.assertEqual(self.order().sms_number, "+491711234567")

    def test_an_order_without_answer_is_not_sent_again(self):
        self.rule.invitation = "sms"
        self.exivo.fail(exivo.TimedOut("late"), calls="create_visit", after=True)
        access = self.accesses(self.book())
        self.synchronise()
        with freeze_time(NOW + timedelta(minutes=3)):
            self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.calls.count("create_visit"), 1)

    def test_a_keypad_needs_no_invitation_and_of_two_rules_the_text_wins(self):
        self.rule.copy({"invitation": "sms"})
        booking = self.book()
        self.synchronise()
        self.assertTrue(self.order().sms_number)
        (self.entrance | self.aare).has_keypad = True
        self.room.exivo_rule_ids.method = "keypad"
        self.synchronise()
        self.assertEqual(self.accesses(booking).filtered("is_wanted").state, "created")
        self.assertEqual(self.order().sms_number, "")
