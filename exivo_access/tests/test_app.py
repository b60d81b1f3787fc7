# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A key in the app on the holder's phone."""

import itertools
import logging
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .. import api as exivo
from .common import NOW, ExivoCase, ExivoPortalCase

SECOND = timedelta(seconds=1)
PHONE = "+41791234567"


class AppCase(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"app_id": "4711", "app_name": "House Keys"})
        (cls.entrance | cls.aare).has_mobile_access = True
        cls.rule.method = "app"
        cls.customer.write(
            {"phone": "079 123 45 67", "country_id": cls.env.ref("base.ch").id}
        )

    def order(self):
        (key,) = self.exivo.live_keys()
        return key["request"]

    def look_on(self, after, takes=False):
        """Some time later the synchroniser runs; the phone may have taken the key."""
        if takes:
            self.exivo.phone_takes_keys()
        with freeze_time(NOW + after):
            self.synchronise()

    def mail(self):
        return self.mails_to(self.customer)[-1]

    def compare(self):
        self.env.flush_all()
        with self._registry_in_test_mode():
            return self.env["exivo.comparer"]._compare(self.site)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBookedKey(AppCase):
    def test_a_booking_gets_a_key_that_names_no_person(self):
        booking = self.book()
        self.synchronise()
        access, order = self.accesses(booking), self.order()
        key = access.credential_ids
        self.assertEqual((key.kind, key.state), ("digital_key", "live"))
        self.assertEqual(order.name, f"{access.reference} {key.token}")
        self.assertEqual((order.phone, order.email), (PHONE, ""))
        self.assertEqual((order.app_id, order.app_name), ("4711", "House Keys"))
        self.assertIs(order.notify, True)
        self.assertEqual(set(order.component_ids), {"entrance", "aare"})
        self.assertEqual(
            (order.valid_from.replace(tzinfo=None), order.valid_to.tzinfo is not None),
            (access.start, True),
        )
        base = self.site.get_base_url()
        self.assertEqual(
            order.callback_url, f"{base}/exivo/key/{key.id}/{key.callback_token}"
        )

    def test_it_is_created_once_exivo_has_confirmed_it_and_told_then(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "in_progress")
        self.assertFalse(self.mails_to(self.customer))
        self.look_on(timedelta(minutes=1), takes=True)
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 1)
        (mail,) = self.mails_to(self.customer)
        for words in ("House Keys", PHONE, "hold your phone to the reader"):
            self.assertIn(words, mail.body_html)
        self.assertNotIn("PIN", mail.body_html)
        self.assertNotIn("link", mail.body_html.lower())
        self.assertFalse(access.pin)

    def test_without_a_word_of_phones_the_key_counts_once_it_is_read_back(self):
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.calls.count("get_key_visit"), 1)

    def test_it_is_asked_for_less_and_less_often(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=24 * 20))
        self.synchronise()
        moments = []
        for _time in range(14):
            due = access.due_at
            moments.append(due)
            self.look_on(due - NOW)
        delays = [after - before for before, after in itertools.pairwise(moments)]
        self.assertEqual(delays, sorted(delays))
        self.assertEqual(delays[0], 20 * SECOND)
        self.assertEqual(delays[-1], timedelta(hours=1))
        self.assertEqual(self.exivo.calls.count("get_key_visit"), 15)
        self.assertEqual(access.state, "in_progress")

    def test_near_the_start_it_is_asked_for_each_minute(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=0.25))
        self.synchronise()
        for _time in range(6):
            due = access.due_at
            self.look_on(due - NOW)
        self.assertEqual(access.due_at - due, timedelta(minutes=1))

    def test_an_outage_while_it_is_asked_for_is_no_failure_of_the_key(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book())
        self.synchronise()
        self.exivo.fail(exivo.TimedOut("late"), calls="get_key_visit")
        self.look_on(timedelta(minutes=1))
        self.assertEqual(access.state, "in_progress")
        self.look_on(timedelta(minutes=5), takes=True)
        self.assertEqual((access.state, access.failure_type), ("created", False))
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 1)

    def test_it_is_asked_for_soon_after_the_clock_was_ahead(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=24 * 20))
        self.synchronise()
        self.look_on(timedelta(days=3))
        self.look_on(timedelta(minutes=1), takes=True)
        self.assertEqual(access.state, "created")

    def test_an_order_without_answer_is_looked_up(self):
        self.exivo.fail(exivo.TimedOut("late"), calls="create_key_visit", after=True)
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(access.state, "in_progress")
        self.look_on(timedelta(minutes=3))
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.exivo.keys), 1)

    def test_a_site_that_makes_no_keys_refuses_the_access_and_is_not_stopped(self):
        self.exivo.fail(exivo.Forbidden("No mobile access", 403), "create_key_visit")
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual((access.state, access.failure_type), ("failed", "rejected"))
        self.assertEqual(self.site.state, "verified")

    def test_it_goes_with_the_booking(self):
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_keys())
        self.assertIn("has been removed", self.mail().subject)

    def test_it_goes_with_the_booking_before_it_is_confirmed(self):
        self.exivo.phones_wait = True
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_keys())
        self.assertFalse(self.mails_to(self.customer))

    def test_a_moved_booking_keeps_the_old_key_until_the_new_one_is_confirmed(self):
        booking = self.book(hours=0.25)
        self.synchronise()
        self.exivo.phones_wait = True
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.duration = 2
            self.synchronise()
        self.assertEqual(len(self.exivo.live_keys()), 2)
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.look_on(timedelta(minutes=2), takes=True)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.live_keys()), 1)
        self.assertIn("New time", self.mail().subject)

    def test_taken_away_at_exivo_before_it_was_confirmed_it_stays_away(self):
        for how in ("revoked", "unknown"):
            with self.subTest(how=how):
                self.exivo.phones_wait = True
                access = self.accesses(self.book(hours=24 if how == "unknown" else 48))
                self.synchronise()
                (key,) = self.exivo.live_keys()
                key["revoked"] = True
                if how == "unknown":
                    self.exivo.keys.clear()
                self.look_on(timedelta(minutes=1))
                self.assertTrue(access.gone_at_exivo)
                self.assertEqual(access.state, "removed")
                self.assertFalse(self.exivo.live_keys())

    def test_the_comparison_knows_keys(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book())
        self.synchronise()
        (key,) = self.exivo.live_keys()
        self.compare()
        self.assertFalse(access.gone_at_exivo)
        stray = exivo.KeyVisitRequest(
            **{**vars(key["request"]), "name": f"B1 {access._get_unconfirmed().token}x"}
        )
        self.exivo.create_key_visit(stray)
        key["revoked"] = True
        counts = self.compare()
        self.assertEqual((counts["gone"], counts["strays"]), (1, 1))
        self.assertTrue(access.gone_at_exivo)
        self.assertFalse(self.exivo.live_keys())

    def test_a_site_without_keys_is_compared_all_the_same(self):
        self.rule.method = "link"
        self.book()
        self.synchronise()
        for error in (exivo.Forbidden("No", 403), exivo.NotFound("No", 404)):
            self.exivo.fail(error, calls="find_key_visits")
            self.assertEqual(set(self.compare().values()), {0})


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

    def test_without_both_it_fails_says_what_to_do_and_heals(self):
        self.customer.write({"phone": "12", "email": False})
        access = self.accesses(self.book())
        self.synchronise()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "no_recipient")
        )
        self.assertFalse(self.exivo.keys)
        self.assertIn("mobile number", access.activity_ids.note)
        findings = self.env["exivo.explainer"]._explain_access(access, self.customer)
        self.assertIn("Put a mobile number", " ".join(one.text for one in findings))
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
        self.assertIn(accesses["link"].link, mail.body_html)
        self.assertIn(accesses["link"].pin, mail.body_html)
        self.assertNotIn("House Keys", mail.body_html)
        self.look_on(timedelta(minutes=1), takes=True)
        self.assertIn("New key in the app", self.mail().subject)
        self.assertIn("House Keys", self.mail().body_html)
        self.assertIn(accesses["link"].pin, self.mail().body_html)

    def test_link_and_key_of_one_booking_share_a_mail(self):
        self.rule.copy({"method": "link"})
        accesses = self.accesses(self.book()).grouped("method")
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("House Keys", mail.body_html)
        self.assertIn(accesses["link"].pin, mail.body_html)
        self.assertFalse(accesses["app"].pin)

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

    def test_staff_are_warned_of_a_phone_that_has_not_taken_it(self):
        self.exivo.phones_wait = True
        access = self.accesses(self.book(hours=1))
        self.synchronise()
        lookout = self.env["exivo.lookout"]
        self.assertNotIn(access, lookout._find_imminent())
        self.look_on(timedelta(minutes=7))
        with freeze_time(NOW + timedelta(minutes=7)):
            self.assertIn(access, lookout._find_imminent())
            findings = self.env["exivo.explainer"]._explain_access(
                access, self.customer
            )
        self.assertIn(
            "no phone has taken it yet", " ".join(one.text for one in findings)
        )

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
        pins = {one: one.pin for one in self.accesses()}
        form.reason = "A list was lost"
        form.save().action_confirm()
        changed = self.accesses().filtered(lambda one: one.pin != pins[one])
        self.assertEqual(changed, access)
        self.assertFalse(key.new_code_reason)

    def test_there_is_no_code_to_show_or_to_change(self):
        no = self.env["exivo.access"]
        access = self.accesses(self.book())
        self.synchronise()
        with self.assertRaisesRegex(UserError, "has no PIN"):
            access.action_reveal_pin()
        form = self.new_code_form(access)
        self.assertEqual((form.with_code_ids[:], form.left_out_ids[:]), (no, access))
        self.env["exivo.fixed.pin"].create(
            {"partner_id": self.customer.id, "pin": "730264"}
        )
        self.assertFalse(access.pin)


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
        return self.env["exivo.access"].search([("is_standing", "=", True)])

    def test_a_member_gets_a_key_with_an_end(self):
        access = self.join()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.order().phone, PHONE)
        self.assertLess(access.stop, NOW + timedelta(days=32))
        mail = self.mail()
        self.assertIn("House Keys", mail.body_html)
        self.assertIn("renewed by itself", mail.body_html)
        self.assertNotIn("PIN", mail.body_html)

    def test_it_is_renewed_ahead_without_a_mail_and_without_a_gap(self):
        access = self.join()
        (first,) = self.exivo.live_keys()
        later = NOW + timedelta(days=27)
        self.exivo.phones_wait = True
        with freeze_time(later):
            self.env["exivo.community.planner"]._plan(self.customer.ids)
            self.synchronise()
            self.assertEqual(access.state, "in_progress")
            self.assertTrue(access._opens_now())
            self.assertEqual(len(self.exivo.live_keys()), 2)
            self.exivo.phone_takes_keys()
        with freeze_time(later + timedelta(minutes=1)):
            self.synchronise()
        self.assertEqual(access.state, "created")
        (second,) = self.exivo.live_keys()
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_it_follows_a_new_number_and_not_a_new_name(self):
        access = self.join()
        self.customer.name = "Anna Beispiel"
        self.synchronise()
        self.assertEqual(self.exivo.calls.count("create_key_visit"), 1)
        self.customer.phone = "079 765 43 21"
        self.synchronise()
        self.assertEqual(self.order().phone, "+41797654321")
        self.assertEqual(access.state, "created")
        self.assertIn("New key in the app", self.mail().subject)

    def test_it_goes_with_the_membership(self):
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


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestForgottenKey(AppCase):
    def test_number_and_token_are_forgotten_in_time(self):
        access = self.accesses(self.book())
        self.synchronise()
        key = access.credential_ids
        self.assertTrue(key.callback_token and key.holder_mark)
        with freeze_time(NOW + timedelta(days=400)):
            self.synchronise()
            with self._registry_in_test_mode():
                self.env.ref("exivo_access.ir_cron_clear").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(key.callback_token or key.holder_mark or access.holder_mark)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestCallback(AppCase, ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.exivo.phones_wait = True
        booking = self.book(hours=24 * 20)
        for minute in (0, 10, 20, 40):
            with freeze_time(NOW + timedelta(minutes=minute)):
                self.synchronise()
        self.access = self.accesses(booking)
        self.key = self.access.credential_ids
        self.path = f"/exivo/key/{self.key.id}/{self.key.callback_token}"
        self.env.flush_all()

    def triggers(self):
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def call(self, path=None, **options):
        with freeze_time(NOW + timedelta(minutes=40, seconds=4)):
            status = self.url_open(path or self.path, **options).status_code
        self.env.invalidate_all()
        return status

    def test_it_has_the_key_asked_for_soon_and_is_believed_nothing(self):
        for options in ({}, {"data": b'{"state": "active", "revoked": true}'}):
            self.key.lease = self.access.due_at = NOW + timedelta(hours=2)
            self.env.flush_all()
            self.assertEqual(self.call(**options), 200)
            soon = NOW + timedelta(minutes=40, seconds=10)
            self.assertEqual((self.key.lease, self.access.due_at), (soon, soon))
            self.assertEqual(self.access.state, "in_progress")
        with freeze_time(soon + SECOND):
            self.synchronise()
        self.assertEqual(self.access.state, "in_progress")

    def test_it_drives_no_flood_of_calls(self):
        asked, triggers = self.exivo.calls.count("get_key_visit"), self.triggers()
        self.call()
        self.assertEqual(self.triggers(), triggers + 1)
        for _time in range(4):
            self.call()
        self.assertEqual(self.triggers(), triggers + 1)
        for _time in range(4):
            self.call()
            with freeze_time(NOW + timedelta(minutes=40, seconds=5)):
                self.synchronise()
        self.assertEqual(self.exivo.calls.count("get_key_visit"), asked)

    def test_it_wakes_who_would_ask_later_but_nobody_while_the_site_is_paused(self):
        self.key.lease = self.access.due_at = NOW + timedelta(minutes=40)
        self.env.flush_all()
        before = self.triggers()
        self.call()
        self.assertEqual(self.triggers(), before + 1)
        self.site.paused_until = NOW + timedelta(hours=1)
        self.env.flush_all()
        self.call()
        self.assertEqual(self.triggers(), before + 1)

    def test_a_key_that_is_confirmed_or_gone_is_left_alone(self):
        for vals in ({"confirmed": True}, {"state": "revoked"}):
            self.key.write(vals)
            self.env.flush_all()
            before = self.access.due_at
            self.assertEqual(self.call(), 200)
            self.assertEqual(self.access.due_at, before)

    def test_an_unknown_token_is_not_found(self):
        before = self.access.due_at
        other = self.path.replace(f"/{self.key.id}/", f"/{self.key.id + 1}/")
        for path in (
            f"/exivo/key/{self.key.id}/wrong",
            f"/exivo/key/{self.key.id}/schl%C3%BCssel",
            f"/exivo/key/{self.key.id}/",
            f"/exivo/key/{self.key.id}/False",
            f"/exivo/key/0/{self.key.callback_token}",
            other,
        ):
            with self.subTest(path=path.rsplit("/", 1)[0]):
                self.assertEqual(self.call(path), 404)
        self.key.callback_token = False
        self.env.flush_all()
        self.assertEqual(self.call(f"/exivo/key/{self.key.id}/False"), 404)
        self.assertEqual(self.access.due_at, before)

    @mute_logger("odoo.http")
    def test_a_big_body_is_refused(self):
        self.assertEqual(self.call(data=b" " * 20_000), 413)

    def test_its_token_is_in_no_log(self):
        with self.assertLogs("werkzeug") as log, self.assertLogs("odoo") as others:
            self.call()
            self.call(data=b"x=1")
            self.call(self.path + "0")
            logging.getLogger("odoo").info("nothing else")
        self.assertIn("/exivo/key/", "".join(log.output))
        for line in log.output + others.output:
            self.assertNotIn(self.key.callback_token, line)

    def test_the_portal_says_where_the_key_is(self):
        self.access.partner_id = self.holder.partner_id
        self.env.flush_all()
        self.log_in(self.holder)
        page = self.url_open("/my/doors").text
        self.assertIn("install the app", page)
        self.assertIn(PHONE, page)
        self.exivo.phone_takes_keys()
        with freeze_time(NOW + timedelta(hours=3)):
            self.synchronise()
            page = self.url_open("/my/doors").text
        self.assertIn("hold your phone to the reader", page)
        self.assertNotIn("Show the PIN", page)
