# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Exivo calls when a door has something to tell; the call only wakes the reader."""

import json
import os
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ...models.doors.webhook_token import new_webhook_token
from ...pure import vault
from ..common import NOW, ExivoPortalCase

MINUTE = timedelta(minutes=1)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWebhook(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._create_user("exivo_staff", "exivo_access.group_user")

    def setUp(self):
        super().setUp()
        self.token = new_webhook_token(self.site)
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

    def test_call_waits_until_the_log_could_be_read(self):
        self.read_events()
        self.exivo.report("aare", 0.5)
        self.assertEqual(self.call(), 200)
        self.exivo.fail(exivo.TimedOut("No answer"))
        self.read_events(MINUTE)
        self.assertEqual(len(self.waiting()), 1)
        self.read_events(3 * MINUTE)
        self.assertEqual(self.env["exivo.door.event"].search([]).kind, "opened")
        self.assertFalse(self.waiting())

    def test_calls_are_forgotten_days_later(self):
        """Nobody looks after those of a site that is not called."""
        calls = self.env["exivo.webhook.call"]
        self.site.paused_until = NOW + 60 * MINUTE
        self.call()
        self.read_events(MINUTE)
        self.assertEqual(len(self.waiting()), 1)
        self.env.cr.execute(
            "UPDATE exivo_webhook_call SET create_date = now() - interval '2 days'"
        )
        self.event["id"] = "66666666-7777-4888-8999-000000000000"
        self.call()
        calls._gc_old()
        self.assertEqual(calls.search([]).remote_id, self.event["id"])

    def test_wrong_or_old_token_is_refused(self):
        self.assertEqual(self.call(token="wrong"), 401)
        self.assertEqual(self.call(token="schl\xfcssel"), 401)
        old, _new = self.token, new_webhook_token(self.site)
        self.env.flush_all()
        self.assertEqual(self.call(token=old), 401)
        self.assertFalse(self.waiting())

    def test_without_a_token_on_the_site_nobody_comes_in(self):
        self.site.webhook_token = False
        self.env.flush_all()
        self.assertEqual(self.call(), 401)
        self.assertEqual(self.call(token="False"), 401)

    def test_while_the_key_to_the_token_is_missing_nobody_comes_in(self):
        with patch.dict(os.environ, EXIVO_ACCESS_KEYS=vault.new_key()):
            token = new_webhook_token(self.site)
            self.env.flush_all()
            self.assertEqual(self.call(token=token), 200)
        self.env.invalidate_all()
        self.assertEqual(self.call(token=token), 401)

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
            new_webhook_token(self.site.with_user(self.staff))
