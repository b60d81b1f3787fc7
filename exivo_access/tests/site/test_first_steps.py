# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The steps of setting up that an administrator is led through."""

from freezegun import freeze_time

from odoo.exceptions import RedirectWarning
from odoo.tests import Form, tagged

from ... import api as exivo
from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestFirstSteps(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user(
            "exivo_boss", "exivo_access.group_manager,resource_booking.group_manager"
        )

    def new_site(self):
        return self.env["exivo.site"].create(
            {
                "name": "New house",
                "remote_id": "55555555-1111-4111-8111-111111111111",
                "api_key": "55555555-2222-4222-8222-222222222222",
                "api_secret": "55555555-3333-4333-8333-333333333333",
            }
        )

    def test_refused_secret_is_no_step_that_is_done(self):
        site = self.new_site()
        self.exivo.fail(exivo.Unauthorized("Unauthorized", 401))
        site.action_verify()
        self.assertEqual((site.state, site.next_step), ("refused", "verify"))
        site.action_verify()
        self.assertEqual((site.state, site.next_step), ("verified", "locks"))
        self.exivo.fail(exivo.Unauthorized("Unauthorized", 401))
        site.action_verify()
        self.assertEqual((site.state, site.next_step), ("refused", "verify"))

    def test_site_with_another_secret_begins_again_with_the_first_step(self):
        site = self.new_site()
        for done in ("locks", "rule"):
            site.action_verify()
            if done == "rule":
                site.action_synchronise_locks()
            self.assertEqual(site.next_step, done)
            site.api_secret = "66666666-3333-4333-8333-333333333333"
            self.assertEqual((site.state, site.next_step), ("draft", "verify"))
            self.exivo.fail(exivo.Unreachable("No connection"))
            site.action_verify()
            self.assertEqual((site.state, site.next_step), ("draft", "verify"))

    def test_copy_of_the_database_begins_with_the_first_step(self):
        site = self.new_site()
        site.action_verify()
        uuid = self.env["ir.config_parameter"].sudo()
        uuid.set_param("database.uuid", "another")
        site.invalidate_recordset()
        self.assertTrue(site.hindrance)
        self.assertEqual(site.next_step, "verify")

    def test_wrong_key_that_is_found_with_the_locks_refuses_the_site(self):
        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        note = self.site.action_synchronise_locks()["params"]
        self.assertEqual((note["type"], self.site.state), ("danger", "refused"))
        self.assertEqual(note["message"], self.site.failure_reason)

    def test_site_that_is_set_up_and_refused_later_shows_no_first_steps(self):
        self.book()
        self.exivo.fail(exivo.Unauthorized("Unauthorized", 401))
        self.site.action_verify()
        self.assertEqual(self.site.state, "refused")
        self.assertFalse(self.site.next_step)

    def test_room_that_is_made_on_the_rules_form_is_a_thing_that_never_closes(self):
        rooms = self.env["resource.resource"].with_user(self.manager)
        rooms = rooms.with_context(exivo_new_room=True)
        quick = rooms.browse(rooms.name_create("Limmat")[0])
        with Form(rooms, view="resource.resource_resource_form") as form:
            form.name = "Sihl"
        for room in (quick, form.record):
            with self.subTest(room=room.name):
                self.assertEqual(room.resource_type, "material")
                self.assertEqual(
                    room.calendar_id.attendance_ids.mapped("hour_to"), [24] * 7
                )
        self.assertEqual(quick.calendar_id, form.record.calendar_id, "made once")
        self.room = quick
        self.booking_type = self._create_type(quick)
        self.assertEqual(self.book().combination_id.resource_ids, quick)

    def test_rules_form_says_that_a_room_is_made_there(self):
        arch = self.env["exivo.access.rule"].get_view(view_type="form")["arch"]
        self.assertIn("exivo_new_room", arch)

    def test_book_says_what_is_missing_if_there_is_nothing_to_book(self):
        site = self.site.with_user(self.manager)
        self.assertEqual(site.action_book()["res_model"], "resource.booking")
        self.rule.unlink()
        with self.assertRaisesRegex(RedirectWarning, "Make a booking type"):
            site.action_book()

    def test_empty_list_does_not_speak_of_setting_up_once_a_rule_is_there(self):
        self.env["exivo.access"].search([]).unlink()
        self.assertEqual(self.site.next_step, "booking")
        self.new_site()  # which is being set up, for months
        accesses = self.env["exivo.access"].with_user(self.manager).sudo()
        self.assertEqual(accesses.get_empty_list_help("Nothing"), "Nothing")
        self.rule.unlink()
        self.assertIn("begins with", accesses.get_empty_list_help("Nothing"))
