# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestUninstall(ExivoCase):
    """No door stays open because the app that would close it is gone."""

    def setUp(self):
        super().setUp()
        self.module = self.env.ref("base.module_exivo_access")
        self.book()
        self.synchronise()

    def wizard(self, module=None):
        wizard = self.env["base.module.uninstall"]
        wizard = wizard.with_context(default_module_ids=(module or self.module).ids)
        return Form(wizard).save()

    def test_the_dialog_counts_what_still_opens_doors(self):
        self.assertEqual(self.wizard().exivo_alive_count, 1)

    def test_it_also_does_when_an_app_goes_that_this_one_needs(self):
        needed = self.env.ref("base.module_resource_booking")
        self.assertEqual(self.wizard(needed).exivo_alive_count, 1)

    def test_other_apps_go_without_a_word(self):
        other = self.env.ref("base.module_auth_totp")
        self.assertEqual(self.wizard(other).exivo_alive_count, 0)

    def test_the_dialog_lists_what_holds_documents_and_no_parts_of_models(self):
        listed = self.wizard().model_ids.mapped("model")
        self.assertIn("exivo.access", listed)
        parts = [model for model in listed if self.env[model]._abstract]
        self.assertEqual(parts, [])

    def test_uninstalling_is_refused_while_something_opens_doors(self):
        with self.assertRaisesRegex(UserError, "take away any more: 1"):
            self.module.button_uninstall()
        self.assertEqual(self.module.state, "installed")

    def test_whoever_decides_to_leave_them_may(self):
        wizard = self.wizard()
        with Form(wizard) as form:
            form.exivo_leave_alive = True
        modules = type(self.module)
        # the immediate one loads Odoo anew
        with patch.object(
            modules, "button_immediate_uninstall", modules.button_uninstall
        ):
            wizard.action_uninstall()
        self.assertEqual(self.module.state, "to remove")

    def test_all_are_taken_away_first_and_their_holders_told(self):
        listed = self.wizard().action_exivo_take_away()["params"]["next"]
        self.assertEqual(
            (listed["res_model"], listed["domain"], listed["context"]),
            ("exivo.access", [], {"search_default_current": 1}),
            "those of other days, and of members, too",
        )
        self.synchronise()
        self.assertEqual(self.exivo.live_visits(), [])
        self.assertIn("removed", self.mails_to(self.customer)[-1].subject)
        self.module.button_uninstall()
        self.assertEqual(self.module.state, "to remove")

    def test_only_those_who_may_uninstall_can_take_all_away(self):
        for groups in (
            "base.group_portal",
            "base.group_user",
            "exivo_access.group_user",
            "exivo_access.group_manager",
        ):
            user = self._create_user(groups.replace(".", "_"), groups)
            wizard = self.env["base.module.uninstall"].with_user(user)
            for ids in ([], self.wizard().ids):
                with self.subTest(groups=groups), self.assertRaises(AccessError):
                    call_kw(wizard, "action_exivo_take_away", [ids], {})
        self.assertTrue(self.rule.active)

    @mute_logger("odoo.addons.base.models.ir_model")
    @mute_logger("odoo.addons.base.models.ir_module")
    def test_nobody_else_gets_around_the_question(self):
        """With a context that says that it was answered, or by asking the dialog."""
        answered = {"exivo_leave_alive": True, "default_exivo_leave_alive": True}
        manager = self._create_user("manager", "exivo_access.group_manager")
        module = self.module.with_user(manager).with_context(**answered)
        dialog = self.env["base.module.uninstall"].with_user(manager)
        asked = {"module_ids": [[4, self.module.id]]}
        shown = {"exivo_alive_count": {}}
        for model, name, args in (
            (module, "button_uninstall", [module.ids]),
            (module, "button_immediate_uninstall", [module.ids]),
            (module, "module_uninstall", [module.ids]),
            (module, "write", [module.ids, {"state": "to remove"}]),
            (dialog, "create", [asked]),
            (dialog, "onchange", [[], asked, [], shown]),
            (dialog, "web_read", [self.wizard().ids, shown]),
            (dialog, "action_uninstall", [self.wizard().ids]),
        ):
            with (
                self.subTest(method=name),
                self.assertRaises(UserError) as caught,
                self.env.cr.savepoint(),
            ):
                call_kw(model, name, args, {"context": answered})
            self.assertIsInstance(caught.exception, (AccessError, AccessDenied))
        self.assertEqual(self.module.state, "installed")

    def test_what_was_taken_away_does_not_come_back_with_a_new_booking(self):
        self.wizard().action_exivo_take_away()
        self.book(hours=48)
        self.synchronise()
        self.assertEqual(self.exivo.live_visits(), [])
