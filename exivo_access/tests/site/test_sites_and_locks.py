# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Sites are verified, connected and archived, and their locks read."""

import os
import socket
from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import config, mute_logger

from ... import api as exivo
from ...models.site.exivo_site_address import TARGETS_OPTION, TARGETS_VARIABLE
from ...models.site.site_connection import get_api_secret
from ...tools import connection
from ..common import NOW, ExivoCase, pin_of

#: What Odoo's test cases put something else in the place of.
SEND = requests.Session.send


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSitesAndLocks(ExivoCase):
    def test_verification_shows_name_zone_and_language(self):
        self.assertEqual(self.site.state, "verified")
        self.assertEqual(self.site.remote_name, "Riverside")
        self.assertEqual(self.site.remote_tz, "Europe/Zurich")
        self.assertEqual(self.site.remote_language, "de")

    def test_site_that_takes_no_pins_of_such_a_length_is_not_verified(self):
        self.site.write({"pin_length": 4, "state": "draft"})
        lengths = "odoo.addons.exivo_access.adapters.exivo.PIN_LENGTHS"
        with patch(lengths, range(6, 9)):
            said = self.site.action_verify()["params"]
            self.assertEqual(said["type"], "danger")
            self.assertIn("6 to 8 digits", said["message"])
            self.assertEqual(self.site.state, "draft")
            self.site.pin_length = 8
            self.site.action_verify()
            self.assertEqual(self.site.state, "verified")
            access = self.accesses(self.book())
            self.synchronise()
            self.assertEqual(access.state, "created")
            self.assertRegex(pin_of(access), "^[0-9]{8}$")

    def test_wrong_secret_is_explained_and_refuses_the_site(self):
        self.exivo.fail(exivo.Unauthorized("Unauthorized", 401))
        action = self.site.action_verify()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("API key or the API secret", action["params"]["message"])
        self.assertEqual(self.site.state, "refused")

    def test_unknown_site_id_is_explained(self):
        self.exivo.fail(exivo.NotFound("", 404))
        message = self.site.action_verify()["params"]["message"]
        self.assertIn("does not know the site ID", message)
        self.assertIn(self.site.remote_id, message)

    def test_address_that_answers_for_another_site_is_explained_and_refused(self):
        self.exivo.fail(exivo.OtherSite())
        message = self.site.action_verify()["params"]["message"]
        self.assertIn("answers for another site", message)
        self.assertIn(self.site.remote_id, message)
        self.assertEqual(self.site.state, "refused")

    def test_key_without_right_to_the_site_is_explained(self):
        self.exivo.fail(exivo.Forbidden("no", 403))
        message = self.site.action_verify()["params"]["message"]
        self.assertIn("connection service", message)

    def test_unreachable_address_is_explained_and_refuses_nothing(self):
        self.site.api_key = "44444444-4444-4444-8444-444444444444"
        self.exivo.fail(exivo.Unreachable("No connection"))
        message = self.site.action_verify()["params"]["message"]
        self.assertIn("No connection to https://api.exivo.io", message)
        self.assertEqual(self.site.state, "draft")

    def test_verifying_during_an_outage_does_not_stop_a_site_that_works(self):
        """It goes on by itself, as it would have if nobody had pressed the button."""
        self.exivo.fail(exivo.ServerError("Trouble", 500))
        self.assertEqual(self.site.action_verify()["params"]["type"], "danger")
        self.assertEqual(self.site.state, "verified")
        self.assertTrue(self.site.failure_reason)
        self.book()
        with freeze_time(NOW + timedelta(minutes=5)):
            self.synchronise()
        self.assertEqual(self.accesses().state, "created")
        self.assertFalse(self.site.failure_reason)

    def test_what_is_over_ends_at_a_site_that_is_not_called_too(self):
        made = self.book()
        self.synchronise()
        self.site.api_key = "another"
        waiting = self.book(hours=26)
        self.synchronise()
        with freeze_time(NOW + timedelta(days=3)):
            self.synchronise()
            self.assertEqual(self.accesses(made).state, "expired")
            self.assertEqual(self.accesses(waiting).state, "expired")
            self.rule.action_archive()
            self.site.action_archive()

    def test_what_should_be_gone_is_not_over_at_a_site_that_is_not_called(self):
        booking = self.book(duration=72)
        self.synchronise()
        self.site.api_key = "another"
        booking.duration = 1
        with freeze_time(NOW + timedelta(days=2)):
            self.synchronise()
            self.assertEqual(self.accesses(booking).state, "in_progress")
            self.site.action_verify()
            self.synchronise()
            self.assertEqual(self.accesses(booking).state, "expired")
        self.assertFalse(self.exivo.live_visits())

    def test_refused_site_stays_refused_while_exivo_does_not_answer(self):
        self.exivo.fail(exivo.Unauthorized("no", 401))
        self.site.action_verify()
        self.exivo.fail(exivo.ServerError("Trouble", 500))
        self.site.action_verify()
        self.assertEqual(self.site.state, "refused")

    def test_answer_that_is_not_exivos_is_explained(self):
        self.exivo.fail(exivo.InvalidAnswer("The answer is not JSON", 200))
        message = self.site.action_verify()["params"]["message"]
        self.assertIn("not like Exivo", message)

    def test_address_that_is_no_url_is_refused(self):
        for url in ("exivo", "ftp://api.exivo.io", "https://", "https://a b", ""):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.site.api_url = url

    def test_http_is_refused_but_to_this_machine(self):
        with self.assertRaisesRegex(ValidationError, "https"):
            self.site.api_url = "http://exivo.example.com"
        for url in ("http://127.0.0.1:8090", "http://localhost", "http://[::1]:1"):
            self.site.write({"api_url": url, "api_secret": "typed-again"})

    # === ADDRESSES INSIDE A NETWORK === #

    def test_manager_cannot_type_an_address_that_leads_inside(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        for host in (
            *("169.254.169.254", "10.0.0.5:8443", "[fd00:ec2::254]", "[::ffff:a00:5]"),
            *("100.64.0.1", "0.0.0.0", "0xa9fea9fe", "2852039166", "0251.254.169.254"),
        ):
            with (
                self.subTest(host=host),
                self.assertRaisesRegex(ValidationError, "inside a network.*odoo.conf"),
                self.env.cr.savepoint(),
            ):
                call_kw(
                    self.env["exivo.site"].with_user(manager),
                    "web_save",
                    [
                        self.site.ids,
                        {"api_url": f"https://{host}", "api_secret": "typed-again"},
                    ],
                    {"specification": {}},
                )

    def test_operator_allows_machines_inside(self):
        vals = {"api_url": "https://10.0.0.5:8443", "api_secret": "typed-again"}
        with patch.dict(os.environ, {TARGETS_VARIABLE: ""}):
            with self.assertRaisesRegex(ValidationError, "inside a network"):
                self.site.write({**vals, "api_url": "http://localhost:8090"})
            with patch.dict(config.options, {TARGETS_OPTION: "10.0.0.5:8443"}):
                self.site.write(vals)
        with patch.dict(os.environ, {TARGETS_VARIABLE: "10.0.0.0/8"}):
            self.site.write(vals)

    def verify_behind_a_name(self, address):
        """Have the real client called, by a name that stands for an address.

        :param tuple address: with the port.
        :return: what a manager sees of it.
        """
        client = exivo.ExivoClient("https://inside.test", "1", "key", "secret")
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]
        self.site.state = "verified"
        with (
            patch.object(connection, "new_client", lambda _connection: client),
            patch.object(requests.Session, "send", SEND),
            patch.object(socket, "getaddrinfo", lambda *_args, **_options: found),
        ):
            shown = self.site.action_verify()["params"]
        return shown["message"], shown["type"], self.site.state

    def test_name_that_leads_inside_looks_the_same_for_open_and_closed_ports(self):
        with socket.create_server(("127.0.0.1", 0)) as open_port:
            with socket.create_server(("127.0.0.1", 0)) as closing:
                closed_port = closing.getsockname()
            seen = self.verify_behind_a_name(open_port.getsockname())
            self.assertEqual(seen, self.verify_behind_a_name(closed_port))
        message, kind, state = seen
        self.assertIn("inside a network", message)
        self.assertEqual((kind, state), ("danger", "refused"))

    def test_site_inside_from_before_waits_until_the_operator_allows_it(self):
        """It was allowed once, and nothing is to be verified again afterwards."""
        self.site.write({"api_url": "http://localhost:1", "api_secret": "typed"})
        self.site.action_verify()
        booking = self.book()
        with patch.dict(os.environ, {TARGETS_VARIABLE: ""}):
            self.exivo.calls.clear()
            self.synchronise()
            self.site.invalidate_recordset(["hindrance"])
            self.assertIn("inside a network", self.site.hindrance)
            self.assertFalse(self.exivo.calls)
            self.run_action("ir_cron_watch")
            alarm = self.site.activity_ids
            self.assertIn("is not called", alarm.summary)
            self.assertIn("odoo.conf", alarm.note)
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_address_with_credentials_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "user or password"):
            self.site.api_url = "https://key:secret@api.exivo.io"

    def test_changed_connection_has_to_be_verified_again(self):
        self.site.api_secret = " 44444444-4444-4444-8444-444444444444 "
        self.assertEqual(self.site.state, "draft")
        self.assertEqual(
            get_api_secret(self.site), "44444444-4444-4444-8444-444444444444"
        )

    def test_site_id_and_lock_system_stay_while_anything_is_alive_there(self):
        """At another site our visits would look gone, and the doors stay open."""
        other = "55555555-5555-4555-8555-555555555555"
        booking = self.book()
        self.synchronise()
        with self.assertRaisesRegex(ValidationError, "accesses at this site"):
            self.site.remote_id = other
        with self.assertRaisesRegex(ValidationError, "accesses at this site"):
            self.site.system = "successor"
        self.site.write({"remote_id": self.site.remote_id, "system": self.site.system})
        self.site.action_verify()
        booking.action_cancel()
        self.synchronise()
        self.site.remote_id = other
        self.assertEqual(self.site.remote_id, other)

    def move(self, url):
        self.site.write({"api_url": url, "api_secret": "typed-again"})
        return self.site.action_verify()["params"]["message"]

    def test_another_address_must_know_what_is_alive_at_the_site(self):
        """At another server our visits would look gone, and the doors stay open."""
        booking = self.book()
        self.synchronise()
        visits, self.exivo.visits = self.exivo.visits, {}
        message = self.move("https://test.example.com")
        self.assertIn("back to https://api.exivo.io", message)
        self.assertEqual(self.site.state, "draft")
        self.assertEqual(self.site.failure_reason, message)
        for name in ("action_compare", "action_synchronise_locks"):
            with self.assertRaisesRegex(UserError, "Verify authentication"):
                getattr(self.site, name)()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "in_progress")

        self.exivo.visits = visits
        self.assertIn("Connected", self.move("https://api.exivo.io"))
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(self.accesses(booking).state, "removed")

    def test_the_same_site_may_move_to_another_address(self):
        self.book()
        self.book(hours=48)
        self.synchronise()
        self.exivo.visits.popitem()  # by staff, at Exivo
        self.assertIn("Connected", self.move("https://api.example.com"))
        self.exivo.forget()
        self.assertIn("Connected", self.move("https://api.example.com/v1/"))

    def test_another_address_needs_no_proof_when_nothing_is_alive(self):
        self.assertIn("Connected", self.move("https://test.example.com"))

    def test_saving_the_form_without_typing_keeps_the_secret(self):
        with Form(self.site) as form:
            form.name = "House"
        self.assertTrue(self.site.has_api_secret)
        self.assertEqual(self.site.state, "verified")

    @mute_logger("odoo.sql_db")
    def test_a_site_is_connected_only_once(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.site.copy(
                {"remote_id": self.site.remote_id, "api_key": self.site.api_key}
            )

    def test_length_of_the_pins_is_set_on_the_site(self):
        self.site.pin_length = 4
        booking = self.book()
        self.synchronise()
        self.assertRegex(pin_of(self.accesses(booking)), r"^\d{4}$")
        for length in (3, 7):
            with self.assertRaisesRegex(ValidationError, "4 to 6 digits"):
                self.site.pin_length = length

    def test_gateways_are_left_out_alarm_doors_flagged_unknown_kinds_kept(self):
        self.exivo.components += [
            exivo.Component("g", "Gateway", "", "wireless-Gateway-x", True, ""),
            exivo.Component("a", "Vault", "", "door-with-ALARM", True, ""),
            exivo.Component("u", "Turnstile", "", "quantum-turnstile", False, ""),
        ]
        message = self.site.action_synchronise_locks()["params"]["message"]
        self.assertIn("Locks: 4. New: 2.", message)
        locks = {lock.name: lock for lock in self.site.lock_ids}
        self.assertNotIn("Gateway", locks)
        self.assertTrue(locks["Vault"].is_alarm)
        self.assertFalse(locks["Turnstile"].is_ready)

    def test_vanished_lock_is_archived_and_comes_back(self):
        components = list(self.exivo.components)
        self.exivo.components = components[:1]
        self.addCleanup(setattr, self.exivo, "components", components)
        self.site.action_synchronise_locks()
        self.assertFalse(self.aare.active)
        self.assertIn(self.aare, self.rule.with_context(active_test=False).lock_ids)
        self.exivo.components = components
        self.site.action_synchronise_locks()
        self.assertTrue(self.aare.active)

    def test_locks_stay_as_they_are_when_exivo_does_not_answer(self):
        before = self.site.lock_ids
        self.exivo.fail(exivo.TimedOut("cut"))
        shown = self.site.action_synchronise_locks()["params"]
        self.assertEqual(shown["type"], "danger")
        self.assertEqual(self.site.lock_ids, before)
        self.assertEqual(before.mapped("active"), [True] * len(before))
        self.assertFalse(self.site.paused_until, "visits may be answered all the same")

    def test_site_without_locks_says_what_to_do(self):
        components = list(self.exivo.components)
        self.exivo.components = []
        self.addCleanup(setattr, self.exivo, "components", components)
        self.site.lock_ids.active = False
        params = self.site.action_synchronise_locks()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("Assign the hardware", params["message"])

    @mute_logger("odoo.sql_db")
    def test_connected_site_with_locks_cannot_be_deleted(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.site.unlink()

    def test_site_with_living_accesses_cannot_be_archived(self):
        """Nothing of it would ever be removed: archived sites are not called."""
        booking = self.book()
        self.synchronise()
        with self.assertRaisesRegex(ValidationError, "Archive its rules first"):
            self.site.action_archive()
        booking.action_cancel()
        self.synchronise()
        self.site.action_archive()
        self.assertFalse(self.site.active)

    def test_access_that_nothing_was_made_for_waits_for_no_archived_site(self):
        booking = self.book()
        with self.assertRaisesRegex(ValidationError, "Archive its rules first"):
            self.site.action_archive()
        self.rule.action_archive()
        self.plan()
        self.site.action_archive()
        self.assertEqual(self.accesses(booking).state, "removed")

    def test_no_rule_counts_for_the_doors_of_an_archived_site(self):
        self.rule.action_archive()
        self.plan()
        self.site.action_archive()
        for attempt in (
            lambda: self.rule.action_unarchive(),
            lambda: self.rule.copy({"active": True}),
        ):
            with self.assertRaisesRegex(ValidationError, "archived"):
                attempt()
        self.site.action_unarchive()
        self.rule.action_unarchive()
        self.assertTrue(self.rule.active)

    def test_empty_lists_lead_on_until_the_sites_of_the_company_are_set_up(self):
        company = self.env["res.company"].create({"name": "Second house"})
        there, here = (
            self._create_user(login, "exivo_access.group_manager")
            for login in ("exivo_there", "exivo_here")
        )
        there.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.book()
        for model in ("exivo.access", "exivo.access.rule", "exivo.lock"):
            with self.subTest(model=model):
                # as the web client has an action read
                empty = self.env[model].with_user(there).sudo()
                self.assertIn(
                    "begins with setting up", empty.get_empty_list_help("Nothing")
                )
                empty = self.env[model].with_user(here).sudo()
                self.assertEqual(empty.get_empty_list_help("Nothing"), "Nothing")
        plain = self._create_user("exivo_stranger", "base.group_user")
        empty = self.env["exivo.access"].with_user(plain).sudo()
        self.assertEqual(empty.get_empty_list_help("Nothing"), "Nothing")
