# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Rights of users and companies, and copies of a database."""

from datetime import timedelta
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.modules import get_module_path
from odoo.service.model import call_kw
from odoo.tests import RecordCapturer, tagged

from ...models.pins.handover import show_link, show_pin
from ...tools.secret_char import MASK
from ..common import NOW, ExivoCase, link_of, pin_of

MODELS = (
    "exivo.site",
    "exivo.lock",
    "exivo.access.rule",
    "exivo.access",
    "exivo.credential",
    "exivo.pin.reveal",
)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSecurity(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._create_user("exivo_portal", "base.group_portal")
        cls.outsider = cls._create_user(
            "exivo_outsider", "base.group_user,resource_booking.group_manager"
        )
        cls.user = cls._create_user("exivo_user", "exivo_access.group_user")
        cls.admin = cls.env.ref("base.user_admin")
        cls.manager = cls._create_user("exivo_manager", "exivo_access.group_manager")

    def test_portal_and_other_employees_see_nothing(self):
        for login in (self.portal, self.outsider):
            for model in MODELS:
                with self.subTest(login=login.login, model=model):
                    self.assertFalse(
                        self.env[model].with_user(login).has_access("read")
                    )

    def test_portal_sees_no_access_through_the_booking(self):
        booking = self.book(partners=self.portal.partner_id)
        with self.assertRaises(AccessError):
            booking.with_user(self.portal).read(["exivo_access_ids"])

    def test_user_sees_accesses_and_changes_nothing(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking).with_user(self.user)
        self.assertEqual(access.link, MASK)
        self.assertEqual(show_link(access), link_of(access))
        for model in MODELS:
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(
                        self.env[model].with_user(self.user).has_access(operation)
                    )

    def test_pin_is_shown_to_staff_by_a_click_that_is_recorded(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        as_user = access.with_user(self.user)
        self.assertEqual(show_pin(as_user), pin_of(access))
        self.assertEqual(access.reveal_ids.user_id, self.user)
        with self.assertRaises(AccessError):
            show_pin(access.with_user(self.outsider))
        with self.assertRaises(AccessError):
            as_user.reveal_ids.unlink()

    def test_staff_cannot_collect_all_pins_at_once(self):
        self.book()
        self.synchronise()
        access = self.accesses().with_user(self.user)
        for _look in range(60):
            show_pin(access)
        with self.assertRaisesRegex(UserError, "very many PINs"):
            show_pin(access)
        self.assertEqual(len(access.reveal_ids), 60)

    def test_nobody_reads_searches_or_exports_pins(self):
        booking = self.book()
        self.synchronise()
        for login in (self.user, self.manager, self.admin):
            access = self.accesses(booking).with_user(login)
            for records in (access, access.credential_ids):
                with self.subTest(login=login.login, model=records._name):
                    with self.assertRaises(AccessError):
                        records.read(["pin"])
                    with self.assertRaises(AccessError):
                        records.search([("pin", "=like", "1%")])
                    self.assertNotIn("pin", records.fields_get())
        access = self.accesses(booking).with_user(self.admin)
        self.assertFalse(access.fields_get(["link"])["link"]["exportable"])

    def test_user_cannot_use_the_sites_buttons(self):
        site = self.site.with_user(self.user)
        for method in (site.action_verify, site.action_synchronise_locks):
            with self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            site.read(["api_key"])

    def test_manager_sets_up_but_edits_no_access(self):
        site = self.site.with_user(self.manager)
        site.action_verify()
        site.action_synchronise_locks()
        self.rule.with_user(self.manager).minutes_before = 20
        access = self.env["exivo.access"].with_user(self.manager)
        self.assertFalse(access.has_access("write"))
        self.assertFalse(access.has_access("create"))

    def test_nobody_reads_the_secret_back(self):
        for login in (self.manager, self.admin):
            site = self.site.with_user(login)
            self.assertFalse(site.api_secret)
            with self.assertRaises(AccessError):
                site.read(["api_secret_stored"])
            with self.assertRaises(AccessError):
                site.search([("api_secret_stored", "=like", "3%")])
            self.assertFalse(site.copy_data()[0].get("api_secret"))
            exported = site.with_user(self.admin).export_data(["name", "api_secret"])
            self.assertNotIn("33333333", str(exported["datas"]))

    def test_other_companies_stay_apart(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.book()
        self.synchronise()
        stranger = self._create_user("exivo_stranger", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for model in MODELS:
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.site.with_user(stranger).read(["name"])

    def test_room_of_another_company_opens_no_door(self):
        """Combinations are everybody's in resource_booking; rooms and doors are not."""
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.booking_type.copy({"name": "Theirs", "company_id": company.id})
        stranger = self._create_user(
            "exivo_stranger", "base.group_user,resource_booking.group_user"
        )
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        vals = {
            "type_id": theirs.id,
            "partner_ids": [(6, 0, stranger.partner_id.ids)],
            "start": NOW + timedelta(hours=24),
            "duration": 1,
            "combination_auto_assign": False,
            "combination_id": self.booking_type.combination_rel_ids.combination_id.id,
        }
        bookings = self.env["resource.booking"].with_user(stranger)
        booking = self.env["resource.booking"].browse(
            call_kw(bookings, "create", [vals], {})
        )
        booking.sudo().action_confirm()
        self.plan()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.combination_id.resource_ids, self.room)
        self.assertFalse(self.accesses(booking))
        self.desk.company_ids |= company
        self.assertIn("belongs to another company", self.read_explanation(booking))

        self.room.company_id = False  # a room that companies share
        self.plan()
        access = self.accesses(booking)
        self.assertTrue(access.is_wanted)
        self.room.company_id = company
        theirs.company_id = self.env.company
        self.plan()
        self.assertFalse(access.is_wanted)

    def neutralise(self):
        """Do what ``odoo neutralize`` does with the database, as far as it is ours."""
        sql = Path(get_module_path("exivo_access"), "data", "neutralize.sql")
        self.env.flush_all()
        self.env.cr.execute(sql.read_text())
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def test_neutralised_database_drives_no_doors(self):
        booking = self.book()
        self.neutralise()
        self.exivo.calls.clear()
        self.synchronise()
        self.assertFalse(self.exivo.calls)
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.site.has_api_secret)

    def test_neutralised_database_leaves_what_the_original_has_made_at_exivo(self):
        booking = self.book()
        self.synchronise()
        before = self.exivo.live_visits()
        mark = self.env["exivo.credential"]._get_mark()
        entry = self.accesses(booking)._get_calendar_uid(booking.name)
        self.neutralise()
        self.assertNotEqual(
            self.accesses(booking)._get_calendar_uid(booking.name), entry
        )
        self.assertNotEqual(self.env["exivo.credential"]._get_mark(), mark)
        self.assertFalse(self.count_alive())
        self.site.write({"api_key": "another", "api_secret": "another"})
        self.site.action_verify()
        self.run_action("ir_cron_compare")
        self.run_action("ir_cron_plan_all")
        self.synchronise()
        self.assertEqual(self.exivo.live_visits(), before)
        access = self.accesses(booking)
        self.assertEqual((access.state, access.withheld), ("removed", True))
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.exivo.live_visits(), before)

        self.book(hours=48)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), len(before) + 1)

    def test_copied_database_drives_no_doors_until_it_is_verified_anew(self):
        booking = self.book()
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.exivo.calls.clear()
        self.synchronise()
        for action in (self.site.action_synchronise_locks, self.site.action_compare):
            with self.assertRaisesRegex(UserError, "copy of the database"):
                action()
        with self._registry_in_test_mode():
            for name in ("ir_cron_compare", "ir_cron_watch"):
                self.env.ref(f"exivo_access.{name}").method_direct_trigger()
        self.assertFalse(self.exivo.calls)
        access = self.accesses(booking)
        self.assertEqual(access.state, "in_progress")
        self.assertIn("copy of the database", self.site.hindrance)
        self.assertIn("copy of the database", self.read_explanation(access))
        with RecordCapturer(self.env["ir.cron.trigger"]) as wakes:
            self.synchronise()
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        at_once = wakes.records.filtered(
            lambda wake: wake.cron_id == cron and wake.call_at <= NOW
        )
        self.assertFalse(at_once, "it would run again and again")

        self.site.with_user(self.manager).action_verify()
        self.assertFalse(self.site.hindrance)
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_copied_database_tells_holders_nothing(self):
        """The original may have cancelled meanwhile what the copy knows."""
        created = self.accesses(self.book())
        self.synchronise()
        pending = self.accesses(self.book(hours=48))
        untold = self.accesses(self.book(hours=72))
        untold.write({"mail_state": "failed", "mail_due_at": NOW})
        before = self.mails_to(self.customer)
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        with self.assertRaisesRegex(UserError, "copy of the database"):
            created.with_user(self.manager).action_resend()
        with freeze_time(NOW + timedelta(minutes=self.site.patience_minutes + 1)):
            self.synchronise()
        self.assertEqual((pending | untold).mapped("state"), ["in_progress"] * 2)
        self.assertFalse(self.mails_to(self.customer) - before)

    def test_copied_database_takes_nothing_out_of_calendars_before_it_takes_over(self):
        """The original goes on, and its bookings stay where they are."""
        access = self.accesses(self.book())
        entry = access._get_calendar_uid(access.reference)
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        self.assertNotEqual(access._get_calendar_uid(access.reference), entry)
        self.site.api_secret = "66666666-3333-4333-8333-333333333333"
        self.assertNotEqual(access._get_calendar_uid(access.reference), entry)
        self.site.with_user(self.manager).action_verify()
        self.assertEqual(access._get_calendar_uid(access.reference), entry)

    def test_copied_database_invites_nobody(self):
        self.rule.booking_state = "confirmed"
        self.book(confirm=False)
        self.env["ir.config_parameter"].init(force=True)  # as Odoo's "Duplicate" does
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
            self.assertFalse(self.mails_to(self.customer))
            self.site.with_user(self.manager).action_verify()
            self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("Invitation", mail.subject)

    def test_site_verified_before_databases_were_told_apart_goes_on(self):
        self.site.database_uuid = False
        self.env.flush_all()
        self.env["exivo.site"].init()
        self.env.invalidate_all()
        self.assertFalse(self.site.hindrance)

    def test_nobody_can_pretend_to_be_the_original(self):
        with self.assertRaises(AccessError):
            self.site.with_user(self.admin).database_uuid = "0"
        self.assertNotIn("database_uuid", self.site.with_user(self.admin).fields_get())

    def test_rows_that_stand_for_something_at_exivo_are_not_deleted(self):
        booking = self.book()
        self.synchronise()
        for records in (self.accesses(booking), self.accesses(booking).credential_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.manager).unlink()
