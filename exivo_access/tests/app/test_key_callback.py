# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Exivo calls a key's address once its phone has taken it."""

import logging
import os
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...pure import vault
from ...tools import envelope
from ...tools.secret_char import open_secret
from ..app_common import PHONE, SECOND, AppCase
from ..common import NOW, ExivoPortalCase


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
        self.token = open_secret(self.key, "callback_token")
        self.path = f"/exivo/key/{self.key.id}/{self.token}"
        self.env.flush_all()

    def triggers(self):
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def call(self, path=None, **options):
        with freeze_time(NOW + timedelta(minutes=40, seconds=4)):
            status = self.url_open(path or self.path, **options).status_code
        self.env.invalidate_all()
        return status

    def test_a_call_has_the_key_asked_for_soon_and_is_believed_nothing(self):
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

    def test_many_calls_drive_no_flood_of_requests_to_exivo(self):
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

    def test_a_call_wakes_who_would_ask_later_but_nobody_while_the_site_is_paused(self):
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
            f"/exivo/key/0/{self.token}",
            other,
        ):
            with self.subTest(path=path.rsplit("/", 1)[0]):
                self.assertEqual(self.call(path), 404)
        self.key.callback_token = False
        self.env.flush_all()
        self.assertEqual(self.call(f"/exivo/key/{self.key.id}/False"), 404)
        self.assertEqual(self.access.due_at, before)

    def test_while_the_key_to_the_token_is_missing_it_is_not_found(self):
        with patch.dict(os.environ, EXIVO_ACCESS_KEYS=vault.new_key()):
            self.key.callback_token = envelope.wrap("sealed")
            self.env.flush_all()
            path = f"/exivo/key/{self.key.id}/sealed"
            self.assertEqual(self.call(path), 200)
        self.assertEqual(self.call(path), 404)

    @mute_logger("odoo.http")
    def test_a_big_body_is_refused(self):
        self.assertEqual(self.call(data=b" " * 20_000), 413)

    def test_the_token_of_a_call_back_is_in_no_log(self):
        with self.assertLogs("werkzeug") as log, self.assertLogs("odoo") as others:
            self.call()
            self.call(data=b"x=1")
            self.call(self.path + "0")
            logging.getLogger("odoo").info("nothing else")
        self.assertIn("/exivo/key/", "".join(log.output))
        for line in log.output + others.output:
            self.assertNotIn(self.token, line)

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
