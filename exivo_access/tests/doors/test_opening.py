# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A door is opened from Odoo: once, recorded, and by those who may."""

import re
import secrets
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ...models.doors.arrivals import find_arrivals
from ..common import NOW, ExivoPortalCase

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestOpening(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._create_user("exivo_staff", "exivo_access.group_user")

    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder(hours=0.25)  # open from NOW on
        self.synchronise()
        self.access = self.accesses(self.booking)
        self.rule.customer_may_open = True
        self.env.flush_all()
        self.log_in(self.holder)

    def openings(self):
        return self.env["exivo.opening"].search([], order="id")

    def page(self, lock=None):
        lock = lock or self.aare
        return f"/my/exivo/accesses/{self.access.id}/open/{lock.id}"

    def form_token(self):
        shown = self.url_open(self.page()).text
        return re.search(r'name="form_token" value="(\w+)"', shown)[1]

    def open(self, form_token=None, **options):
        form_token = form_token or self.form_token()
        return self.post(f"{self.page()}/now", form_token=form_token, **options)

    # === BY CUSTOMERS === #

    def test_holder_opens_a_door_and_it_is_recorded_and_told_to_exivo(self):
        self.assertIn(self.page(), self.url_open("/my/doors").text)
        self.assertFalse(self.exivo.unlocked)
        shown = self.open().text
        self.assertIn("was told to open", shown)
        opening = self.openings()
        self.assertEqual(opening.user_id, self.holder)
        self.assertEqual(opening.access_id, self.access)
        self.assertEqual(opening.outcome, "accepted")
        reference = f"{self.access.reference} {opening.token}"
        self.assertEqual(self.exivo.unlocked, [("aare", reference)])

    def test_event_of_the_opening_is_certainly_the_holders(self):
        self.open()
        ((_lock, reference),) = self.exivo.unlocked
        self.exivo.report("aare", 1, "componentUnlocked", delegatedUser=reference)
        self.read_events(2 * MINUTE)
        event = self.env["exivo.door.event"].search([])
        self.assertEqual(event.opening_id, self.openings())
        self.assertEqual((event.certainty, event.access_id), ("certain", self.access))
        self.assertTrue(self.access.arrived_at)

    def test_form_sent_twice_or_loaded_again_opens_once(self):
        form_token = self.form_token()
        first, second = self.open(form_token), self.open(form_token)
        self.assertEqual(first.url, second.url)
        self.url_open(first.url)
        self.assertEqual(len(self.exivo.unlocked), 1)
        self.assertEqual(len(self.openings()), 1)

    def test_unclear_outcome_says_so_and_is_not_repeated(self):
        self.exivo.fail(exivo.TimedOut("Too slow"), calls="unlock", after=True)
        self.assertIn("may have opened", self.open().text)
        self.synchronise()
        self.read_events(MINUTE)
        self.assertEqual(self.exivo.calls.count("unlock"), 1)
        self.assertEqual(self.openings().outcome, "unclear")

    def test_refused_opening_says_that_nothing_opened(self):
        self.exivo.fail(exivo.Rejected("No", 400), calls="unlock")
        self.assertIn("was not opened", self.open().text)
        self.assertEqual(self.openings().outcome, "refused")

    def test_wrong_key_that_is_met_at_a_door_refuses_the_site(self):
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        self.assertIn("was not opened", self.open().text)
        self.env.invalidate_all()
        self.assertEqual(self.site.state, "refused")
        self.assertEqual(self.openings().reason, self.site.failure_reason)
        self.assertIn("cannot be reached", self.open().text)
        self.assertEqual(self.exivo.calls.count("unlock"), 1)

    def test_record_is_there_before_exivo_is_asked(self):
        seen = []
        self.patch(
            type(self.exivo),
            "unlock",
            lambda fake, *args: seen.append(self.openings().mapped("outcome")),
        )
        self.open()
        self.assertEqual(seen, [["unclear"]])

    def test_site_that_is_not_called_opens_nothing(self):
        form_token = self.form_token()
        self.site.api_key = "44444444-4444-4444-8444-444444444444"
        self.env.flush_all()
        self.assertIn("Nothing was opened", self.open(form_token).text)
        self.assertFalse(self.exivo.unlocked or self.openings())

    @mute_logger("odoo.http")
    def test_only_the_holder_within_the_window_where_the_rule_allows_it(self):
        form_token = self.form_token()

        def refused():
            self.env.flush_all()
            self.assertEqual(self.url_open(self.page()).status_code, 404)
            self.assertEqual(self.open(form_token).status_code, 404)
            self.assertNotIn(self.page(), self.url_open("/my/doors").text)

        self.rule.customer_may_open = False
        refused()
        self.rule.customer_may_open = True
        for start in (NOW + 5 * MINUTE, NOW - 60 * MINUTE):
            with self.env.cr.savepoint() as savepoint:
                self.access.write({"start": start, "stop": start + 60 * MINUTE})
                refused()
                savepoint.rollback()
            self.env.invalidate_all()
        self.access.withheld = True
        refused()
        self.access.withheld = False
        for user in (self.follower, self.parent):
            self.log_in(user)
            refused()
        self.assertFalse(self.exivo.unlocked)

    @mute_logger("odoo.http")
    def test_no_get_and_no_foreign_form_opens(self):
        asked = self.url_open(f"{self.page()}/now")
        self.assertTrue(asked.url.endswith(self.page()), "whoever comes from the login")
        for answer in (
            self.url_open(f"{self.page()}/now", data={"form_token": "0" * 32}),
            self.post(f"{self.page()}/now", form_token="x"),
        ):
            self.assertGreaterEqual(answer.status_code, 400)
        self.assertFalse(self.exivo.unlocked)

    def test_somebody_elses_opening_is_not_shown(self):
        url = self.open().url
        self.log_in(self.follower)
        self.assertNotIn("was told to open", self.url_open(url).text)
        self.url_open("/my/doors?opening=nonsense")

    def click(self, seconds, lock=None):
        """Send a form that was not sent before, a while after :data:`NOW`."""
        with freeze_time(NOW + MINUTE + seconds * SECOND):
            return self.post(f"{self.page(lock)}/now", form_token=secrets.token_hex(16))

    def test_many_clicks_within_seconds_open_the_door_once(self):
        shown = [self.click(number / 20) for number in range(40)]
        self.assertEqual(len(self.exivo.unlocked), 1)
        self.assertEqual(len(self.openings()), 1)
        self.assertEqual(len({one.url for one in shown}), 1)
        self.assertIn("was told to open", shown[-1].text)

    def test_click_after_a_refusal_is_not_answered_from_it(self):
        self.exivo.fail(exivo.Rejected("No", 400), calls="unlock")
        self.assertIn("was not opened", self.click(0).text)
        self.assertIn("was told to open", self.click(1).text)

    def test_click_after_no_clear_answer_does_not_ask_again_at_once(self):
        self.exivo.fail(exivo.TimedOut("Too slow"), calls="unlock", after=True)
        self.click(0)
        self.assertIn("may have opened", self.click(1).text)
        self.assertEqual(self.exivo.calls.count("unlock"), 1)

    def test_holder_of_a_door_that_sticks_hears_when_to_try_again(self):
        for number in range(6):
            self.assertIn("was told to open", self.click(8 * number).text)
        shown = self.click(48)
        self.assertIn("again in 12 seconds", shown.text)
        self.assertNotIn("form_token", shown.text)
        self.assertEqual(len(self.exivo.unlocked), 6)
        self.assertEqual(len(self.openings()), 6, "what was refused is no opening")
        self.assertIn("was told to open", self.click(48, self.entrance).text)
        self.assertIn("was told to open", self.click(60).text)

    def test_another_access_to_the_same_door_is_not_another_door(self):
        room = self._create_room("Reuss")
        self.rule.copy({"resource_id": room.id, "lock_ids": self.entrance.ids})
        booking = self.book_for_holder(hours=0.25, type_id=self._create_type(room).id)
        self.synchronise()
        self.click(0, self.entrance)
        self.access = self.accesses(booking)
        self.env.flush_all()
        self.assertIn("was told to open", self.click(1, self.entrance).text)
        self.assertEqual(len(self.exivo.unlocked), 1)

    def test_clicks_of_one_person_do_not_hinder_another(self):
        self.click(0)
        with freeze_time(NOW + MINUTE + SECOND):
            self.aare.with_user(self.staff).action_open_door()
        self.assertEqual(len(self.exivo.unlocked), 2)

    # === BY STAFF === #

    def call(self, records, name):
        """Call a method as a client of RPC does."""
        model = self.env[records._name].with_user(self.staff)
        return call_kw(model, name, [records.ids], {})

    def open_by_staff(self, seconds):
        """By the lock and by the dialog, at the same moment."""
        with freeze_time(NOW + MINUTE + seconds * SECOND):
            wizard = self.env["exivo.open.door"].with_user(self.staff)
            wizard = wizard.create(
                {"access_id": self.access.id, "lock_id": self.aare.id}
            )
            shown = self.call(self.aare, "action_open_door")
            self.assertEqual(shown, self.call(wizard, "action_open"))
            return shown["params"]["type"]

    def test_staff_may_open_a_door_more_often_yet_not_at_any_pace(self):
        for number in range(10):
            self.assertEqual(self.open_by_staff(5 * number), "success")
        with self.assertRaisesRegex(UserError, "again in 10 seconds"):
            self.open_by_staff(50)
        self.assertEqual(len(self.exivo.unlocked), 10)
        self.assertEqual(len(self.openings()), 10)
        self.assertEqual(self.open_by_staff(60), "success")

    def test_staff_open_from_the_lock_and_from_the_access(self):
        shown = self.aare.with_user(self.staff).action_open_door()
        self.assertEqual(shown["params"]["type"], "success")
        wizard = self.env["exivo.open.door"].with_user(self.staff)
        wizard = wizard.create(
            {"access_id": self.access.id, "lock_id": self.entrance.id}
        )
        wizard.action_open()
        (first, said_first), (second, said_second) = self.exivo.unlocked
        self.assertEqual((first, second), ("aare", "entrance"))
        self.assertTrue(said_first.startswith("Odoo "))
        self.assertTrue(said_second.startswith(f"{self.access.reference} "))
        self.assertEqual(self.openings().user_id, self.staff)
        self.assertEqual(self.openings().mapped("access_id"), self.access)

    def choose_door(self, **context):
        wizard = self.env["exivo.open.door"].with_user(self.staff)
        return Form(wizard.with_context(default_access_id=self.access.id, **context))

    def test_dialog_chooses_a_door_that_is_ready_and_says_which_is_not(self):
        self.aare.is_ready = False
        form = self.choose_door()
        self.assertEqual(form.lock_id, self.entrance)
        self.assertFalse(form.is_not_ready)
        form.lock_id = self.aare
        self.assertTrue(form.is_not_ready)

    def test_dialog_stays_with_the_access_that_it_was_opened_for(self):
        form = self.choose_door()
        with self.assertRaisesRegex(AssertionError, "readonly"):
            form.access_id = self.access.browse()
        form.save().action_open()
        self.assertEqual(self.openings().access_id, self.access)

    def test_door_that_staff_open_for_somebody_is_no_certain_arrival(self):
        form = self.choose_door()
        form.save().action_open()
        ((lock, reference),) = self.exivo.unlocked
        self.exivo.report(lock, 1, "componentUnlocked", delegatedUser=reference)
        self.read_events(2 * MINUTE)
        event = self.env["exivo.door.event"].search([])
        self.assertEqual(event.opening_id.user_id, self.staff)
        self.assertEqual((event.certainty, event.access_id), ("guess", self.access))
        self.assertTrue(self.access.arrival_is_guess)
        arrival = find_arrivals(self.access)[self.booking.id]
        self.assertTrue(arrival.is_guess)

    def test_door_of_a_refused_site_says_what_is_wrong_to_staff(self):
        self.assertTrue(self.access.opens_from_afar)
        self.exivo.refusal = exivo.Forbidden("No", 403)
        self.aare.with_user(self.staff).action_open_door()
        self.env.invalidate_all()
        self.assertEqual(self.site.state, "refused")
        with self.assertRaises(UserError) as caught:
            self.entrance.with_user(self.staff).action_open_door()
        self.assertIn(self.site.failure_reason, str(caught.exception))
        self.assertIn("Nothing was opened", str(caught.exception))
        self.assertFalse(self.access.opens_from_afar, "no screen offers it")

    def test_staff_who_meet_a_wrong_key_at_a_door_find_the_site_refused(self):
        self.exivo.refusal = exivo.Forbidden("No", 403)
        shown = self.aare.with_user(self.staff).action_open_door()
        self.env.invalidate_all()
        self.assertEqual(self.site.state, "refused")
        self.assertIn(self.site.failure_reason, shown["params"]["message"])

    def test_door_that_does_not_answer_says_nothing_of_its_site(self):
        """Clicks of customers keep nobody else's accesses waiting."""
        for error in (exivo.Unreachable("No"), exivo.TimedOut("Too slow")):
            self.exivo.fail(error, calls="unlock")
            self.aare.with_user(self.staff).action_open_door()
            self.openings().unlink()
        self.env.invalidate_all()
        self.assertTrue(self.site._is_called())

    def test_staff_are_told_what_is_not_known(self):
        self.exivo.fail(exivo.ServerError("Oops", 500), calls="unlock")
        shown = self.aare.with_user(self.staff).action_open_door()
        self.assertEqual(shown["params"]["type"], "warning")
        self.assertIn("may have opened", shown["params"]["message"])

    def test_nobody_without_the_right_opens(self):
        plain = self._create_user("exivo_plain", "base.group_user")
        with self.assertRaises(AccessError):
            self.aare.with_user(plain).action_open_door()
        self.site.state = "draft"
        with self.assertRaises(UserError):
            self.aare.with_user(self.staff).action_open_door()
        self.assertFalse(self.exivo.unlocked)
