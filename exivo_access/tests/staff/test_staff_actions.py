# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Staff resend, retry, take away and give back, and have new codes made."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ... import api as exivo
from ...models.pins.handover import show_link, show_pin
from ..common import NOW, link_of, pin_of, pins_of
from ..staff_common import StaffCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestStaffActions(StaffCase):
    def test_resend_mails_the_same_link_again_and_makes_nothing_new(self):
        self.access.action_resend()
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn(link_of(self.access), mail.body_html)
        self.assertRegex(mail.subject, "^Your access")
        self.assertEqual(len(self.exivo.visits), 1)

    def test_pin_that_opens_nothing_is_not_shown_and_no_look_is_recorded(self):
        not_yet = self.accesses(self.book(hours=48)).with_user(self.user)
        self.assertNoPin(not_yet)
        self.access.action_remove()
        self.assertNoPin(self.access, "is being removed")
        self.synchronise()
        self.assertNoPin(self.access, "is removed")
        self.access.action_give_back()
        self.synchronise()
        self.assertTrue(self.access.can_show_pin)
        self.new_code(self.access)
        self.assertNoPin(self.access, "the new one is not at Exivo yet")

    def test_pin_that_still_opens_is_shown_while_a_change_waits_for_exivo(self):
        booking = self.book(hours=-0.1)
        self.synchronise()
        access = self.accesses(booking).with_user(self.user)
        link = link_of(access)
        self.exivo.refusal = exivo.Unreachable("No connection")
        with freeze_time(NOW + timedelta(minutes=5)):
            booking.duration += 1
            self.synchronise()
            self.assertEqual(access.state, "in_progress")
            self.assertTrue(access.can_show_pin)
            self.assertEqual(show_pin(access), pin_of(access.sudo()))
            self.assertTrue(access.link)
            self.assertEqual(show_link(access), link)
            self.new_code(access.sudo(), "Passed on")
            self.env.invalidate_all()
            self.assertFalse(access.can_show_pin, "the new one is not at Exivo yet")
            self.assertFalse(access.link or show_link(access))

    def assertNoPin(self, access, why=None):
        self.env.invalidate_all()
        self.assertFalse(access.can_show_pin, why)
        with self.assertRaisesRegex(UserError, "opens no door"):
            show_pin(access)
        self.assertFalse(access.sudo().reveal_ids)

    def test_resend_says_why_it_cannot(self):
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.access.action_resend()
        self.booking.action_cancel()
        self.synchronise()
        with self.assertRaisesRegex(UserError, "nothing to send"):
            self.access.action_resend()

    def test_resend_sends_nothing_to_what_is_no_address(self):
        self.customer.email = "not an address"
        with self.assertRaisesRegex(UserError, "no e-mail address that works"):
            self.access.action_resend()
        self.assertFalse(self.access.resent_at)

    def test_resend_leaves_out_what_does_not_fit_and_says_so(self):
        not_yet = self.accesses(self.book(hours=48)).with_user(self.user)
        said = (self.access | not_yet).action_resend()["params"]["message"]
        self.assertIn("Sent again to Anna Muster.", said)
        self.assertIn("Left out, not created or without an address: 1.", said)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_retry_leaves_out_what_has_not_failed(self):
        self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        failed = self.accesses(self.book(hours=48)).with_user(self.user)
        self.synchronise()
        said = (self.access | failed).action_retry()["params"]["message"]
        self.assertIn("tried again now: 1.", said)
        self.assertEqual(failed.state, "in_progress")
        with self.assertRaisesRegex(UserError, "Only failed accesses"):
            self.access.action_retry()

    def test_resend_of_what_has_just_ended_says_why_it_cannot(self):
        with (
            freeze_time(self.access.stop + timedelta(seconds=1)),
            self.assertRaisesRegex(UserError, "nothing to send"),
        ):
            self.access.action_resend()

    def test_resend_leaves_out_what_has_just_ended(self):
        self.rule.copy({"minutes_after": 240})
        self.synchronise()
        self.mails_to(self.customer).unlink()
        shorter, longer = self.accesses(self.booking).sorted("stop")
        with freeze_time(shorter.stop + timedelta(seconds=1)):
            longer.with_user(self.user).action_resend()
        (mail,) = self.mails_to(self.customer)
        self.assertIn(link_of(longer), mail.body_html)
        self.assertNotIn(link_of(shorter.credential_ids), mail.body_html)

    def test_new_code_replaces_pin_and_link_and_tells_the_holder(self):
        old_pin, old_link = pin_of(self.access.sudo()), link_of(self.access)
        self.new_code(self.access)
        self.synchronise()
        self.assertNotEqual(pin_of(self.access.sudo()), old_pin)
        self.assertNotEqual(link_of(self.access), old_link)
        self.assertEqual(self.access.new_code_reason, "The PIN was passed on")
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].code, pin_of(self.access.sudo()))
        (mail,) = self.mails_to(self.customer)
        self.assertIn(pin_of(self.access.sudo()), mail.body_html)
        self.assertIn("New PIN and link", mail.subject)

    def test_new_code_says_how_its_holder_gets_to_know_it(self):
        for is_in_mail, email, has_login, says in (
            (True, "anna@example.com", False, "A mail brings it."),
            (False, "anna@example.com", False, "please hand it over"),
            (True, False, False, "please hand it over"),
            (True, "not an address", False, "please hand it over"),
            (True, "anna@example.com", True, "A mail brings it."),
            (False, "anna@example.com", True, "The portal shows the PIN to Anna"),
        ):
            with self.subTest(is_in_mail=is_in_mail, email=email, login=has_login):
                self.site.pin_in_mail = is_in_mail
                self.customer.email = email
                if has_login and not self.customer.user_ids:
                    self.env["res.users"].create(
                        {
                            "login": "anna",
                            "partner_id": self.customer.id,
                            "group_ids": [
                                (6, 0, self.env.ref("base.group_portal").ids)
                            ],
                        }
                    )
                with self.new_code_form(self.access) as form:
                    form.reason = "Passed on"
                said = form.record.action_confirm()["params"]["message"]
                self.assertIn(says, said)
                self.assertEqual("A mail brings it" in said, "mail brings" in says)

    def test_new_code_is_brought_by_no_mail_where_the_last_one_came_back(self):
        self.access.sudo().mail_state = "bounced"
        with self.new_code_form(self.access) as form:
            form.reason = "Passed on"
        said = form.record.action_confirm()["params"]["message"]
        self.assertIn("please hand it over", said)

    def test_new_code_says_that_the_old_one_opens_while_the_site_is_not_called(self):
        for vals in ({"state": "refused"}, {"paused_until": NOW + timedelta(hours=1)}):
            self.site.write({"state": "verified", "paused_until": False, **vals})
            with self.new_code_form(self.access) as form:
                form.reason = "Passed on"
            said = form.record.action_confirm()["params"]
            self.assertEqual(said["type"], "warning")
            self.assertIn("until it is, the old code opens its doors", said["message"])

    def test_new_code_leaves_out_what_was_taken_away(self):
        self.access.action_remove()
        form = self.new_code_form(self.access)
        self.assertEqual(form.left_out_ids[:], self.access)
        asked = {"access_ids": [(6, 0, self.access.ids)], "reason": "A list was lost"}
        wizard = self.env["exivo.new.code"].with_user(self.user).create(asked)
        with self.assertRaisesRegex(UserError, "over, taken away"):
            wizard.action_confirm()

    def test_new_code_is_the_same_for_all_accesses_of_the_booking(self):
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        self.synchronise()
        accesses = self.accesses(self.booking)
        self.assertEqual(len(accesses), 2)
        self.new_code(accesses[0])
        self.synchronise()
        self.assertEqual(len(set(pins_of(accesses))), 1)
        self.assertEqual(len(self.exivo.live_visits()), 2)
        accesses[1].with_user(self.user).action_remove()
        self.new_code(accesses[0])
        self.assertEqual(len(set(pins_of(accesses))), 1, "it may be given back")

    def test_removed_access_stays_away_until_staff_give_it_back(self):
        self.access.action_remove()
        self.synchronise()
        self.assertEqual(self.access.state, "removed")
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(self.booking.state, "confirmed")
        self.assertIn("removed", self.mails_to(self.customer).subject)

        self.booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        self.assertEqual(self.accesses(self.booking), self.access)
        self.assertFalse(self.exivo.live_visits())

        self.access.action_give_back()
        self.synchronise()
        self.assertEqual(self.access.state, "created")
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            visit["request"].valid_from.replace(tzinfo=None),
            NOW + timedelta(hours=47, minutes=45),
        )

    def test_removed_access_stays_away_when_the_booking_gets_another_slot(self):
        self.access.action_remove()
        self.synchronise()
        self.booking.action_unschedule()
        self.synchronise()
        self.booking.start = NOW + timedelta(hours=48)
        self.booking.action_confirm()
        self.synchronise()
        access = self.accesses(self.booking) - self.access
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

        access.action_give_back()
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 2)
        self.booking.action_unschedule()
        self.synchronise()
        self.booking.start = NOW + timedelta(hours=72)
        self.booking.action_confirm()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2, "it was given back")

    def test_removed_access_stays_away_when_its_rule_gets_another_method(self):
        self.access.action_remove()
        (self.entrance | self.aare).has_keypad = True
        self.rule.method = "keypad"
        self.synchronise()
        self.assertEqual(len(self.accesses(self.booking)), 2)
        self.assertFalse(self.exivo.live_visits())

    def test_removed_access_stays_away_when_its_doors_move_to_another_site(self):
        new = self._connect_elsewhere()
        self.access.action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.rule.lock_ids = new.lock_ids
        self.synchronise()
        moved = self.accesses(self.booking) - self.access
        self.assertEqual((moved.site_id, moved.state), (new, "removed"))
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.mails_to(self.customer))

        moved.action_give_back()
        self.synchronise()
        self.assertEqual(moved.state, "created")
        self.rule.lock_ids = self.site.lock_ids
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1, "it was given back")

    def test_removed_access_stays_away_when_its_rule_went_before_the_new_one_came(self):
        new = self._connect_elsewhere()
        self.access.action_remove()
        self.rule.action_archive()
        self.synchronise()
        self.rule.copy({"lock_ids": [(6, 0, new.lock_ids.ids)], "active": True})
        self.synchronise()
        self.assertEqual(len(self.accesses(self.booking)), 2)
        self.assertFalse(self.exivo.live_visits())

    def test_access_removed_at_one_site_leaves_that_at_another(self):
        new = self._connect_elsewhere()
        self.access.action_remove()
        self.synchronise()
        self.rule.lock_ids |= new.lock_ids
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.rule.lock_ids = new.lock_ids
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_removed_access_stays_away_when_its_rules_move_one_after_the_other(self):
        new = self._connect_elsewhere()
        for minutes in (self.rule.minutes_before, 60):
            with self.subTest(minutes=minutes):
                self.rule.lock_ids = self.aare
                room = self.rule.copy(
                    {
                        "lock_ids": [(6, 0, self.entrance.ids)],
                        "minutes_before": minutes,
                    }
                )
                booking = self.book(hours=72)
                self.synchronise()
                self.accesses(booking).action_remove()
                for rule in self.rule | room:
                    rule.lock_ids = new.lock_ids
                    self.synchronise()
                    at_new = self.accesses(booking).filtered("is_wanted")
                    at_new = at_new.filtered(lambda one: one.site_id == new)
                    self.assertEqual(set(at_new.mapped("state")), {"removed"})
                booking.action_cancel()
                room.action_archive()

    def test_access_removed_beside_another_stays_away_when_both_move(self):
        new = self._connect_elsewhere()
        (self.entrance | new.lock_ids).has_keypad = True
        other = {"lock_ids": [(6, 0, self.entrance.ids)], "method": "keypad"}
        keypad = self.rule.copy(other)
        self.synchronise()
        self.access.action_remove()
        self.synchronise()
        (self.rule | keypad).lock_ids = new.lock_ids
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_access_removed_beside_another_stays_away_when_both_end_and_come_back(self):
        new = self._connect_elsewhere()
        (self.entrance | new.lock_ids).has_keypad = True
        other = {"lock_ids": [(6, 0, self.entrance.ids)], "method": "keypad"}
        rules = self.rule | self.rule.copy(other)
        self.synchronise()
        self.access.action_remove()
        self.synchronise()
        rules.action_archive()
        self.synchronise()
        rules.write({"lock_ids": [(6, 0, new.lock_ids.ids)], "active": True})
        self.synchronise()
        at_new = self.accesses(self.booking).filtered(lambda one: one.site_id == new)
        self.assertEqual(
            {one.method: one.state for one in at_new},
            {"link": "removed", "keypad": "created"},
            "each as it was decided before",
        )

    def test_removed_access_stays_away_when_one_rule_went_before_the_new_one_came(self):
        new = self._connect_elsewhere()
        entrance = self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)]})
        self.rule.lock_ids = self.aare
        self.synchronise()
        self.access.action_remove()
        self.synchronise()
        entrance.action_archive()
        self.synchronise()
        self.assertTrue(self.access.is_wanted)
        entrance.write({"lock_ids": [(6, 0, new.lock_ids.ids)], "active": True})
        self.synchronise()
        self.assertEqual(len(self.accesses(self.booking)), 2)
        self.assertFalse(self.exivo.live_visits())

    def _connect_elsewhere(self):
        return self._connect_once_more(
            company_id=self.site.company_id.id,
            remote_id="44444444-4444-4444-8444-444444444444",
        )

    def test_removed_access_stays_away_when_another_rule_opens_longer(self):
        self.access.action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        self.synchronise()
        longer = self.accesses(self.booking) - self.access
        self.assertEqual(longer.state, "removed")
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(self.mails_to(self.customer))

        longer.action_give_back()
        self.synchronise()
        self.assertEqual(longer.state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_removed_doors_do_not_come_back_by_a_rule_that_gets_the_same_minutes(self):
        other = {"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60}
        self.rule.copy(other)
        self.synchronise()
        self.access.action_remove()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.rule.minutes_before = 60
        self.synchronise()
        self.assert_aare_is_shut()

    def test_removed_doors_do_not_come_back_by_rules_whose_minutes_are_swapped(self):
        other = {"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60}
        longer = self.rule.copy(other)
        self.synchronise()
        self.access.action_remove()
        self.synchronise()
        self.rule.minutes_before = 90
        longer.minutes_before = 10
        self.synchronise()
        self.assert_aare_is_shut()

    def assert_aare_is_shut(self):
        opened = [visit["request"].component_ids for visit in self.exivo.live_visits()]
        self.assertNotIn("aare", [one for several in opened for one in several])

    def test_removed_access_of_a_cancelled_booking_does_not_come_back(self):
        self.access.action_remove()
        self.synchronise()
        self.booking.action_cancel()
        self.access.action_give_back()
        self.synchronise()
        self.assertEqual(self.access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_smart_buttons_lead_to_the_accesses_of_the_record(self):
        for record in (
            self.booking,
            self.booking.meeting_id,
            self.customer,
            self.room,
        ):
            with self.subTest(model=record._name):
                self.assertEqual(record.exivo_access_count, 1)
                domain = record.action_open_exivo_accesses()["domain"]
                self.assertEqual(self.env["exivo.access"].search(domain), self.access)

    def test_who_is_not_staff_can_do_none_of_this(self):
        outsider = self._create_user("exivo_no_staff", "base.group_user")
        access = self.access.with_user(outsider)
        for action in (
            access.action_resend,
            access.action_remove,
            access.action_give_back,
            access.action_retry,
        ):
            with self.subTest(action=action.__name__), self.assertRaises(AccessError):
                action()
