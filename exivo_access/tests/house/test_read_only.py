# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tries to write what only the add-on's code may write, in every way, as everybody.

Which fields there are is asked of Odoo, so that one that is added later is tried, too.
"""

from contextlib import suppress
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ... import api as exivo
from ..common import NOW, ExivoPortalCase

MODULE = "exivo_access"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestReadOnly(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env["res.company"].create({"name": "Another"})
        cls.manager = cls._create_user("exivo_manager", "exivo_access.group_manager")
        abroad = cls._create_user("exivo_abroad", "exivo_access.group_manager")
        abroad.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        staff = cls._create_user("exivo_staff", "exivo_access.group_user")
        clerk = cls._create_user("exivo_clerk", "base.group_user")
        cls.knowing = staff | cls.manager
        cls.people = cls.knowing | abroad | clerk | cls.holder

    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder()
        self.env["exivo.fixed.pin"].create(
            {"partner_id": self.customer.id, "pin": "730264"}
        )
        self.synchronise()
        self.accesses(self.booking).with_user(self.manager).action_resend()
        self._make_one_of_each()

    def _make_one_of_each(self):
        """A row of every model of ours, so that there is something to change."""
        tag = self.env["res.partner.category"].create({"name": "Members"})
        self.entrance.has_keypad = True
        self.env["exivo.access.rule"].create(
            {
                "category_id": tag.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
                "method": "group",
                "hour_ids": [(0, 0, {"weekday": "0", "hour_from": 8, "hour_to": 12})],
            }
        )
        self.exivo.create_person(exivo.PersonRequest("Anna", "Muster", "Janitor"))
        (self.customer | self.holder.partner_id).category_id = tag
        self.synchronise()
        access = self.accesses(self.booking)
        self.exivo.report("entrance", 1)
        self.read_events(timedelta(minutes=2))
        unknown = self.env["exivo.access"].search(
            [("failure_type", "=", "person_exists")]
        )
        made = {
            "exivo.guest": {
                "booking_id": self.booking.id,
                "partner_id": self.customer.id,
                "host_id": self.holder.partner_id.id,
                "email": "bea@example.com",
            },
            "exivo.planning.digest": {
                "booking_id": self.booking.id,
                "facts": "As it was",
            },
            "exivo.planning.backlog": {"concerned": {"id": self.booking.ids}},
            "exivo.address.mail": {
                "partner_id": self.customer.id,
                "purpose": "before",
                "mailbox": "as it was",
            },
            "exivo.awaited.answer": {
                "booking_id": self.booking.id,
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "reference": "B00000",
                "start": NOW,
                "stop": NOW + timedelta(hours=1),
                "tz": "UTC",
            },
            "exivo.booking.request": {
                "booking_type_id": self.booking_type.id,
                "combination_id": self.booking.combination_id.id,
                "start": NOW,
                "hours": 1,
                "email": "nora@example.com",
            },
            "exivo.opening": {"lock_id": self.aare.id, "user_id": self.manager.id},
            "exivo.pin.reveal": {"access_id": access.id, "user_id": self.manager.id},
            "exivo.trouble": {"kind": "late", "res_id": 1},
            "exivo.webhook.call": {"site_id": self.site.id, "remote_id": "1"},
        }
        for model, vals in made.items():
            self.env[model].create(vals)
        unknown.with_user(self.manager).action_choose_person()
        self.env.flush_all()

    def _read_only_fields(self):
        """What of our models, and of our fields of others' models, only code writes."""
        for model in self.env.values():
            if model._abstract or not model._auto:
                continue
            ours = model._original_module == MODULE
            for field in model._fields.values():
                if (
                    field.readonly
                    and (ours or field._module == MODULE)
                    and field.name not in models.MAGIC_COLUMNS
                    and field.name != "display_name"
                ):
                    yield model, field

    def _other_value(self, record, field):
        """A value, as it comes by RPC, that is not the one of a record."""
        if field.type in ("many2one", "one2many", "many2many"):
            others = self.env[field.comodel_name].with_context(active_test=False)
            other = others.search([("id", "not in", record[field.name].ids)], limit=1)
            other = other or others.search([], limit=1)
            return other.id if field.type == "many2one" else [(6, 0, other.ids)]
        if field.type == "selection":
            values = [value for value, _label in field._description_selection(self.env)]
            return next((one for one in values if one != record[field.name]), values[0])
        return {
            "boolean": not record[field.name],
            "integer": 7654321,
            "float": 7.5,
            "date": fields.Date.to_string(date(2031, 1, 1)),
            "datetime": "2031-01-01 08:00:00",
            "json": {"other": 1},
            "binary": "b3RoZXI=",
        }.get(field.type, "other")

    def _ways(self, record, field):
        """Every way to write a field by RPC: method and arguments."""
        name, value = field.name, self._other_value(record, field)
        yield "write", [record.ids, {name: value}]
        yield "create", [{name: value}]
        yield "web_save", [record.ids, {name: value}, {}]
        yield "web_save", [[], {name: value}, {}]
        yield "copy", [record.ids, {name: value}]
        if not record._transient:  # a dialog of one's own may be begun
            yield "load", [[".id", name], [[str(record.id), str(value)]]]
            yield "load", [[name], [[str(value)]]]
        if field.translate:
            yield "update_field_translations", [record.ids, name, {"en_US": value}]

    def _read_rows(self, model):
        """All that the table of a model holds."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL("SELECT t::text FROM %s t ORDER BY id", SQL.identifier(model._table))
        )

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_nobody_writes_what_only_code_may_write(self):
        walked, found = set(), []
        for model, field in self._read_only_fields():
            record = model.with_context(active_test=False).search([], limit=1)
            ways = list(self._ways(record, field))
            walked.update((str(field), method) for method, _arguments in ways)
            before = self._read_rows(model)
            for user in self.people:
                # who may do nothing here is refused as a whole
                for method, arguments in ways if user in self.knowing else ways[:2]:
                    with suppress(Exception), self.env.cr.savepoint():
                        call_kw(model.with_user(user), method, arguments, {})
                        self.env.flush_all()
                self.env.invalidate_all(flush=False)
            if self._read_rows(model) != before:
                found.append(str(field))
        self.assertFalse(found)
        self.assertGreater(len(walked), 700)

    def test_the_walk_would_find_what_can_be_written(self):
        """Its ways lead somewhere: what managers may write is found by each of them."""
        field = self.site._fields["name"]
        for method, arguments in self._ways(self.site, field):
            if arguments[0] not in (self.site.ids, [".id", "name"]) or method == "copy":
                continue  # a new site takes more than a name
            before = self._read_rows(self.site)
            with self.subTest(method=method), self.env.cr.savepoint() as savepoint:
                done = call_kw(self.site.with_user(self.manager), method, arguments, {})
                self.assertNotEqual(self._read_rows(self.site), before, (method, done))
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_every_model_of_ours_has_a_row_to_try(self):
        empty = {
            model._name
            for model, _field in self._read_only_fields()
            if not model.with_context(active_test=False).search_count([], limit=1)
        }
        # dialogs decide nothing, and nothing is left of a run that came to its end
        self.assertLessEqual(
            {name for name in empty if not self.env[name]._transient},
            {"ir.cron.progress"},
        )

    def _create_site(self, **context):
        vals = {
            "name": "Mine",
            "remote_id": "99999999-9999-4999-8999-999999999999",
            "api_key": "55555555-5555-4555-8555-555555555555",
            "api_secret": "66666666-6666-4666-8666-666666666666",
        }
        sites = self.env["exivo.site"].with_user(self.manager)
        made = call_kw(sites, "create", [vals], {"context": context})
        return self.env["exivo.site"].browse(made)

    def test_no_default_fills_in_what_only_code_may_write(self):
        site = self._create_site(default_state="verified", default_outages=3)
        self.assertEqual((site.state, site.outages), ("draft", 0))
        site.unlink()
        self.env["ir.default"].with_user(self.manager).set(
            "exivo.site", "state", "verified", user_id=True
        )
        site = self._create_site()
        self.assertEqual(site.state, "draft")

    def test_a_manager_does_not_verify_by_writing(self):
        for vals in (
            {"state": "verified"},
            {"paused_until": False},
            {"outages": 0},
            {"verified_at": "2031-01-01 08:00:00"},
        ):
            with self.assertRaises(AccessError):
                self.site.with_user(self.manager).write(
                    {"api_url": "https://x.example.com", "api_secret": "1", **vals}
                )
        self.site.with_user(self.manager).write(
            {"api_url": "https://x.example.com", "api_secret": "1"}
        )
        self.assertEqual(self.site.state, "draft")
