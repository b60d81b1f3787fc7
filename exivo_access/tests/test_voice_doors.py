# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import re
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import api as exivo
from .common import NOW, ExivoPortalCase

MINUTE = timedelta(minutes=1)


class VoiceCase(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._create_user("exivo_staff", "exivo_access.group_user")

    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder(hours=0.25)  # open from NOW on
        self.synchronise()
        self.access = self.accesses(self.booking)

    def openings(self):
        return self.env["exivo.opening"].search([], order="id")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWebhook(VoiceCase):
    def setUp(self):
        super().setUp()
        self.token = self.site.action_new_webhook_token()["params"]["message"].split()[
            -1
        ]
        self.env.flush_all()
        self.event = {
            "id": "11111111-2222-4333-8444-555555555555",
            "version": 0,
            "occurredAt": "2027-03-01T09:00:00.157Z",
            "meta": {"siteId": self.site.remote_id},
            "name": "accessPermitted",
            "payload": {"componentId": "aare"},
        }

    def call(self, body=None, token=None):
        if not isinstance(body, str | bytes):
            body = json.dumps(self.event if body is None else body)
        return self.url_open(
            "/exivo/webhook",
            data=body,
            headers={
                "Content-Type": "application/json",
                "Authentication": token or self.token,
            },
        ).status_code

    def waiting(self):
        self.env.invalidate_all()
        return self.env["exivo.webhook.call"].search([("is_heard", "=", False)])

    def triggers(self):
        cron = self.env.ref("exivo_access.ir_cron_read_events")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def test_webhook_only_wakes_the_reading_of_the_log_and_repeats_are_dropped(self):
        self.read_events()
        before = self.triggers()
        self.assertEqual([self.call(), self.call()], [200, 200])
        self.assertEqual(len(self.waiting()), 1)
        self.assertEqual(self.triggers(), before + 1)
        self.assertFalse(self.env["exivo.door.event"].search([]))
        self.exivo.report("aare", 0.5)
        self.read_events(MINUTE)
        self.assertEqual(self.env["exivo.door.event"].search([]).kind, "opened")
        self.assertFalse(self.waiting())
        self.assertEqual(self.call(), 200)
        self.assertFalse(self.waiting())

    def test_calls_are_forgotten_days_after_they_were_heard(self):
        calls = self.env["exivo.webhook.call"]
        self.call()
        self.env.cr.execute(
            "UPDATE exivo_webhook_call SET create_date = now() - interval '2 days'"
        )
        calls._gc_heard()
        self.assertEqual(len(self.waiting()), 1)  # nobody has looked after it yet
        self.read_events()
        self.event["id"] = "66666666-7777-4888-8999-000000000000"
        self.call()
        self.read_events(MINUTE)
        calls._gc_heard()
        self.assertEqual(calls.search([]).remote_id, self.event["id"])

    def test_wrong_or_old_token_is_refused(self):
        self.assertEqual(self.call(token="wrong"), 401)
        self.assertEqual(self.call(token="schl\xfcssel"), 401)
        old, _new = self.token, self.site.action_new_webhook_token()
        self.env.flush_all()
        self.assertEqual(self.call(token=old), 401)
        self.assertFalse(self.waiting())

    def test_without_a_token_on_the_site_nobody_comes_in(self):
        self.site.webhook_token = False
        self.env.flush_all()
        self.assertEqual(self.call(), 401)
        self.assertEqual(self.call(token="False"), 401)

    def test_nonsense_and_another_site_are_refused(self):
        other = {**self.event, "meta": {"siteId": "another"}}
        for body in (
            " ",  # without any body the test's client sends GET
            "{",
            "[]",
            "7",
            b"\xff\xfe",
            "[" * 5000,
            {},
            other,
            {**self.event, "meta": None},
            {**self.event, "id": 7},
            {**self.event, "id": ""},
            {**self.event, "id": "x" * 101},
            {**self.event, "id": "a\0b"},
            {**self.event, "id": "\ud800"},
        ):
            with self.subTest(body=str(body)[:40]):
                self.assertEqual(self.call(body), 400)
        self.assertFalse(self.waiting())

    @mute_logger("odoo.http")
    def test_big_body_is_refused(self):
        self.assertEqual(self.call(" " * 20_000), 413)

    def test_token_is_shown_once_and_to_managers_only(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        site = self.site.with_user(manager)
        self.assertTrue(site.has_webhook_token)
        self.assertTrue(site.webhook_address.endswith("/exivo/webhook"))
        with self.assertRaises(AccessError):
            site.read(["webhook_token"])
        with self.assertRaises(AccessError):
            self.site.with_user(self.staff).action_new_webhook_token()


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestOpening(VoiceCase):
    def setUp(self):
        super().setUp()
        self.rule.customer_may_open = True
        self.env.flush_all()
        self.log_in(self.holder)

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
        for answer in (
            self.url_open(f"{self.page()}/now"),
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

    # === BY STAFF === #

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
