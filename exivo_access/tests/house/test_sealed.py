# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Code that people write in Odoo finds no secret, whatever it asks our records for.

Templates, server actions and views run in superuser mode if they like, may be anybody,
and reach whatever a record, its fields and its methods lead to, private ones included.
What there is to ask is asked of Python, so that a method that is added later is called,
too.
"""

import inspect
import os
import threading
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import escape

from odoo.models import BaseModel
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import SQL, mute_logger

from odoo.addons.http_routing.tests.common import MockRequest

from ...models.access.exivo_access import ExivoAccess
from ...models.doors.webhook_token import new_webhook_token
from ...models.pins import handover
from ...models.pins.handover import in_clear
from ...models.privacy.encryption import get_columns
from ...models.site import site_connection
from ...models.site.exivo_site import ExivoSite
from ...models.site.site_connection import get_api_secret
from ...pure import vault
from ...tools.calls import Call
from ...tools.secret_char import MASK, open_secret
from ..app_common import PHONE
from ..common import NOW, ExivoPortalCase, link_of, pin_of

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
    "{records}.web_read(dict({name}=dict()))",
    "{records}.export_data(['{name}'])",
    "[one._convert_to_write(dict({name}=one.{name})) for one in {records}]",
    "[one.copy_data() for one in {records}]",
    "[one._fields['{name}'].convert_to_read(one.{name}, one) for one in {records}]",
    "[one._fields['{name}'].convert_to_export(one.{name}, one) for one in {records}]",
    "[one._fields['{name}'].convert_to_write(one.{name}, one) for one in {records}]",
    "[one.new(origin=one).{name} for one in {records}]",
    "[one.new(dict(), one)['{name}'] for one in {records}]",
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
#: What complains about expressions that come to nothing.
LOGGERS = (
    "odoo.addons.calendar.models.calendar_attendee",
    "odoo.addons.base.models.ir_actions",
    "odoo.addons.base.models.ir_qweb",
    "odoo.addons.mail.models.mail_render_mixin",
    "odoo.addons.mail.models.mail_template",
    "odoo.orm.models",
    "odoo.sql_db",
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
        new_webhook_token(self.site)
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
            for column in get_columns(self.env)
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
        for column in get_columns(self.env):
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
        """What somebody gets to see, be it an error, and whether it is one."""
        shown, has_failed = "", False
        with self.env.cr.savepoint() as savepoint:
            try:
                shown = str(run(*arguments))
            except Exception as error:  # noqa: BLE001 what it says is seen, too
                shown, has_failed = f"{error} {error.__cause__}", True
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return shown, has_failed

    def show(self, run, *arguments):
        """What somebody gets to see, be it an error."""
        return self.attempt(run, *arguments)[0]

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
        """What of all secrets people get to see, and how.

        Every way to every secret is tried in a server action; in all others every way
        to one of them, since they differ in nothing but where they run.
        """
        places = (
            self.in_server_action,
            self.in_template,
            self.in_composer,
            self.in_updated_field,
            self.in_view,
        )
        expressions = list(self.expressions(ways))
        of_accesses = [one for one in expressions if "'exivo.access'" in one]
        return [
            (place.__name__, expression)
            for place in places
            for expression in self.find_telling(
                place, expressions if place == self.in_server_action else of_accesses
            )
        ]

    def find_telling(self, place, expressions):
        """Those of some expressions that show a secret in a place.

        They are tried together, and halved where one of them shows something, or fails
        and keeps the others from showing it.
        """
        together = f"[{', '.join(expressions)}]"
        shown, has_failed = self.attempt(place, together)
        is_told = self.is_told(shown)
        if not (is_told or has_failed):
            return []
        if len(expressions) == 1:
            return expressions if is_told else []
        middle = len(expressions) // 2
        halves = expressions[:middle], expressions[middle:]
        return [one for half in halves for one in self.find_telling(place, half)]

    def is_told(self, text):
        return any(secret in text for secret in self.secrets)

    @mute_logger(*LOGGERS)
    def test_what_people_write_in_odoo_shows_no_secret(self):
        self.assertFalse(self.find_shown(WAYS))

    @mute_logger(*LOGGERS)
    def test_with_a_key_not_even_what_is_stored_shows_one(self):
        self.assertTrue(
            any(
                self.is_told(self.show(self.in_server_action, one))
                for one in self.expressions(STORED_WAYS)
            ),
            "these ways lead somewhere",
        )
        self.use_key()
        self.assertFalse(self.find_shown(STORED_WAYS))

    @mute_logger(*LOGGERS)
    def test_what_people_write_gets_through_where_it_is_let_through(self):
        """Every place runs what is written there, and what it shows is seen."""
        expression = "object.env['exivo.access'].sudo().search([]).mapped('pin')"
        for place in (
            self.in_server_action,
            self.in_template,
            self.in_composer,
            self.in_updated_field,
            self.in_view,
        ):
            with self.subTest(place=place.__name__):
                self.assertIn(MASK, self.show(place, expression))
                with in_clear(self.env["exivo.access"].search([])):
                    self.assertTrue(self.is_told(self.show(place, expression)))

    @mute_logger(*LOGGERS)
    def test_without_a_key_the_database_is_readable_and_with_one_it_is_not(self):
        code = (
            "record.env.cr.execute('SELECT pin FROM exivo_access')\n"
            "action = {'shown': str(record.env.cr.fetchall())}"
        )
        read = {"state": "code", "code": code}
        self.assertTrue(self.is_told(self.show(self._run_action, read)))
        self.use_key()
        shown = self.show(self._run_action, read)
        self.assertIn("exivo-sealed:", shown)
        self.assertFalse(self.is_told(shown))

    @mute_logger(*LOGGERS)
    def test_nobody_tries_out_pins_by_their_digests(self):
        expression = (
            "object.env['exivo.access'].sudo().new({'pin': '482915'}).pin_digest"
        )
        shown = self.show(self.in_server_action, expression)
        self.assertIn("envelope", shown)

    def test_what_was_typed_does_not_stay_on_the_record(self):
        self.site.api_secret = "typed-again"
        self.assertFalse(self.site.api_secret)
        self.assertEqual(get_api_secret(self.site), "typed-again")
        fixed = self.env["exivo.fixed.pin"].search([])
        fixed.pin = "615038"
        self.assertFalse(fixed.pin)
        self.assertEqual(open_secret(fixed, "pin_stored"), "615038")

    # === WHAT PERSONS SEE === #

    def ask(self, path):
        """What a person's click gets, as the web client asks."""
        self.env.flush_all()
        return self.make_jsonrpc_request(path)

    def test_staff_see_pin_and_link_by_a_click(self):
        access = self.accesses().filtered(lambda one: one.method == "link")
        staff = self._create_user("exivo_staff", "exivo_access.group_user")
        self.log_in(staff)
        self.assertEqual(self.ask(f"/exivo/access/{access.id}/link"), link_of(access))
        self.assertFalse(access.reveal_ids)
        shown = self.ask(f"/exivo/access/{access.id}/pin")
        self.assertEqual(shown, {"pin": pin_of(access), "access": access.display_name})
        self.assertEqual(access.reveal_ids.user_id, staff)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.ask(f"/exivo/site/{self.site.id}/webhook_token")

    def test_a_manager_makes_a_new_token_for_the_webhook(self):
        self.log_in(self._create_user("exivo_manager", "exivo_access.group_manager"))
        token = self.ask(f"/exivo/site/{self.site.id}/webhook_token")
        self.assertEqual(open_secret(self.site, "webhook_token"), token)

    @mute_logger("odoo.http")
    def test_nobody_else_sees_them(self):
        company = self.env["res.company"].create({"name": "Another"})
        abroad = self._create_user("exivo_abroad", "exivo_access.group_manager")
        abroad.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for user in (self.editor, self.administrator, self.holder, abroad):
            self.log_in(user)
            for path in (
                *(f"/exivo/access/{one.id}/pin" for one in self.accesses()),
                *(f"/exivo/access/{one.id}/link" for one in self.accesses()),
                f"/exivo/site/{self.site.id}/webhook_token",
            ):
                with self.assertRaises(JsonRpcException):
                    self.ask(path)
        self.assertFalse(self.accesses().reveal_ids)

    def click_by_code(self, path, user, **arguments):
        """What code gets that looks for a route of ours, and calls it as somebody."""
        expression = (
            f"[str(rule.endpoint(**{arguments})) for rule in "
            "object.env['ir.http'].routing_map().iter_rules()"
            f" if rule.rule == {path!r}]"
        )
        thread = threading.current_thread()
        with (
            patch.object(thread, "dbname", self.env.cr.dbname, create=True),
            MockRequest(self.env(user=user)) as request,
        ):
            request.httprequest.method = "POST"
            return self.show(self.in_server_action, expression)

    @mute_logger(*LOGGERS)
    def test_code_that_people_write_cannot_click(self):
        """It finds the routes, and may be whoever may use them."""
        access = self.accesses().filtered(lambda one: one.method == "link")
        staff = self._create_user("exivo_staff", "exivo_access.group_manager")
        for path, user, arguments in (
            ("/exivo/access/<int:access_id>/pin", staff, {"access_id": access.id}),
            ("/exivo/access/<int:access_id>/link", staff, {"access_id": access.id}),
            ("/exivo/site/<int:site_id>/webhook_token", staff, {"site_id": 1}),
            (
                "/my/exivo/accesses/<int:access_id>/pin",
                self.holder,
                {"access_id": access.id},
            ),
            ("/my/doors", self.holder, {}),
        ):
            with self.subTest(path=path):
                shown = self.click_by_code(path, user, **arguments)
                self.assertIn("to persons, not to code", shown)
        with patch.object(handover, "check_called_by_person"):
            path = "/exivo/access/<int:access_id>/pin"
            shown = self.click_by_code(path, staff, access_id=access.id)
            self.assertIn(pin_of(access), shown, "else it could")

    def test_edited_template_goes_on_to_hand_over_link_and_pin(self):
        """By the names that records have always had, and for as long as it is sent."""
        access = self.accesses().filtered(lambda one: one.method == "link")
        template = self.env.ref("exivo_access.mail_template_confirmation")
        template.body_html = """
            <p t-out="object.pin"/><p t-out="object.link"/>
            <t t-set="found" t-value="object.env['exivo.access'].sudo().search([])"/>
            <t t-set="fixed" t-value="object.env['exivo.fixed.pin'].sudo().search([])"/>
            <p t-out="found.mapped('link')"/><p t-out="fixed.mapped('pin_stored')"/>
        """
        other = self.accesses(self.book(hours=72))
        self.synchronise()
        access.action_resend()
        mail = self.mails_to(self.holder.partner_id)[-1]
        self.assertIn(pin_of(access), mail.body_html)
        self.assertIn(link_of(access), mail.body_html)
        self.assertNotIn(link_of(other), mail.body_html)
        self.assertNotIn(FIXED_PIN, mail.body_html)
        self.assertEqual((access.pin, access.link), (MASK, MASK))

    # === WHATEVER THERE IS TO CALL === #

    def our_classes(self, model):
        return [cls for cls in type(model).mro() if cls.__module__.startswith(MODULE)]

    def walk(self):
        """Call all that our models have, and look at what comes of it.

        :return: where a secret was found, and how many methods were called.
        """
        found, called = set(), 0
        for model in self.env.values():
            names = {name for cls in self.our_classes(model) for name in vars(cls)} - {
                "_fields"
            }
            records = model.sudo()
            if model._auto and not model._abstract:
                records = records.search([])
            for name in sorted(names):
                if name.startswith("__"):
                    continue
                called += 1
                for some in (records, *records[-3:]):
                    if self.leaks(some, name):
                        found.add(f"{model._name}.{name}")
        return found, called

    def leaks(self, records, name):
        """Whether an attribute, or what it returns, gives a secret away."""
        told = False
        with self.env.cr.savepoint() as savepoint:
            with suppress(Exception):
                value = getattr(records, name)
                if callable(value):
                    value = value(*self.get_arguments(value))
                told = self.holds_secret(value)
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return told

    def get_arguments(self, method):
        """What has to be said: something that fits, where it is known."""
        parameters = inspect.signature(method).parameters.values()
        return [
            self.arguments[one.name]
            for one in parameters
            if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
        ]

    def holds_secret(self, value, depth=3):
        """Whether a value shows a secret, or something that hangs on it does."""
        if isinstance(value, BaseModel | type):
            return False  # records are walked through by themselves
        if self.is_told(f"{value} {value!r}"):
            return True
        if not depth:
            return False
        inner = list(getattr(value, "__dict__", {}).values())
        inner += [
            getattr(value, name, None)
            for cls in type(value).mro()
            for name in getattr(cls, "__slots__", ())
        ]
        if isinstance(value, dict):
            inner += [*value.keys(), *value.values()]
        elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
            inner += islice(value, 50)
        return any(self.holds_secret(one, depth - 1) for one in inner)

    @mute_logger(*LOGGERS)
    def test_no_method_or_attribute_of_our_models_gives_a_secret_away(self):
        access = self.accesses().filtered(lambda one: one.method == "link")
        credentials = access.credential_ids
        one_of = {
            "access": access,
            "booking": access.booking_id,
            "credential": credentials,
            "lock": self.aare,
            "partner": self.customer,
            "rule": self.rule,
            "site": self.site,
            "user": self.administrator,
            "event": access.booking_id.meeting_id,
        }
        known = {
            **one_of,
            **{f"{name}s": records for name, records in one_of.items()},
            **{f"{name}_id": record.id for name, record in one_of.items()},
            **{f"{name}_ids": record.ids for name, record in one_of.items()},
            **dict.fromkeys(("accesses", "created", "gone", "siblings"), access),
            **dict.fromkeys(("waiting", "record", "records"), access),
            **dict.fromkeys(("resting", "claimed", "calls", "at_rest"), []),
            **dict.fromkeys(("names", "fnames", "words"), ["pin"]),
            **dict.fromkeys(("name", "field"), "pin"),
            **dict.fromkeys(("now", "moment", "start", "stop", "at"), NOW),
            **dict.fromkeys(("action", "decision"), access._decide()),
            **dict.fromkeys(("busy_site_ids", "asked"), set()),
            **{"token": "", "reason": "Passed on"},
            **{"template_xmlid": "exivo_access.mail_template_confirmation"},
            **{"send": str, "work": str, "vals": {}, "vals_list": [], "domain": []},
        }
        self.arguments = defaultdict(lambda: None, known)
        self.env.flush_all()
        found, called = self.walk()
        self.assertFalse(found)
        self.assertGreater(called, 400)

    @mute_logger(*LOGGERS)
    def test_the_walk_would_find_a_method_that_does(self):
        def get_help(accesses):
            opened = [pin_of(access) for access in accesses]
            return {"help": SimpleNamespace(of=opened)}

        def get_adapter_of(site):
            return Call("test", (), site.id, site_connection.get_adapter(site))

        with (
            patch.object(ExivoAccess, "_get_made_up", get_help, create=True),
            patch.object(ExivoSite, "_get_adapter", get_adapter_of, create=True),
        ):
            self.assertTrue(self.leaks(self.accesses(), "_get_made_up"))
            self.assertTrue(self.leaks(self.site, "_get_adapter"))
            self.assertFalse(self.leaks(self.accesses(), "_get_siblings"))
