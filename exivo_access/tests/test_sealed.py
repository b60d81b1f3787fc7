# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Code that people write in Odoo finds no secret, whatever it asks our records for.

Templates, server actions and views run in superuser mode if they like, may be anybody,
and reach whatever a record, its fields and its methods lead to, private ones included.
What there is to ask is asked of Python, so that a method that is added later is called,
too.
"""

import os
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import escape

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .. import vault
from .app_common import PHONE
from .common import NOW, ExivoPortalCase

MODULE = "odoo.addons.exivo_access."
KEY = vault.new_key()
FIXED_PIN = "730264"
#: Ways to a value, of a record of each model with a secret and of the secret's name.
WAYS = (
    "{records}.mapped('{name}')",
    "[one['{name}'] for one in {records}]",
    "[one.{name} for one in {records}]",
    "{records}.filtered('{name}').mapped('{name}')",
    "{records}.sorted('{name}').mapped(lambda one: one.{name})",
    "[one for one in {records}.grouped('{name}')]",
    "{records}.with_user(2).sudo().mapped('{name}')",
    "{records}.browse({records}.ids).mapped('{name}')",
    "{records}.read(['{name}'])",
    "{records}._read_format(['{name}'])",
    "{records}.search_read([], ['{name}'])",
    "{records}.search_fetch([], ['{name}']).mapped('{name}')",
    "{records}.web_read({{'{name}': {{}}}})",
    "{records}.export_data(['{name}'])",
    "[one._convert_to_write({{'{name}': one.{name}}}) for one in {records}]",
    "[one.copy_data() for one in {records}]",
    "[one._fields['{name}'].convert_to_read(one.{name}, one) for one in {records}]",
    "[one._fields['{name}'].convert_to_export(one.{name}, one) for one in {records}]",
    "[one._fields['{name}'].convert_to_write(one.{name}, one) for one in {records}]",
    "[one.new(origin=one).{name} for one in {records}]",
    "[one.new({{}}, one)['{name}'] for one in {records}]",
    "['%s' % one.{name} for one in {records}]",
    "['{{0.{name}}}'.format(one) for one in {records}]",
    "['{{0[{name}]}}'.format(one) for one in {records}]",
)
#: Ways to what is stored: sealed if there is a key, else as readable as the database.
STORED_WAYS = (
    "[one._cache['{name}'] for one in {records}]",
    "[one._fields['{name}']._get_cache(one.env) for one in {records}]",
    "[one._fields['{name}'].get_column_update(one) for one in {records}]",
    "[one._fields['{name}'].convert_to_record("
    "one._fields['{name}']._get_cache(one.env)[one.id], one) for one in {records}]",
    "{records}._read_group([], [], ['{name}:array_agg'])",
    "{records}.env.transaction.field_data",
)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestSealed(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls._create_user(
            "exivo_editor", "base.group_user,mail.group_mail_template_editor"
        )
        cls.administrator = cls._create_user(
            "exivo_administrator", "base.group_user,base.group_system"
        )
        cls.site.write({"app_id": "4711", "app_name": "House Keys"})
        cls.aare.has_mobile_access = True
        other_room = cls._create_room("Reuss")
        cls.type_with_app = cls._create_type(other_room)
        cls.env["exivo.access.rule"].create(
            {
                "resource_id": other_room.id,
                "lock_ids": [(6, 0, cls.aare.ids)],
                "method": "app",
            }
        )
        cls.customer.write({"phone": PHONE, "country_id": cls.env.ref("base.ch").id})

    def setUp(self):
        super().setUp()
        self.environment = self.startPatcher(patch.dict(os.environ))
        self.env["exivo.fixed.pin"].create(
            {"partner_id": self.customer.id, "pin": FIXED_PIN}
        )
        self.book_for_holder()
        self.book(type_id=self.type_with_app.id)
        self.synchronise()
        self.env.flush_all()
        self.site.action_new_webhook_token()
        self.secrets = self.read_secrets()
        self.assertGreaterEqual(len(self.secrets), 6)

    def use_key(self):
        """Let everything that is stored be encrypted."""
        self.env.flush_all()
        self.environment["EXIVO_ACCESS_KEYS"] = KEY
        self.env.invalidate_all()
        self.env.ref("exivo_access.ir_cron_encrypt").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.secrets & self.read_secrets(), "it is encrypted")

    def read_secrets(self):
        """What the database holds in all columns for secrets."""
        self.env.flush_all()
        return {
            value
            for column in self.env["exivo.secret.keeper"]._get_columns()
            for (value,) in self.env.execute_query(
                SQL(
                    "SELECT %s FROM %s WHERE %s <> ''",
                    SQL.identifier(column.secret),
                    SQL.identifier(column.table),
                    SQL.identifier(column.secret),
                )
            )
        }

    # === WHAT PEOPLE WRITE === #

    def expressions(self, ways):
        """Each way to each secret, with ``object`` for a record of any model."""
        for column in self.env["exivo.secret.keeper"]._get_columns():
            (model,) = (
                model._name
                for model in self.env.values()
                if model._table == column.table and not model._abstract
            )
            records = f"object.env['{model}'].sudo().search([])"
            for way in ways:
                yield way.format(records=records, name=column.secret)
        if ways is WAYS:
            accesses = "object.env['exivo.access'].sudo().search([])"
            yield from (way.format(records=accesses, name="link") for way in WAYS)

    def attempt(self, run, *arguments):
        """What somebody gets to see, be it an error."""
        shown = ""
        with self.env.cr.savepoint() as savepoint:
            try:
                shown = str(run(*arguments))
            except Exception as error:  # noqa: BLE001 what it says is seen, too
                shown = f"{error} {error.__cause__}"
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return shown

    def in_template(self, expression):
        """In a template on contacts, of somebody who may edit templates only."""
        templates = self.env["mail.template"].with_user(self.editor)
        template = templates.create(
            {
                "name": "Greeting",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body_html": f'<p t-out="{escape(expression)}"/>',
            }
        )
        return template._render_field("body_html", self.customer.ids)

    def in_composer(self, expression):
        templates = self.env["mail.template"].with_user(self.editor)
        template = templates.create(
            {
                "name": "Greeting",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "{{ %s }}" % expression,
                "body_html": f'<p t-out="{escape(expression)}"/>',
            }
        )
        composer = template.env["mail.compose.message"].create(
            {
                "template_id": template.id,
                "model": "res.partner",
                "res_ids": repr(self.customer.ids),
            }
        )
        preview = template.env["mail.template.preview"].create(
            {
                "mail_template_id": template.id,
                "resource_ref": f"res.partner,{self.customer.id}",
            }
        )
        return composer.read(["subject", "body"]) + preview.read()

    def in_server_action(self, expression):
        return self._run_action(
            {
                "state": "code",
                "code": f"object = record\naction = {{'shown': str({expression})}}",
            }
        )

    def in_updated_field(self, expression):
        expression = expression.replace("object.", "record.")
        self._run_action(
            {
                "state": "object_write",
                "update_path": "comment",
                "evaluation_type": "equation",
                "value": f"str({expression})",
            }
        )
        return self.customer.comment

    def _run_action(self, vals):
        actions = self.env["ir.actions.server"].with_user(self.administrator)
        action = actions.create(
            {
                "name": "Look",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                **vals,
            }
        )
        return action.with_context(
            active_model="res.partner", active_id=self.customer.id
        ).run()

    def in_view(self, expression):
        views = self.env["ir.ui.view"].with_user(self.administrator)
        view = views.create(
            {
                "name": "look",
                "type": "qweb",
                "arch": f'<t t-name="look"><p t-out="{escape(expression)}"/></t>',
            }
        )
        return self.env["ir.qweb"]._render(view.id, {"object": self.customer})

    def find_shown(self, ways):
        """What of all secrets people get to see, and how."""
        return [
            (run.__name__, expression)
            for run in (
                self.in_template,
                self.in_composer,
                self.in_server_action,
                self.in_updated_field,
                self.in_view,
            )
            for expression in self.expressions(ways)
            if self.is_told(self.attempt(run, expression))
        ]

    def is_told(self, text):
        return any(secret in text for secret in self.secrets)

    @mute_logger(
        "odoo.addons.mail.models.mail_render_mixin",
        "odoo.addons.base.models.ir_actions",
        "odoo.sql_db",
        "odoo.orm.models",
    )
    def test_what_people_write_in_odoo_shows_no_secret(self):
        self.assertFalse(self.find_shown(WAYS))

    @mute_logger(
        "odoo.addons.mail.models.mail_render_mixin",
        "odoo.addons.base.models.ir_actions",
        "odoo.sql_db",
        "odoo.orm.models",
    )
    def test_with_a_key_not_even_what_is_stored_shows_one(self):
        self.use_key()
        self.assertFalse(self.find_shown([*WAYS, *STORED_WAYS]))

    def test_without_a_key_the_database_is_readable_and_with_one_it_is_not(self):
        code = (
            "record.env.cr.execute('SELECT pin FROM exivo_access')\n"
            "action = {'shown': str(record.env.cr.fetchall())}"
        )
        read = {"state": "code", "code": code}
        self.assertTrue(self.is_told(self.attempt(self._run_action, read)))
        self.use_key()
        shown = self.attempt(self._run_action, read)
        self.assertIn("exivo-sealed:", shown)
        self.assertFalse(self.is_told(shown))
