# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Personal data are deleted when they are due, given out and erased on request."""

import base64
import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ...models.pins.handover import show_pin
from ...models.privacy import exivo_site_retention
from ...models.privacy.exivo_access import ExivoAccess
from ..common import NOW, ExivoPortalCase, link_of, pin_of

DAY = timedelta(days=1)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPrivacy(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_user", "exivo_access.group_user")
        cls.manager = cls._create_user("exivo_manager", "exivo_access.group_manager")

    def setUp(self):
        super().setUp()
        self.booking = self.book(hours=24)
        self.synchronise()
        self.access = self.accesses(self.booking)

    def clear(self):
        self.run_action("ir_cron_clear")

    def stored(self, table, *columns):
        """What really lies in the database of all rows of the access."""
        self.env.flush_all()
        key = "id" if table == "exivo_access" else "access_id"
        self.env.cr.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = %s",
            [self.access.id],
        )
        return self.env.cr.fetchall()

    def at(self, moment):
        """Let time pass until a moment, with the scheduled actions that run then."""
        with freeze_time(moment):
            self.synchronise()
            self.clear()

    # === RETENTION === #

    def test_pin_link_and_unsent_mail_are_deleted_a_month_after_the_end(self):
        mail = self.mails_to(self.customer)
        mail.state = "exception"
        self.at(self.access.stop + 29 * DAY)
        self.assertTrue(pin_of(self.access))
        self.assertTrue(mail.exists())

        self.at(self.access.stop + 30 * DAY + timedelta(seconds=1))
        self.assertEqual(
            self.stored("exivo_access", "pin", "pin_digest"), [(None, None)]
        )
        self.assertEqual(
            self.stored("exivo_credential", "pin", "pin_digest", "link"),
            [(None, None, None)],
        )
        self.assertFalse(mail.exists())
        self.assertEqual(self.access.partner_id, self.customer)
        self.assertEqual(self.access.state, "expired")

    def test_holder_and_what_was_written_are_deleted_after_a_year(self):
        self.comment(self.access, "Anna called")
        self.at(self.access.stop + 365 * DAY + timedelta(seconds=1))
        self.assertFalse(self.access.partner_id)
        self.assertFalse(self.access.booking_id)
        self.assertFalse(self.access.message_ids)
        self.assertEqual(self.access.room, "Aare")

    def written_of(self, record, name):
        """All that is written on a record, done activities and notes included."""
        on_record = [("res_id", "=", record.id)]
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities = activities.search([*on_record, ("res_model", "=", record._name)])
        messages = self.env["mail.message"].search(
            [*on_record, ("model", "=", record._name)]
        )
        texts = (
            *activities.mapped("summary"),
            *activities.mapped("note"),
            *messages.mapped("body"),
        )
        return [text for text in texts if text and name in text]

    def test_done_activities_of_an_access_are_deleted_with_its_holder(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        access = self.accesses(self.book(hours=48))
        self.synchronise()
        access.activity_ids.with_user(self.user).action_feedback("Anna was told")
        self.assertGreater(len(self.written_of(access, "Anna")), 1)
        self.at(access.stop + 365 * DAY + timedelta(seconds=1))
        self.assertEqual(self.written_of(access, "Anna"), [])

    def test_what_is_due_is_deleted_although_a_type_of_alarms_is_gone(self):
        kind = self.env.ref("exivo_access.mail_activity_type_no_show")
        # as it was before such types could not be deleted any more
        self.env["ir.model.data"].search(
            [("model", "=", kind._name), ("res_id", "=", kind.id)]
        ).unlink()
        note = self.comment(self.site, "A note without an activity")
        self.at(self.access.stop + 400 * DAY)
        self.assertFalse(pin_of(self.access))
        self.assertTrue(note.exists())

    def test_done_alarms_on_the_site_are_deleted_with_holders(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        access = self.accesses(self.book(hours=5))
        self.synchronise()
        self.run_action("ir_cron_look_ahead")
        self.site.activity_ids.with_user(self.user).action_done()
        self.env.flush_all()  # Odoo notes when it was done
        self.comment(self.site, "Anna looks after the site")
        self.assertGreater(len(self.written_of(self.site, "Anna")), 2)
        self.at(NOW + 364 * DAY)
        self.assertGreater(len(self.written_of(self.site, "Anna")), 2)
        self.at(access.stop + 366 * DAY)
        (note,) = self.written_of(self.site, "Anna")
        self.assertIn("looks after the site", note, "what others wrote is theirs")

    def test_what_was_written_of_a_deleted_contact_is_deleted_too(self):
        self.comment(self.access, "Anna called")
        self.new_code(self.access, "Anna lost her PIN")
        self.access.failure_reason = "Anna is unknown"
        self.booking.action_cancel()
        self.synchronise()
        stop = self.access.stop
        self.booking.unlink()
        self.customer.unlink()
        self.assertFalse(self.access.partner_id)
        self.at(stop + 364 * DAY)
        self.assertTrue(self.access.new_code_reason)
        self.at(stop + 365 * DAY + timedelta(seconds=1))
        self.assertFalse(self.access.new_code_reason)
        self.assertFalse(self.access.failure_reason)
        self.assertEqual(self.written_of(self.access, "Anna"), [])

    def test_looks_at_pins_are_deleted_after_a_year(self):
        show_pin(self.access)
        look = self.access.reveal_ids
        self.at(self.env.cr.now() + 364 * DAY)
        self.assertTrue(look.exists())
        self.at(self.env.cr.now() + 366 * DAY)
        self.assertFalse(look.exists())

    def test_who_has_fixed_a_pin_is_known_as_long_as_it_opens_and_a_year_longer(self):
        look = self.env["exivo.pin.reveal"].create(
            {
                "access_id": self.access.id,
                "user_id": self.user.id,
                "is_by_fixing": True,
            }
        )
        self.env.cr.execute(
            "UPDATE exivo_pin_reveal SET create_date = create_date - interval '2 years'"
        )
        self.clear()
        self.assertTrue(look.exists())
        self.at(self.access.stop + 364 * DAY)
        self.assertTrue(look.exists())
        self.at(self.access.stop + 366 * DAY)
        self.assertFalse(look.exists())

    def test_export_tells_who_looked_at_a_pin_from_who_has_fixed_it(self):
        show_pin(self.access.with_user(self.user))
        self.env["exivo.pin.reveal"].create(
            {
                "access_id": self.access.id,
                "user_id": self.manager.id,
                "is_by_fixing": True,
            }
        )
        (access,) = self.given_out(self.personal_data())["accesses"]
        self.assertEqual(
            {look["by"]: look["has_fixed_it"] for look in access["pin_seen"]},
            {self.user.name: False, self.manager.name: True},
        )

    def test_times_are_set_on_the_site(self):
        with Form(self.site.with_user(self.manager)) as form:
            form.secret_days = 0
            form.holder_days = 1
        self.at(self.access.stop + timedelta(hours=1))
        self.assertFalse(pin_of(self.access))
        self.at(self.access.stop + 2 * DAY)
        self.assertFalse(self.access.partner_id)

    def test_holders_are_not_forgotten_before_their_pins(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.site.holder_days = 29
            self.env.flush_all()

    def test_nothing_is_kept_for_ever(self):
        """One number of one site would keep that of all others from being cleared."""
        for name in ("event_days", "holder_days", "standing_days"):
            with (
                self.subTest(name),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.site[name] = 36_501
                self.env.flush_all()
        self.site.write(dict.fromkeys(("event_days", "holder_days"), 36_500))
        self.run_action("ir_cron_clear")
        self.run_action("ir_cron_read_events")
        self.assertTrue(self.site.log_read_at)

    def test_what_may_live_at_exivo_keeps_its_pin_and_holder(self):
        self.booking.action_cancel()
        self.exivo.fail(exivo.Unreachable("No connection"), calls="revoke_visit")
        self.synchronise()
        self.assertEqual(self.access.credential_ids.state, "revoking")
        with freeze_time(self.access.stop + 400 * DAY):
            self.clear()  # before the synchroniser could note that it has expired
            self.assertTrue(pin_of(self.access))
            self.assertTrue(self.access.partner_id)

    def test_access_that_somebody_works_on_keeps_no_other_from_being_cleared(self):
        other = self.accesses(self.book(hours=48))
        self.synchronise()
        forget = ExivoAccess._forget_secrets
        busy = self.access

        def forget_unless_busy(accesses):
            if busy in accesses:
                raise SerializationFailure()
            forget(accesses)

        with (
            patch.object(ExivoAccess, "_forget_secrets", forget_unless_busy),
            patch.object(exivo_site_retention, "BATCH_SIZE", 1),
        ):
            self.at(other.stop + 31 * DAY)
        self.assertTrue(pin_of(self.access))
        self.assertFalse(pin_of(other))
        later = other.stop + 31 * DAY + timedelta(minutes=10)
        self.assertEqual(self.moments_to_run("ir_cron_clear"), [later])
        self.at(later)
        self.assertFalse(pin_of(self.access))

    def test_looking_for_what_is_old_costs_the_same_however_much_is_kept(self):
        def count():
            self.clear()  # fills the caches
            before = self.env.cr.sql_log_count
            self.clear()
            return self.env.cr.sql_log_count - before

        few = count()
        for day in range(2, 6):
            self.book(hours=24 * day)
        self.synchronise()
        self.site.copy({"remote_id": "2", "api_key": "key", "api_secret": "secret"})
        self.assertLessEqual(count(), few + 1, "one for the persons of the new site")

    def test_nothing_is_looked_at_twice_however_often_it_runs(self):
        self.at(self.access.stop + 31 * DAY)
        for old, domain, _clear in self.env["exivo.site"]._get_stages_to_clear():
            self.assertFalse(old.search(domain))

    # === EXPORT AND ERASURE === #

    def personal_data(self, user=None, of=None):
        return (
            self.env["exivo.personal.data"]
            .with_user(user or self.manager)
            .create({"partner_id": (of or self.customer).id})
        )

    def given_out(self, wizard):
        """Return what is in the file that the wizard gives out."""
        return json.loads(base64.b64decode(wizard.data_file))

    def test_export_says_where_and_when_and_holds_neither_pin_nor_link(self):
        show_pin(self.access.with_user(self.user))
        self.assertEqual(self.personal_data().access_count, 1)
        text = base64.b64decode(self.personal_data().data_file).decode()
        (access,) = json.loads(text)["accesses"]
        self.assertEqual(access["room"], "Aare")
        self.assertCountEqual(access["doors"], ["Entrance", "Aare"])
        self.assertEqual(access["pin_seen"][0]["by"], self.user.name)
        for secret in (pin_of(self.access), link_of(self.access)):
            self.assertNotIn(secret, text)

    def test_export_is_downloaded_as_a_file(self):
        self.log_in(self.manager)
        action = self.personal_data().action_download()
        self.env.flush_all()
        answer = self.url_open(action["url"])
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        (access,) = answer.json()["accesses"]
        self.assertEqual(access["room"], "Aare")

    def test_erasing_waits_until_the_accesses_are_over(self):
        with self.assertRaisesRegex(UserError, self.access.reference):
            self.personal_data().action_erase()
        self.assertEqual(self.access.partner_id, self.customer)

    def test_erased_contact_is_in_no_row_and_mail_any_more(self):
        self.env["exivo.fixed.pin"].create(
            {"partner_id": self.customer.id, "pin": "730264"}
        )
        self.booking.location = "c/o Anna Muster, Bergweg 3"
        self.synchronise()
        self.comment(self.access, "Anna called")
        self.booking.action_cancel()
        self.synchronise()
        said = self.personal_data().action_erase()["params"]["message"]
        self.assertIn("Accesses that named this person: 1", said)
        self.env.invalidate_all()
        self.assertEqual(
            self.stored("exivo_access", "partner_id", "booking_id", "pin"),
            [(None, None, None)],
        )
        self.assertEqual(
            self.stored("exivo_access", "place", "told_booking"), [(None, None)]
        )
        self.assertEqual(
            set(self.stored("exivo_credential", "pin", "link")), {(None, None)}
        )
        self.assertFalse(self.access.message_ids)
        self.assertFalse(self.access._get_last_mails())
        self.assertFalse(self.env["exivo.fixed.pin"].search([]))
        self.assertFalse(self.given_out(self.personal_data())["accesses"])

    def add_guest(self, booking, email="bea@example.com"):
        bea = self.env["res.partner"].create({"name": email, "email": email})
        return self.env["exivo.guest"].create(
            {
                "booking_id": booking.id,
                "host_id": self.customer.id,
                "partner_id": bea.id,
                "email": email,
            }
        )

    def test_guests_are_given_out_to_both_and_erased_once_it_is_over(self):
        guest = self.add_guest(self.booking)
        host, bea = self.personal_data(), self.personal_data(of=guest.partner_id)
        (invited,) = self.given_out(host)["guests_invited"]
        self.assertEqual(invited["email"], "bea@example.com")
        (invitation,) = self.given_out(bea)["guest_on"]
        self.assertEqual(invitation["invited_by"], "Anna Muster")
        bea.action_erase()
        self.assertTrue(guest.exists(), "needed until then")
        with freeze_time(self.access.stop + DAY):
            bea.action_erase()
        self.assertFalse(guest.exists())

    def test_guests_are_deleted_with_holders(self):
        guest = self.add_guest(self.booking)
        taken_off = self.add_guest(self.booking, "carl@example.com")
        taken_off.active = False
        later = self.add_guest(self.book(hours=48))
        self.at(self.booking.stop + 364 * DAY)
        self.assertTrue(guest.exists())
        self.at(self.booking.stop + 365 * DAY + timedelta(seconds=1))
        self.assertFalse((guest | taken_off).exists())
        self.assertTrue(later.exists())

    def test_guests_are_not_deleted_while_their_doors_are_open(self):
        self.site.write({"secret_days": 0, "holder_days": 0})
        self.rule.write({"holders": "attendees", "minutes_after": 1440})
        booking = self.book(hours=48)
        guest = self.add_guest(booking)
        bea = guest.partner_id
        self.synchronise()
        (access,) = self.accesses(booking).filtered(lambda one: one.partner_id == bea)
        for moment in (booking.stop + timedelta(hours=1), access.stop - DAY / 24):
            self.at(moment)
            self.assertTrue(guest.exists())
            self.assertTrue(access.is_wanted)
        self.at(access.stop + DAY)
        self.assertFalse(guest.exists())

    def test_only_managers_export_and_erase(self):
        with self.assertRaises(AccessError):
            self.personal_data(self.user)

    def test_accesses_in_other_companies_are_neither_shown_nor_erased(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.manager.write(
            {"company_ids": [(6, 0, abroad.ids)], "company_id": abroad.id}
        )
        with self.assertRaises(UserError):
            self.given_out(self.personal_data())
        with self.assertRaises(UserError):
            self.personal_data().action_erase()

    def test_guests_of_a_booking_that_is_nobodys_any_more_are_everybodys(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = self._create_user("exivo_abroad", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, abroad.ids)], "company_id": abroad.id})
        self.booking_type.company_id = False
        booking = self.book(hours=48, confirm=False)
        guest = self.add_guest(booking)
        data = self.personal_data(stranger, of=guest.partner_id)
        with self.assertRaises(UserError):
            self.given_out(data)
        self.rule.unlink()
        self.plan()
        for bea in (data, self.personal_data(of=guest.partner_id)):
            self.assertEqual(len(self.given_out(bea)["guest_on"]), 1)
        with freeze_time(booking.stop + DAY):
            data.action_erase()
        self.assertFalse(guest.exists())

    def test_openings_events_and_persons_abroad_are_neither_shown_nor_erased(self):
        """Also when all accesses of the contact are forgotten already."""
        self.env["exivo.access"].sudo().search([]).partner_id = False
        self.holder.partner_id = self.customer
        opening = self.env["exivo.opening"].create(
            {"lock_id": self.aare.id, "user_id": self.holder.id}
        )
        whose = {"site_id": self.site.id, "partner_id": self.customer.id}
        event = self.env["exivo.door.event"].create(
            {**whose, "remote_id": "1", "occurred_at": NOW, "kind": "opened"}
        )
        person = self.env["exivo.person"].create({**whose, "member": "1"})
        abroad = self.env["res.company"].create({"name": "Abroad"})
        stranger = self._create_user("exivo_abroad", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, abroad.ids)], "company_id": abroad.id})
        for row in (opening, event, person):
            with self.subTest(row=row), self.assertRaises(UserError):
                self.given_out(self.personal_data(stranger))
            with self.subTest(row=row), self.assertRaises(UserError):
                self.personal_data(stranger).action_erase()
            self.assertTrue(row.exists())
            data = self.given_out(self.personal_data())
            self.assertTrue(
                data["doors_opened"] or data["door_events"] or data["persons_at_exivo"]
            )
            row.unlink()

    def test_who_opened_a_door_for_the_house_stays_known(self):
        """Customers are erased; that it was staff is what the record is for."""
        self.holder.partner_id = self.customer
        self.aare.with_user(self.manager).action_open_door()
        opened = self.env["exivo.opening"].search([])
        opened |= opened.create({"lock_id": self.aare.id, "user_id": self.holder.id})
        self.booking.action_cancel()
        self.synchronise()
        self.personal_data().action_erase()
        wizard = self.env["exivo.personal.data"].with_user(self.manager)
        own = wizard.create({"partner_id": self.manager.partner_id.id})
        self.assertEqual(len(self.given_out(own)["doors_opened"]), 1)
        own.action_erase()
        self.assertEqual(opened.mapped("user_id"), self.manager)

    # === PIN OUT OF MAILS === #

    def mail_without_pin(self):
        self.mails_to(self.customer).unlink()
        self.site.pin_in_mail = False
        booking = self.book(hours=48)
        self.synchronise()
        access = self.accesses(booking)
        mail = self.mails_to(self.customer)
        self.assertIn(link_of(access), mail.body_html)
        self.assertNotIn(pin_of(access), f"{mail.subject} {mail.body_html} {mail.body}")
        return mail

    def test_pin_stays_out_of_the_mail_where_the_site_says_so(self):
        self.assertIn("get your PIN from us", self.mail_without_pin().body_html)

    def test_holder_with_a_login_is_led_to_the_portal_for_the_pin(self):
        self.holder.partner_id = self.customer
        self.assertIn("/my/doors", self.mail_without_pin().body_html)
