# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Secrets are encrypted once a key is set, and nothing is lost without it."""

import os
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import RecordCapturer, tagged
from odoo.tools import SQL, config, mute_logger

from ...models.alarms import health
from ...models.pins.handover import show_link, show_pin
from ...models.privacy.encryption import get_columns
from ...models.site.site_connection import get_api_secret
from ...pure import pin, vault
from ...tools import envelope
from ...tools.secret_char import MASK, SecretChar, SecretError, open_secret
from ..common import NOW, ExivoCase, ExivoPortalCase, link_of, pin_of, pins_of

OLD, NEW = vault.new_key(), vault.new_key()
SECRET = "33333333-3333-4333-8333-333333333333"
VARIABLE = "EXIVO_ACCESS_SECRET_11111111_1111_4111_8111_111111111111"


class EncryptionMixin:
    def setUp(self):
        super().setUp()
        self.environment = self.startPatcher(patch.dict(os.environ))

    def set_keys(self, *keys):
        """Start the server with other keys."""
        self.env.flush_all()
        self.environment["EXIVO_ACCESS_KEYS"] = ",".join(keys)
        self.env.invalidate_all()

    def stored(self, records, name):
        """What the database holds."""
        records.flush_recordset([name])
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE id IN %s ORDER BY id",
                SQL.identifier(name),
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )
        return [value for (value,) in rows]

    def make_access(self, **vals):
        access = self.accesses(self.book(**vals))
        self.synchronise()
        return access

    def encrypt(self):
        self.run_action("ir_cron_encrypt")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestEncryption(EncryptionMixin, ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create({"name": "Bert Beispiel"})

    def fix_pin(self, partner, digits):
        return self.env["exivo.fixed.pin"].create(
            {"partner_id": partner.id, "pin": digits}
        )

    def test_without_a_key_secrets_are_stored_readable_and_the_form_says_so(self):
        access = self.make_access()
        self.assertEqual(self.stored(access, "pin"), [pin_of(access)])
        self.assertEqual(self.stored(self.site, "api_secret_stored"), [SECRET])
        self.assertEqual(self.site.encryption, "off")
        self.assertIn("EXIVO_ACCESS_KEYS", self.site.get_view()["arch"])

    def test_site_whose_secret_cannot_be_read_is_an_alarm_at_once(self):
        self.set_keys(OLD)
        self.encrypt()
        self.make_access(hours=100)
        self.set_keys(NEW)
        self.actions_began(NOW)
        self.run_action("ir_cron_watch")
        (alarm,) = self.site.activity_ids
        self.assertEqual(alarm.summary, "Riverside House is not called")
        self.assertIn("EXIVO_ACCESS_KEYS", alarm.note)
        self.assertEqual(health.describe(self.env)["status"], "fail")
        self.set_keys(OLD)
        self.run_action("ir_cron_watch")
        self.assertFalse(self.site.activity_ids)

    def test_with_a_key_the_database_holds_no_secret(self):
        self.set_keys(NEW)
        self.site.api_secret = "typed-again"
        self.site.action_verify()
        self.fix_pin(self.other, "730264")
        access = self.make_access()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(pin_of(access), visit["request"].code)
        self.assertEqual(link_of(access), visit["link"])
        self.assertEqual(get_api_secret(self.site), "typed-again")
        self.env.flush_all()
        columns = get_columns(self.env)
        self.assertEqual(
            {(column.table, column.secret) for column in columns},
            {
                ("exivo_access", "pin"),
                ("exivo_credential", "link"),
                ("exivo_credential", "pin"),
                ("exivo_fixed_pin", "pin_stored"),
                ("exivo_site", "api_secret_stored"),
                ("exivo_site", "webhook_token"),
                ("exivo_credential", "callback_token"),
            },
        )
        for table in {column.table for column in columns}:
            self.env.cr.execute(SQL("SELECT t::text FROM %s t", SQL.identifier(table)))
            rows = str(self.env.cr.fetchall())
            for value in (pin_of(access), link_of(access), "typed-again", "730264"):
                with self.subTest(table=table):
                    self.assertNotIn(value, rows)
        self.assertEqual(self.site.encryption, "on")

    def test_every_model_with_secrets_keeps_them_out_of_odoos_log(self):
        mixin = self.env.registry["exivo.secret.mixin"]
        tables = {column.table for column in get_columns(self.env)}
        models = [model for model in self.env.values() if model._table in tables]
        self.assertGreaterEqual(len(models), 4)
        for model in models:
            self.assertTrue(issubclass(type(model), mixin), model._name)

    def test_every_way_of_reading_in_superuser_mode_gives_a_mask(self):
        self.set_keys(NEW)
        access = self.make_access()
        (visit,) = self.exivo.live_visits()
        code = visit["request"].code
        for invalidate in (False, True):
            if invalidate:
                self.env.invalidate_all()
            self.assertEqual(pin_of(access), code)
            self.assertEqual(access["pin"], MASK)
            self.assertEqual(access.mapped("pin"), [MASK])
            self.assertEqual(access.mapped("credential_ids.pin"), [MASK])
            self.assertEqual(access.read(["pin"])[0]["pin"], MASK)
            self.assertEqual(access.search_read([], ["pin"])[0]["pin"], MASK)
            self.assertEqual(access.filtered("pin"), access)
            self.assertFalse(access.filtered_domain([("pin", "=", code)]))
            self.assertEqual(access.grouped("pin"), {MASK: access})
        self.assertEqual(access.new(origin=access).pin, MASK)
        self.assertFalse(pin_of(access.browse()))

    def test_every_way_of_writing_stores_it_sealed_once(self):
        self.set_keys(NEW)
        access = self.make_access()
        safe = vault.from_text(NEW)
        access.pin = envelope.wrap("482915")
        self.assertEqual(pin_of(access), "482915", "before it is flushed")
        self.assertEqual(safe.open(*self.stored(access, "pin")), "482915")
        access.write({"pin": envelope.wrap(pin_of(access))})
        self.env.invalidate_all()
        self.assertEqual(pin_of(access), "482915")
        (access | self.make_access(hours=48)).write({"pin": envelope.wrap("730264")})
        self.env.invalidate_all()
        self.assertEqual(set(pins_of(self.accesses())), {"730264"})
        created = self.env["exivo.credential"].create(
            {
                "access_id": access.id,
                "site_id": self.site.id,
                "start": NOW,
                "stop": NOW,
                "pin": envelope.wrap("482915"),
            }
        )
        self.assertEqual(pin_of(created), "482915", "from the cache")
        self.assertEqual(safe.open(*self.stored(created, "pin")), "482915")
        created.pin = False
        self.assertEqual(self.stored(created, "pin"), [None])
        self.assertFalse(pin_of(created))

    def test_nothing_is_stored_that_does_not_come_in_an_envelope(self):
        """Nobody gets a digest of what they made up, or keeps a mask for a PIN."""
        access = self.make_access()
        for key in ((), (NEW,)):
            self.set_keys(*key)
            for text in ("482915", MASK, *self.stored(access, "pin")):
                with self.assertRaises(ValueError):
                    access.write({"pin": text})
                with self.assertRaises(ValueError):
                    access.copy({"pin": text})
            with self.assertRaises(ValueError):
                access.new({"pin": "482915"})

    def test_copies_carry_no_secret(self):
        self.set_keys(NEW)
        access = self.make_access()
        for records in (access, access.credential_ids, self.site):
            for field in records._fields.values():
                if isinstance(field, SecretChar):
                    self.assertNotIn(field.name, records.copy_data()[0])

    def test_only_whether_there_is_a_value_can_be_searched_for(self):
        self.set_keys(NEW)
        access = self.make_access()
        domain = [("id", "=", access.id)]
        self.assertEqual(access.search([*domain, ("pin", "!=", False)]), access)
        self.assertFalse(access.search([*domain, ("pin", "=", False)]))
        for operator, value in (
            ("=", pin_of(access)),
            ("!=", pin_of(access)),
            ("in", [pin_of(access), False]),
            ("=like", "1%"),
            ("ilike", "1"),
            (">", "1"),
        ):
            with self.subTest(operator=operator), self.assertRaises(ValueError):
                access.search([("pin", operator, value)])

    def test_values_from_before_the_key_are_read_and_then_encrypted(self):
        kept = self.fix_pin(self.other, "730264")
        access = self.make_access()
        code, link = pin_of(access), link_of(access)
        self.set_keys(NEW)
        self.assertEqual((pin_of(access), link_of(access)), (code, link))
        self.assertEqual(self.site.secrets_left, 5)
        with RecordCapturer(self.env["ir.cron.trigger"]) as triggers:
            self.site.action_encrypt()
        self.assertEqual(
            triggers.records.cron_id, self.env.ref("exivo_access.ir_cron_encrypt")
        )
        changed_at = access.write_date
        self.encrypt()
        self.assertEqual(self.site.secrets_left, 0)
        self.assertEqual((pin_of(access), link_of(access)), (code, link))
        self.assertEqual(open_secret(kept, "pin_stored"), "730264")
        self.assertEqual(get_api_secret(self.site), SECRET)
        self.assertNotIn(code, str(self.stored(access, "pin")))
        self.assertEqual(access.write_date, changed_at)

    def test_keys_are_changed_without_anybody_noticing(self):
        self.set_keys(OLD)
        access = self.make_access()
        code = pin_of(access)
        self.set_keys(NEW, OLD)
        self.exivo.calls.clear()
        access.due_at = NOW
        self.synchronise()
        self.assertFalse(self.exivo.calls, "nothing is made again")
        self.encrypt()
        self.set_keys(NEW)
        access.due_at = NOW
        self.synchronise()
        self.assertFalse(self.exivo.calls)
        self.assertEqual(pin_of(access), code)
        self.assertEqual(access.state, "created")

    def test_pins_stay_apart_while_keys_change(self):
        self.fix_pin(self.other, "730264")
        self.set_keys(OLD)
        with patch.object(pin, "draw", lambda find_taken, length: "482915"):
            self.make_access(hours=24)
        self.set_keys(NEW, OLD)
        candidates = ("730264", "482915", "615038")
        with patch.object(
            pin,
            "draw",
            lambda find_taken, length: min({*candidates} - find_taken(candidates)),
        ):
            third = self.make_access(hours=25, partners=self.other.copy())
        self.assertEqual(pin_of(third), "615038")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(ValidationError, "Somebody else"),
            self.env.cr.savepoint(),
        ):
            self.fix_pin(self.customer, "730264")

    def test_missing_key_is_said_and_nothing_is_wiped(self):
        self.set_keys(OLD)
        self.site.api_secret = SECRET
        self.site.action_verify()
        access, link = self.make_access(), self.exivo.live_visits()[0]["link"]
        code = pin_of(access)
        before = self.stored(access, "pin"), self.stored(access.credential_ids, "link")
        self.set_keys(NEW)
        with self.assertRaisesRegex(SecretError, "the key .* is missing"):
            show_pin(access)
        self.assertEqual(access.link, MASK, "and the list can be read")
        with self.assertRaisesRegex(SecretError, "the key .* is missing"):
            show_link(access)
        self.assertTrue(self.site.has_api_secret)
        self.assertIn("cannot be read", self.site.hindrance)
        with mute_logger("odoo.addons.exivo_access.models.privacy.encryption"):
            self.encrypt()
        self.assertEqual(self.site.secrets_left, 4)
        self.assertEqual(
            (self.stored(access, "pin"), self.stored(access.credential_ids, "link")),
            before,
        )
        self.set_keys(NEW, OLD)
        self.assertEqual((pin_of(access), link_of(access)), (code, link))
        self.assertFalse(self.site.hindrance)

    def test_booking_can_be_changed_and_waits_while_the_key_is_missing(self):
        self.set_keys(OLD)
        self.site.api_secret = SECRET
        self.site.action_verify()
        booking = self.book()
        self.synchronise()
        self.set_keys(NEW)
        self.exivo.calls.clear()
        booking.action_cancel()
        self.synchronise()
        self.assertFalse(self.exivo.calls, "the site's secret is not there")
        access, new = self.accesses(booking), self.accesses(self.book(hours=48))
        self.assertEqual(access.state, "in_progress")
        self.assertIn("cannot be read", self.read_explanation(new))
        self.set_keys(NEW, OLD)
        self.synchronise()
        self.assertEqual(access.state, "removed")

    def test_access_whose_pin_cannot_be_read_says_so_and_a_new_code_helps(self):
        self.set_keys(OLD)
        access = self.make_access()
        access.booking_id.write({"start": "2027-03-04 09:00:00"})
        self.plan()
        self.set_keys(NEW)  # the site's secret was stored before there was any
        self.synchronise()
        self.assertEqual(access.failure_type, "unreadable")
        self.assertIn("key", access.failure_reason)
        self.assertFalse(self.exivo.live_visits(), "nobody has booked that time")
        self.new_code(access, "The key was lost")
        self.synchronise()
        self.assertEqual(access.state, "created")
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].code, pin_of(access))

    def test_old_room_is_shut_though_the_pin_for_the_new_one_cannot_be_read(self):
        self.set_keys(OLD)
        access = self.make_access()
        with freeze_time(access.booking_start):
            self.rule.lock_ids = self.entrance
            self.plan()
            self.set_keys(NEW)
            self.synchronise()
            self.assertEqual(access.failure_type, "unreadable")
            self.assertFalse(self.exivo.live_visits())

    def test_mail_without_a_readable_link_is_not_sent(self):
        self.set_keys(OLD)
        access = self.make_access()
        mails = self.mails_to(self.customer)
        self.set_keys(NEW)
        with self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"):
            answer = access.action_resend()["params"]
        self.assertEqual(answer["type"], "warning")
        self.assertIn("Not sent", answer["message"])
        self.assertEqual(self.mails_to(self.customer), mails)

    def test_what_is_no_key_is_said_and_nothing_is_stored_readable(self):
        access = self.make_access()
        self.set_keys("no key")
        self.assertEqual(self.site.encryption, "broken")
        self.assertIn("is not a key", self.site.hindrance)
        with self.assertRaisesRegex(UserError, "is not a key"):
            self.site.api_secret = "typed-again"
        self.assertEqual(access.link, MASK, "and the list can be read")

    def test_booking_is_taken_although_what_is_set_is_no_key(self):
        self.set_keys("no key")
        booking = self.book()
        self.synchronise()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.set_keys(NEW)
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_keys_may_stand_in_the_settings_file(self):
        with patch.dict(config.options, {"exivo_access_keys": NEW}):
            access = self.make_access()
            self.assertNotEqual(self.stored(access, "pin"), [pin_of(access)])

    def test_api_secret_may_come_from_the_environment(self):
        self.site.api_secret_stored = False
        self.assertFalse(self.site.has_api_secret)
        self.environment[VARIABLE] = "from-outside"
        self.env.invalidate_all()
        self.assertTrue(self.site.has_api_secret)
        self.assertEqual(self.site.secret_variable, VARIABLE)
        self.assertEqual(get_api_secret(self.site), "from-outside")
        self.site.api_secret_stored = envelope.wrap(SECRET)
        self.assertEqual(get_api_secret(self.site), "from-outside")
        self.site.write({"api_url": "https://test.example.com", "api_secret": "typed"})
        self.assertEqual(get_api_secret(self.site), "typed", "it is for Exivo only")

    def test_secret_of_the_environment_leaves_none_in_the_database(self):
        self.environment[VARIABLE] = "from-outside"
        self.env.invalidate_all()
        self.site.action_verify()
        self.assertEqual(self.stored(self.site, "api_secret_stored"), [None])
        self.assertEqual(get_api_secret(self.site), "from-outside")
        del self.environment[VARIABLE]
        self.env.invalidate_all()
        self.assertFalse(self.site.has_api_secret, "the form asks for it")

    def test_stored_secret_is_not_sent_to_another_address(self):
        with self.assertRaisesRegex(ValidationError, "Type the API secret again"):
            self.site.api_url = "https://evil.example.com"

    def test_blanks_are_no_secret_that_was_typed_again(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        for blanks in (" ", "\t\n", "\N{NO-BREAK SPACE}", ""):
            with (
                self.subTest(blanks=blanks),
                self.assertRaisesRegex(ValidationError, "Type the API secret again"),
                self.env.cr.savepoint(),
            ):
                self.site.with_user(manager).write(
                    {"api_url": "https://evil.example.com", "api_secret": blanks}
                )
        self.site.api_secret = " "
        self.assertEqual(get_api_secret(self.site), SECRET, "it is kept")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestEncryptionInThePortal(EncryptionMixin, ExivoPortalCase):
    def test_page_says_what_cannot_be_shown(self):
        self.set_keys(OLD)
        self.book_for_holder()
        self.synchronise()
        access = self.accesses()
        self.log_in(self.holder)
        self.assertIn(link_of(access), self.url_open("/my/doors").text)
        self.set_keys(NEW)
        page = self.url_open("/my/doors").text
        self.assertIn("The link cannot be shown", page)
        response = self.post_for_pin(access)
        self.assertEqual(response.status_code, 200)
        self.assertIn("The PIN cannot be shown", response.text)
        self.assertFalse(access.reveal_ids)
