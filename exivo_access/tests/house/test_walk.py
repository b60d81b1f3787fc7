# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Goes through every door of Odoo as everybody, and finds no secret anywhere.

What there is to walk through is asked of Odoo, so that a field, model or route that is
added later is walked through, too.
"""

import inspect
import itertools
import re
import warnings
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache, partial
from urllib.parse import urlencode

from freezegun import freeze_time

from odoo import SUPERUSER_ID, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ... import api as exivo
from ...models.doors.webhook_token import new_webhook_token
from ...models.pins.handover import in_clear
from ...tools import envelope
from ...tools.secret_char import SecretChar, open_secret
from ..common import NOW, ExivoPortalCase, link_of, links_of, pin_of, pins_of

MODULE = "exivo_access"
API_SECRET = "33333333-3333-4333-8333-333333333333"
FIXED_PIN = "730264"
#: Models of others that open doors.
OPEN_DOORS = {"resource.booking", "calendar.event"}
#: Methods of every model that read, or make nothing but recordsets.
READ_ONLY = re.compile(
    "(read|search|web_read|web_search|web_name|formatted|fields_get|get_|name_search|"
    "onchange|default_get|has_|check_|exists|filtered|mapped|sorted|grouped|browse|"
    "export|concat|union|with_|sudo|ensure_one|flush|invalidate|modified|view_header|"
    "load_views|is_|new$|init$|pool$|env$|ids$|create_date|write_date|display_name)"
)
#: Ways to read that search by themselves, whichever records they are called on.
SEARCHES = {"search_read", "group", "most", "all"}
#: Whoever may not do these to others' models is Odoo's to say.
ODOOS_OWN = {"create", "write", "unlink"}
#: Routes for machines, which prove themselves by a token of their own.
FOR_MACHINES = {
    "/exivo/health",
    "/exivo/webhook",
    "/exivo/key/<int:credential_id>/<string:token>",
}
#: Where people without a login look at what is free, and ask for a link that books.
FOR_EVERYBODY = {
    "/my/bookings/new": "public",
    "/my/bookings/new/<int:type_id>/<int:combination_id>": "public",
    "/my/bookings/request/<string:request_token>": "public",
    "/my/exivo/rooms/<int:room_id>/picture": "public",
}
#: For bearers of a token without a login: Odoo's own, which we change, and one of ours.
FOR_BEARERS = {
    "/calendar/meeting/accept": "calendar",
    "/calendar/meeting/decline": "calendar",
    "/calendar/recurrence/accept": "calendar",
    "/calendar/recurrence/decline": "calendar",
    "/calendar/meeting/view": "calendar",
    "/my/bookings/<int:booking_id>": "public",
    "/my/bookings/<int:booking_id>/calendar.ics": "public",
    "/my/bookings/<int:booking_id>/cancel": "public",
    "/my/bookings/<int:booking_id>/confirm": "public",
    "/my/bookings/<int:booking_id>/schedule": "public",
    "/my/bookings/<int:booking_id>/schedule/<int:year>/<int:month>": "public",
    "/my/exivo/accesses/<int:access_id>/help/<string:help_token>": "public",
}
#: By names that end so routes take a record, or what proves that it may be seen.
POINTERS = re.compile(r"(id|token|model)$")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestWalk(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._create_user(
            "exivo_staff", "exivo_access.group_user,base.group_allow_export"
        )
        company = cls.env["res.company"].create({"name": "Another"})
        abroad = cls._create_user(
            "exivo_abroad", "exivo_access.group_manager,base.group_allow_export"
        )
        abroad.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        cls.customers = {
            "public": cls.env.ref("base.public_user"),
            "follower": cls.follower,
            "parent": cls.parent,
            "other customer": cls._create_user("exivo_other", "base.group_portal"),
        }
        cls.people = {
            **cls.customers,
            "holder": cls.holder,
            "employee": cls._create_user(
                "exivo_employee",
                "base.group_user,resource_booking.group_manager,"
                "base.group_allow_export,mail.group_mail_template_editor",
            ),
            "clerk": cls._create_user("exivo_clerk", "base.group_user"),
            "manager abroad": abroad,
            "staff": cls.staff,
        }

    def setUp(self):
        super().setUp()
        self.env["exivo.fixed.pin"].create(
            {"partner_id": self.customer.id, "pin": FIXED_PIN}
        )
        self.booking_type.slot_duration = 12  # small pages
        self.booking = self.book_for_holder()
        self.synchronise()
        self.booking.start = fields.Datetime.add(NOW, hours=30)
        self.synchronise()
        self.access = self.accesses(self.booking)
        self.access.with_user(self.staff).action_resend()
        self.new_code(self.access, "Passed on")
        self.synchronise()
        member = self._let_in_as_member(self.holder.partner_id)
        self.comment(self.booking, "See you", message_type="comment")
        self.env.flush_all()
        credentials = self.access.credential_ids
        self.pins = {*pins_of(credentials), FIXED_PIN}
        self.links = set(links_of(credentials))
        self.webhook_token = new_webhook_token(self.site)
        callback = "what-only-the-lock-system-knows"
        credentials[0].callback_token = envelope.wrap(callback)
        self.markers = {
            API_SECRET,
            self.webhook_token,
            callback,
            *self.pins,
            *self.links,
            *credentials.mapped("pin_digest"),
            pin_of(member),
            member.pin_digest,
            *self.env["exivo.fixed.pin"].search([]).mapped("pin_digest"),
        }
        self.assertEqual((len(self.pins), len(self.links)), (3, 3))

    def _let_in_as_member(self, partner):
        """A person at Exivo, and somebody of whom it is not known who it is."""
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.entrance.has_keypad = True
        self.env["exivo.access.rule"].create(
            {
                "category_id": members.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
                "method": "group",
            }
        )
        self.exivo.create_person(exivo.PersonRequest("Anna", "Muster", "Janitor"))
        (partner | self.customer).category_id = members
        self.synchronise()
        accesses = self.env["exivo.access"].search([("is_of_community", "=", True)])
        self.assertEqual(set(accesses.mapped("failure_type")), {False, "person_exists"})
        return accesses.filtered(lambda one: one.state == "created")

    # === WHAT THERE IS === #

    def _is_ours(self, model):
        return model._original_module == MODULE

    def _walked_models(self):
        """Our own models, and those with fields that we add or that lead to us."""
        return [
            model
            for model in self.env.values()
            if not model._abstract and self._walked_fields(model)
        ]

    def _walked_fields(self, model):
        return [
            field
            for field in self._fields(model)
            if self._is_ours(model)
            or field._module == MODULE
            or self._leads_to_us(field)
        ]

    def _fields(self, model):
        """All fields, side by side those that the same people may not read.

        What is refused is asked for again by halves, and each of these is soon refused
        for all that is in it, or for nothing.
        """
        return sorted(model._fields.values(), key=lambda field: field.groups or "")

    def _leads_to_us(self, field):
        return field.relational and self._is_ours(self.env[field.comodel_name])

    def _hidden(self, model):
        """The fields of a model that nobody may read."""
        return [
            field.name
            for field in model._fields.values()
            if field.groups == fields.NO_ACCESS
        ]

    def _new_records(self, model):
        """What this test has made, or all of it."""
        stamped = model._log_access and not self._is_ours(model)
        domain = [("create_date", ">=", self.env.cr.now())] if stamped else []
        return model.with_context(active_test=False).search(domain, limit=100)

    # === WHAT MUST NOT COME OUT === #

    def _find_leak(self, text, markers):
        """What is found in a text; a PIN is no part of a longer number."""
        for marker in filter(text.__contains__, markers):  # which is much quicker
            if re.search(rf"(?<![\w.-]){re.escape(marker)}(?![\w-])", text):
                return marker
        return None

    def _assert_clean(self, text, markers, *where):
        self.assertIsNone(self._find_leak(text, markers), where)

    def _try(self, attempt):
        """Let something be done and undone.

        :return: what somebody who does it gets to see, be it a refusal.
        :rtype: str
        """
        try:
            with self.env.cr.savepoint() as savepoint:
                shown = repr(attempt())
                savepoint.rollback()
        except Exception as error:
            shown = f"{error!r} {error}"
        self.env.invalidate_all(flush=False)
        return shown

    # === RECORDS === #

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.fields", "odoo.domains")
    def test_nobody_reads_exports_groups_or_copies_a_secret(self):
        for person, user in self.people.items():
            for model in self._walked_models():
                records = self._new_records(model.sudo()).with_user(user)
                names = [field.name for field in self._walked_fields(model)]
                readable = records._filtered_access("read")
                # where all is refused, so is each half
                ask = partial(self._assert_shows_nothing, bool(readable))
                for some in {records, readable}:
                    done = SEARCHES if some != readable else ()
                    ways = self._ways_to_read(some)
                    for way in ways.keys() - done:
                        ask(ways[way], names, person, model._name, way)
                    for field in filter(self._leads_to_us, model._fields.values()):
                        inner = self._texts(self.env[field.comodel_name])
                        ways = self._ways_along(some, field.name)
                        for way in ways.keys() - done:
                            ask(ways[way], inner, person, field, way)
                for way, attempt in self._ways_to_all(records).items():
                    self._assert_clean(
                        self._try(attempt), self.markers, person, model._name, way
                    )

    def _assert_shows_nothing(self, is_readable, attempt, names, *where):
        """Ask for some fields together, and for each half where one is refused.

        :param bool is_readable: whether there is something that may be read.
        :param attempt: function of names of fields.
        """
        shown = self._try(partial(attempt, names))
        self._assert_clean(shown, self.markers, names, *where)
        if is_readable and len(names) > 1 and "Error" in shown:
            middle = len(names) // 2
            for half in (names[:middle], names[middle:]):
                self._assert_shows_nothing(is_readable, attempt, half, *where)

    def _ways_to_read(self, records):
        """Functions of names of fields, by how each asks for them."""
        texts = set(self._texts(records))
        group = records.formatted_read_group
        return {
            "read": lambda names: records.read(names),
            "record": lambda names: [[one[name] for one in records] for name in names],
            "search_read": lambda names: records.search_read([], names),
            "web_read": lambda names: records.web_read({name: {} for name in names}),
            "export": lambda names: records.export_data(names),
            "group": lambda names: [
                group([], [name], ["__count"]) for name in names if name in texts
            ],
            "most": lambda names: group(
                [], [], [f"{name}:max" for name in names if name in texts]
            ),
            "all": lambda names: group(
                [], [], [f"{name}:array_agg" for name in names if name in texts]
            ),
        }

    def _ways_along(self, records, name):
        """The same through a relation, of names of the other model's fields."""
        return {
            "web_read": lambda inner: records.web_read(
                {name: {"fields": {one: {} for one in inner}}}
            ),
            "group": lambda inner: [
                records.formatted_read_group([], [f"{name}.{one}"], ["__count"])
                for one in inner
            ],
            "mapped": lambda inner: [records.mapped(f"{name}.{one}") for one in inner],
        }

    def _texts(self, model):
        return [field.name for field in self._fields(model) if field.is_text]

    def _ways_to_all(self, records):
        readable = list(records.fields_get())
        return {
            "fields_get": records.fields_get,
            "copy_data": records.copy_data,
            "display_name": lambda: records.mapped("display_name"),
            "onchange": lambda: records[:1].onchange(
                {}, readable, dict.fromkeys(readable, {})
            ),
            "defaults": lambda: records.default_get(readable),
            "names": lambda: records.name_search("", limit=None),
        }

    def test_the_walk_would_find_what_can_be_read(self):
        """Each way leads somewhere: what the superuser would be shown is found."""
        access = self.access.sudo()
        for ways in (
            self._ways_to_read(access),
            self._ways_along(self.booking.sudo(), "exivo_access_ids"),
            self._ways_along(access.credential_ids.sudo(), "access_id"),
        ):
            for way in ways.keys() - {"group", "export"}:
                shown = partial(ways[way], ["state", "pin"])
                with self.subTest(way=way), in_clear(access):
                    self.assertIsNotNone(
                        self._find_leak(self._try(shown), self.markers)
                    )

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_nobody_exports_a_link(self):
        """Staff see links one by one; a file of them all is another matter."""
        for model in self._walked_models():
            records = self._new_records(model.sudo())
            for user in (self.staff, self.env.ref("base.user_admin")):
                export = records.with_user(user).export_data
                names = [field.name for field in self._fields(model)]
                paths = [
                    f"{field.name}/{inner}"
                    for field in model._fields.values()
                    if self._leads_to_us(field)
                    for inner in self._texts(self.env[field.comodel_name])
                ]
                # apart: beside what is in a record its own name is not exported
                for some in (names, paths):
                    self._assert_shows_nothing(True, export, some, user.login, model)

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_hidden_fields_are_refused_to_everybody_however_they_are_asked_for(self):
        admin = self.env.ref("base.user_admin")
        walked = 0
        for person, user in {**self.people, "admin": admin}.items():
            for model in filter(self._is_ours, self._walked_models()):
                model = model.with_user(user)
                self.assertFalse(
                    set(self._hidden(model)) & model.fields_get().keys(), person
                )
                for name in self._hidden(model):
                    walked += 1
                    for domain in (
                        [(name, "=", "1")],
                        [(name, "=like", "1%")],
                        [(name, "!=", False)],
                    ):
                        with self._refused(person, model, domain):
                            model.search(domain)
                    with self._refused(person, model, name, "order"):
                        model.search([], order=name)
                    with self._refused(person, model, name, "create"):
                        model.create({name: "1"})
        self.assertGreater(walked, 50)

    def test_every_secret_is_hidden_and_never_copied(self):
        secrets = [
            field
            for model in self.env.values()
            for field in model._fields.values()
            if isinstance(field, SecretChar)
        ]
        self.assertGreaterEqual(len(secrets), 5)
        for field in secrets:
            with self.subTest(field=str(field)):
                self.assertEqual(field.groups, fields.NO_ACCESS)
                self.assertFalse(field.copy)

    @contextmanager
    def _refused(self, *where):
        try:
            with self.env.cr.savepoint():
                yield
        except (AccessError, UserError, ValueError):
            return
        self.fail(f"It was not refused: {where}")

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_searching_by_value_finds_nothing(self):
        for person, user in self.people.items():
            for model in self._walked_models():
                records = model.with_user(user).with_context(active_test=False)
                paths = [
                    "display_name",
                    *(
                        field.name
                        for field in self._walked_fields(model)
                        if field.is_text and field._description_searchable
                    ),
                    *(
                        f"{field.name}.{inner}"
                        for field in model._fields.values()
                        if self._leads_to_us(field)
                        for inner in self._hidden(self.env[field.comodel_name])
                    ),
                ]
                self._assert_finds_nothing(records, paths, person, model._name)

    def _assert_finds_nothing(self, records, paths, *where):
        """Search by some fields together, and by each half where that is refused."""
        found, found_of_nothing = (
            self._try(
                partial(
                    records.search,
                    Domain.OR(
                        Domain(path, operator, value)
                        for path in paths
                        for operator, value in questions
                    ),
                )
            )
            for questions in (
                [
                    ("in", list(self.markers)),
                    ("ilike", pin_of(self.access)),
                    ("ilike", link_of(self.access)),
                ],
                [("in", ["nothing"]), ("ilike", "nothing")],
            )
        )
        is_refused = "Error" in found
        self.assertTrue(is_refused or found == found_of_nothing, (paths, *where))
        # where all is refused, so is each half
        if is_refused and len(paths) > 1 and records.has_access("read"):
            middle = len(paths) // 2
            self._assert_finds_nothing(records, paths[:middle], *where)
            self._assert_finds_nothing(records, paths[middle:], *where)

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_no_record_of_any_model_shows_a_secret(self):
        """Chatter, tracking, notifications, attachments, meetings, bookings, logs…"""
        seen = set()
        for person, user in self.people.items():
            for model in self.env.values():
                if model._abstract or not model._auto:
                    continue
                shown = self._try(partial(self._read_all, model.with_user(user)))
                if shown.startswith("[{"):
                    seen.add(model._name)
                self._assert_clean(shown, self.markers, person, model._name)
        self.assertLessEqual(
            {"mail.message", "resource.booking", "calendar.event", "exivo.access"}, seen
        )

    def test_what_a_dialog_holds_is_seen_by_whoever_has_opened_it(self):
        """Among it are names of persons at Exivo who are nobody's contact."""
        unknown = self.env["exivo.access"].search(
            [("failure_type", "=", "person_exists")]
        )
        opened = [
            self.env[name].create(vals)
            for name, vals in {
                "exivo.explanation": {"access_id": self.access.id},
                "exivo.explanation.line": {"title": "Access"},
                "exivo.new.code": {"reason": "Passed on"},
                "exivo.open.door": {"lock_id": self.aare.id},
                "exivo.person.choice": {"access_id": unknown.id},
                "exivo.personal.data": {"partner_id": self.customer.id},
                "exivo.new.members": {
                    "community_id": self.customer.category_id.id,
                    "partner_ids": [(6, 0, self.customer.ids)],
                },
            }.items()
        ]
        opened.append(opened[4].candidate_ids)
        self.assertEqual(opened[-1].name, "Anna Muster")
        self.assertEqual(
            {records._name for records in opened},
            {
                model._name
                for model in self.env.values()
                if model._transient and self._is_ours(model)
            },
            "say how the new dialog is opened",
        )
        for person, user in self.people.items():
            for records in opened:
                with self.subTest(person=person, model=records._name):
                    with suppress(AccessError):
                        self.assertFalse(records.with_user(user).search([]))
                    with self.assertRaises(AccessError):
                        records.with_user(user).read()
        own = opened[0].with_user(self.staff).create({"access_id": self.access.id})
        self.assertEqual(own.search([]), own)

    def _read_all(self, model):
        return self._new_records(model).read(list(model.fields_get()))

    # === METHODS === #

    def _methods(self):
        """The public methods that the add-on makes or changes, each on its model."""
        for model in self.env.values():
            ours = [
                cls
                for cls in type(model).mro()
                if cls.__module__.startswith(f"odoo.addons.{MODULE}.")
            ]
            for name in sorted({name for cls in ours for name in vars(cls)}):
                if name.startswith("_") or not callable(getattr(model, name)):
                    continue
                if self._is_ours(model) or name not in ODOOS_OWN:
                    yield model, name

    def test_the_walk_knows_the_add_ons_methods(self):
        names = {f"{model._name}.{name}" for model, name in self._methods()}
        self.assertLessEqual(
            {
                "base.module.uninstall.action_exivo_take_away",
                "exivo.access.action_remove",
                "exivo.site.action_verify",
                "resource.booking.action_open_exivo_accesses",
            },
            names,
        )

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_module")
    def test_no_method_changes_anything_for_those_without_rights(self):
        """Called from afar, with no record and with a real one."""
        before = self._snapshot()
        people = ("other customer", "holder", "clerk", "manager abroad")
        found = []
        for model, name in self._methods():
            real = self._new_records(model.sudo())[:1] if model._auto else model
            for person, ids in itertools.product(people, ([], real.ids)):
                called = model.with_user(self.people[person])
                if self._changes_something(
                    partial(call_kw, called, name, [ids], {}), before
                ):
                    found.append((model._name, name, person, ids))
        self.assertFalse(found)

    def _inherited_methods(self):
        """Public methods that our models, bookings and meetings have from elsewhere.

        What only reads is left out; whose rights it is to change bookings and meetings
        is tried by those who have none.
        """
        for model in self.env.values():
            if model._abstract or not (
                self._is_ours(model) or model._name in OPEN_DOORS
            ):
                continue
            for name in dir(type(model)):
                method = getattr(type(model), name)
                if (
                    not name.startswith("_")
                    and not READ_ONLY.match(name)
                    and callable(method)
                    and not getattr(method, "_api_private", False)
                    and not isinstance(method, type)
                ):
                    yield model, name

    def _get_guesses(self, model, user):
        """What somebody with bad intent would call methods with, by parameter."""
        soon = fields.Datetime.to_string(NOW + timedelta(hours=2))
        later = fields.Datetime.to_string(NOW + timedelta(hours=9))
        vals = {
            name: value
            for name, value in {
                "start": soon,
                "stop": later,
                "name": "Mine",
                "partner_id": user.partner_id.id,
                "site_id": self.site.id,
                "lock_ids": [(6, 0, self.site.lock_ids.ids)],
                "type_id": self.booking_type.id,
                "partner_ids": [(4, user.partner_id.id)],
            }.items()
            if name in model._fields
        }
        if model._name == "exivo.site":
            vals |= {"state": "verified", "remote_id": "1", "api_key": "2"}
        mail = f"From: {user.email}\nTo: a@example.com\nSubject: Mine\n\nMine"
        return {
            "model": model._name,
            "message": f"Message-Id: <{model._name}@example.com>\n{mail}",
            "custom_values": vals,
            "msg_dict": {"subject": "Mine", "email_from": user.email},
            "update_vals": vals,
            "vals": vals,
            "vals_list": [vals],
            "values": vals,
            "default": vals,
            "fields": list(vals),
            "data": [[str(value) for value in vals.values()]],
            "specification": {},
            "name": "Mine",
            "field_name": "name",
            "translations": {"en_US": "Mine"},
            "partner_ids": user.partner_id.ids,
            "body": "Mine",
            "user_id": user.id,
            "new_user_id": user.id,
            "date_deadline": "2027-03-02",
            "act_type_xmlid": "mail.mail_activity_data_todo",
            "act_type_xmlids": ["mail.mail_activity_data_todo"],
            "recurrence_update_setting": "all_events",
            "source_ref": "exivo_access.mail_template_confirmation",
            "access_token": self.booking.access_token,
        }

    def _choose_arguments(self, method, known):
        """Those of some arguments that a method takes, and nothing where it must."""
        parameters = inspect.signature(method).parameters.values()
        return {
            one.name: known.get(one.name, [])
            for one in parameters
            if one.name != "self"
            and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
            and (one.default is one.empty or one.name in known)
        }

    @mute_logger(
        "odoo.sql_db", "odoo.models", "odoo.orm", "odoo.addons.mail.models.mail_thread"
    )
    def test_no_inherited_method_changes_anything_for_those_without_rights(self):
        """What Odoo's mixins bring along, some of it in superuser mode."""
        before, called_names, found = self._snapshot(), set(), []
        get_guesses = cache(self._get_guesses)
        people = ("other customer", "clerk", "manager abroad")
        for model, name in self._inherited_methods():
            called_names.add(f"{model._name}.{name}")
            real = self._new_records(model.sudo())[:1]
            for person in people:
                user = self.people[person]
                called = model.with_user(user)
                guessed = self._choose_arguments(
                    getattr(called, name), get_guesses(model, user)
                )
                ids = (
                    ()
                    if getattr(getattr(called, name), "_api_model", False)
                    else (real.ids,)
                )
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # some are deprecated
                    changed = self._changes_something(
                        partial(call_kw, called, name, ids, guessed), before
                    )
                if changed:
                    found.append((model._name, name, person))
        self.assertFalse(found)
        self.assertLessEqual(
            {
                "exivo.access.message_process",
                "exivo.access.activity_schedule",
                "exivo.site.message_new",
                "exivo.lock.load",
                "resource.booking.message_process",
                "calendar.event.write",
            },
            called_names,
        )

    def _changes_something(self, call, before):
        """Let something be called and undone.

        :param before: see :meth:`_snapshot`.
        :return: whether anything is different after it.
        :rtype: bool
        """
        changed = False
        with suppress(Exception), self.env.cr.savepoint() as savepoint:
            call()
            self.plan()
            changed = self._snapshot() != before
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return changed

    # === MAILS AND CALENDARS === #

    @mute_logger("odoo.addons.mail.models.mail_render_mixin", "odoo.models")
    def test_previews_of_our_mails_show_no_pin(self):
        ours = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "mail.template")]
        )
        templates = self.env["mail.template"].browse(ours.mapped("res_id"))
        self.assertGreaterEqual(len(templates), 4)
        confirmation = self.env.ref("exivo_access.mail_template_confirmation")
        for way in (self._render, self._preview, self._compose):
            with in_clear(self.access):
                shown = self._try(partial(way, confirmation.with_user(SUPERUSER_ID)))
            self.assertIsNotNone(self._find_leak(shown, self.markers), way)
        for person, user in self.people.items():
            for template in templates.with_user(user):
                for way in (self._render, self._preview, self._compose):
                    shown = self._try(partial(way, template))
                    self._assert_clean(shown, self.markers, person, way)

    def _render(self, template):
        return [
            template._render_field(name, self.access.ids)
            for name in ("subject", "body_html")
        ]

    def _preview(self, template):
        vals = {
            "mail_template_id": template.id,
            "resource_ref": f"exivo.access,{self.access.id}",
        }
        return template.env["mail.template.preview"].create(vals).read()

    def _compose(self, template):
        vals = {
            "template_id": template.id,
            "model": "exivo.access",
            "res_ids": repr(self.access.ids),
        }
        return template.env["mail.compose.message"].create(vals).read()

    def test_calendar_files_hold_no_secret(self):
        files = self.booking.meeting_id._get_ics_file()
        self.assertTrue(files)
        for content in files.values():
            self._assert_clean(content.decode(), self.markers)
        for attachment in self.env["ir.attachment"].search([("name", "ilike", ".ics")]):
            self._assert_clean(attachment.raw.decode(), self.markers)

    # === PAGES === #

    def _routes(self):
        """The routes that the add-on makes or changes: address and settings."""
        for url, endpoint in http._generate_routing_rules(
            sorted(self.registry._init_modules), nodb_only=False
        ):
            controller = type(endpoint.func.__self__)
            if any(
                cls.__module__.startswith(f"odoo.addons.{MODULE}.")
                and endpoint.__name__ in vars(cls)
                for cls in controller.mro()
            ):
                yield url, endpoint.routing

    def _fill_in(self, url):
        """An address that leads to what this test has made."""
        ids = {
            "access_id": self.access.id,
            "lock_id": self.aare.id,
            "type_id": self.booking_type.id,
            "combination_id": self.booking.combination_id.id,
            "room_id": self.room.id,
            "guest_id": 1,
            "address_token": "what-somebody-guesses",
            "request_token": "what-somebody-guesses",
            "help_token": "what-somebody-guesses",
            "credential_id": self.access.credential_ids[0].id,
            "token": open_secret(self.access.credential_ids[0], "callback_token"),
            "site_id": self.site.id,
            "page": 1,
            "booking_id": self.booking.id,
            "year": NOW.year,
            "month": NOW.month,
        }

        def fill_in(match):
            self.assertIn(match[1], ids, "say what a walk shall put here")
            return str(ids[match[1]])

        return re.sub(r"<(?:[^:>]*:)?(\w+)>", fill_in, url)

    def _pages_for_json(self):
        """What the web client asks for."""
        return [
            self._fill_in(url)
            for url, routing in self._routes()
            if routing["type"] == "jsonrpc"
        ]

    def _pages(self):
        """The addresses to look at, ours and those that we show something on."""
        token = self.booking._portal_ensure_token()
        pages = {self._fill_in(url) for url, _routing in self._routes()}
        return sorted(pages) + [
            "/my",
            "/my/home",
            "/my/account",
            "/my/bookings",
            f"/my/bookings/{self.booking.id}",
            f"/my/bookings/{self.booking.id}?access_token={token}",
            f"/my/bookings/{self.booking.id}/schedule?access_token={token}",
            f"/calendar/view/{self.booking.meeting_id.access_token}?id=1",
            f"/mail/view?model=exivo.access&res_id={self.access.id}",
            f"/web/image/exivo.access/{self.access.id}/link",
            f"/web/content/exivo.credential/{self.access.credential_ids[0].id}/link",
            f"/report/html/{MODULE}.portal_access/{self.access.id}",
        ]

    def test_the_walk_knows_the_add_ons_routes(self):
        routes = dict(self._routes())
        self.assertLessEqual(
            {
                "/my/doors",
                "/my/bookings",
                "/my/bookings/new",
                "/my/exivo/accesses/<int:access_id>/pin",
            },
            routes.keys(),
        )

    @mute_logger("odoo.http", "werkzeug", "odoo.addons.base.models.ir_qweb")
    def test_no_page_shows_a_secret_to_anybody_but_the_holder(self):
        pages = self._pages()
        for person, user in self.people.items():
            if person == "holder":
                continue
            # the session of the test client is what decides who asks
            login = None if person == "public" else user.login
            self.authenticate(login, login)
            for page, ask in itertools.product(pages, (self.url_open, self.post)):
                with self.env.cr.savepoint() as savepoint:
                    self._assert_clean(ask(page).text, self.markers, person, page, ask)
                    self.env.invalidate_all()
                    self.assertFalse(self.access.reveal_ids)
                    savepoint.rollback()  # who may cancel has done so
            if person != "staff":  # who are shown what they need, see test_sealed
                for page in self._pages_for_json():
                    shown = self.url_open(page, json={"jsonrpc": "2.0"}).text
                    self._assert_clean(shown, self.markers, person, page)
        self.env.invalidate_all()
        self.assertFalse(self.access.reveal_ids)

    @mute_logger("odoo.http", "werkzeug", "odoo.addons.base.models.ir_qweb")
    def test_the_holder_sees_the_link_and_only_by_a_recorded_click_the_pin(self):
        hidden = self.markers - {link_of(self.access)}
        self.log_in(self.holder)
        for page in self._pages():
            self._assert_clean(self.url_open(page).text, hidden, page)
        self.assertFalse(self.access.reveal_ids)
        shown = self.post_for_pin(self.access).text
        self.assertEqual(self._find_leak(shown, hidden), pin_of(self.access))
        self.assertEqual(len(self.access.reveal_ids), 1)

    @mute_logger("odoo.http", "werkzeug", "odoo.addons.base.models.ir_qweb")
    def test_following_every_address_of_ours_changes_nothing(self):
        """As a mail scanner does, and browsers that fetch pages ahead."""
        self.log_in(self.holder)
        before = self._snapshot()
        for url, _routing in self._routes():
            self.url_open(self._fill_in(url))
        self.assertEqual(self._snapshot(), before)

    @mute_logger(
        "odoo.http",
        "werkzeug",
        "odoo.addons.base.models.ir_qweb",
        "odoo.addons.google_gmail",
        "odoo.addons.mail",
        "odoo.addons.microsoft_outlook",
    )
    def test_following_any_address_of_odoo_opens_and_closes_no_door(self):
        """With every token of a booking and its event that there is."""
        routes = self._routes_to_records()
        self.assertLessEqual(
            {
                "/calendar/join_videocall/<string:access_token>",
                "/calendar/meeting/decline",
                "/calendar/meeting/join",
                "/mail/view",
                "/my/bookings/<int:booking_id>/cancel",
            },
            routes.keys(),
        )
        scheduled = self.book(hours=60, confirm=False, partners=self.holder.partner_id)
        self.synchronise()
        pointers = [*self._pointers(self.booking), *self._pointers(scheduled)]
        # who takes no token is told no more by another one
        addresses = dict.fromkeys(
            self._fill_in_with(url, names, pointer)
            for url, names in routes.items()
            for pointer in pointers
        )
        before = self._snapshot(), self._answers(self.booking | scheduled)
        for login in (None, self.holder.login, self.follower.login):
            self.authenticate(login, login)
            for address in addresses:
                self.url_open(address, allow_redirects=False)
            after = self._snapshot(), self._answers(self.booking | scheduled)
            self.assertEqual(after, before, login)

    def _fill_in_with(self, url, names, pointer):
        """An address, with everything that it takes."""
        path = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda match: str(pointer(match[1])), url)
        names = sorted({"when", "res_id", *names})
        return f"{path}?{urlencode({name: pointer(name) for name in names})}"

    def _routes_to_records(self):
        """What can be followed to a record, and what it may be given."""
        routes = {}
        for url, endpoint in http._generate_routing_rules(
            sorted(self.registry._init_modules), nodb_only=False
        ):
            methods, kind = endpoint.routing["methods"], endpoint.routing["type"]
            names = set(inspect.signature(endpoint.func).parameters)
            names |= set(re.findall(r"(\w+)>", url))
            if kind == "http" and (not methods or "GET" in methods):
                if any(map(POINTERS.search, names)):
                    routes[url] = names - {"args", "kwargs", "kw"}
        return routes

    def _pointers(self, booking):
        """What leads to a booking, to its event as an attendee, and as a guest."""
        event = booking.meeting_id
        shown = booking.with_context(tz="Europe/Zurich")._get_calendar_context()
        when = min(shown["slots"].values())[0].isoformat()
        event.access_token = event.access_token or f"event-{event.id}"
        for record, token in (
            (booking, booking._portal_ensure_token()),
            (event, event.attendee_ids[:1].access_token),
            (event, event.access_token),
        ):
            yield lambda name, record=record, token=token: (
                token
                if name.endswith("token")
                else record._name
                if name.endswith("model")
                else {"when": when, "year": 2027, "month": 3}.get(name, record.id)
            )

    def _answers(self, bookings):
        self.env.flush_all()
        self.env.invalidate_all()
        return bookings.meeting_id.attendee_ids.sorted("id").mapped(
            lambda attendee: (attendee.partner_id.id, attendee.state)
        ), bookings.mapped(lambda one: (one.start, one.active, one.state))

    def test_what_changes_something_takes_a_form_of_ours(self):
        for url, routing in self._routes():
            if url in FOR_MACHINES:
                continue
            with self.subTest(url=url):
                self.assertTrue(routing.get("csrf", True))
                others = {**FOR_BEARERS, **FOR_EVERYBODY}
                self.assertEqual(routing["auth"], others.get(url, "user"))

    def _snapshot(self):
        """All that is ours, and of a booking all but the token of its page.

        Who took the file for a calendar is noted: a mail takes the entry out later.
        """
        self.env.invalidate_all()
        ours = [
            SQL(
                "SELECT t::text FROM %s t%s",
                SQL.identifier(model._table),
                SQL(" WHERE is_awaited" if "is_in_calendar" in model._fields else ""),
            )
            for model in self.env.values()
            if self._is_ours(model) and model._auto and not model._transient
        ]
        rows = Counter(self.env.execute_query(SQL(" UNION ALL ").join(ours)))
        meeting = self.booking.meeting_id
        return (
            rows,
            self.env["resource.booking"].search_count([]),
            self.booking.read(["start", "stop", "state", "partner_ids"]),
            meeting.read(["start", "stop", "active", "allday", "show_as", "user_id"]),
            self.booking.partner_ids.category_id,
            (len(self.exivo.visits), len(self.exivo.unlocked)),
        )
