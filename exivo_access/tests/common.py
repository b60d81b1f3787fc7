# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A house with one site, two locks and one room, for tests of all rooms."""

import random
from contextlib import nullcontext
from datetime import timedelta
from functools import cached_property
from unittest.mock import patch
from uuid import uuid4

from freezegun import freeze_time

from odoo import http
from odoo.fields import Datetime
from odoo.tests import Form, HttpCase, TransactionCase

from odoo.addons.base.models import ir_cron
from odoo.addons.mail.tests.common import mail_new_test_user

from .. import api as exivo
from ..models.pins.handover import get_link
from ..tools import connection
from ..tools.connection import ADAPTERS
from ..tools.secret_char import open_secret
from .fake_exivo import NOW, FakeExivo


def pin_of(record):
    """The PIN of an access or a credential, which the record itself only masks."""
    return open_secret(record, "pin")


def pins_of(records):
    return [pin_of(record) for record in records]


def link_of(record):
    """The link of a credential, or the one that the holder of an access has."""
    is_access = record._name == "exivo.access"
    return get_link(record) if is_access else open_secret(record, "link")


def links_of(records):
    return [link_of(record) for record in records]


class ExivoCase(TransactionCase):
    """Room *Aare* whose requester opens *Entrance* and *Aare*: 15 before, 10 after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exivo = FakeExivo()
        cls.exivo.components = [
            exivo.Component(
                *("entrance", "Entrance", "", "electric-lock", True, "open"),
                zone_ids=("public",),
            ),
            exivo.Component(
                *("aare", "Aare", "", "wireless-cylinder", True, ""),
                zone_ids=("rooms",),
            ),
        ]
        cls.startClassPatcher(
            patch.object(connection, "new_client", lambda _connection: cls.exivo)
        )
        # the longest delay that could be drawn, always
        cls.startClassPatcher(patch.object(random, "uniform", lambda _low, high: high))
        cls.site = cls.env["exivo.site"].create(
            {
                "name": "Riverside House",
                "remote_id": "11111111-1111-4111-8111-111111111111",
                "api_key": "22222222-2222-4222-8222-222222222222",
                "api_secret": "33333333-3333-4333-8333-333333333333",
            }
        )
        cls.site.action_verify()
        cls.site.action_synchronise_locks()
        cls.entrance, cls.aare = (
            cls.site.lock_ids.filtered(lambda lock, name=name: lock.name == name)
            for name in ("Entrance", "Aare")
        )
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Round the clock",
                "tz": "Europe/Zurich",
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": "Open",
                            "dayofweek": str(day),
                            "hour_from": 0,
                            "hour_to": 24,
                            "day_period": "morning",
                        },
                    )
                    for day in range(7)
                ],
            }
        )
        cls.room = cls._create_room("Aare")
        cls.booking_type = cls._create_type(cls.room)
        cls.rule = cls.env["exivo.access.rule"].create(
            {
                "resource_id": cls.room.id,
                "lock_ids": [(6, 0, (cls.entrance | cls.aare).ids)],
                "minutes_before": 15,
                "minutes_after": 10,
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Anna Muster", "email": "anna@example.com", "lang": "en_US"}
        )
        cls.env.cr.flush()

    @classmethod
    def _create_room(cls, name):
        return cls.env["resource.resource"].create(
            {
                "name": name,
                "resource_type": "material",
                "calendar_id": cls.calendar.id,
                "tz": "Europe/Zurich",
            }
        )

    @classmethod
    def _create_type(cls, room):
        combination = cls.env["resource.booking.combination"].create(
            {"resource_ids": [(6, 0, room.ids)]}
        )
        return cls.env["resource.booking.type"].create(
            {
                "name": f"Book {room.name}",
                "resource_calendar_id": cls.calendar.id,
                "modifications_deadline": 0,
                "combination_rel_ids": [(0, 0, {"combination_id": combination.id})],
            }
        )

    @classmethod
    def _connect_once_more(cls, company="Neighbours", **vals):
        """The same site at Exivo, connected by another company as well."""
        site = cls.env["exivo.site"].create(
            {
                "name": "Riverside House",
                "company_id": cls.env["res.company"].create({"name": company}).id,
                "remote_id": cls.site.remote_id,
                "api_key": str(uuid4()),
                "api_secret": "66666666-6666-4666-8666-666666666666",
                **vals,
            }
        )
        site.action_verify()
        site.action_synchronise_locks()
        return site

    @classmethod
    def _create_user(cls, login, groups):
        return mail_new_test_user(
            cls.env, login=login, groups=groups, email=f"{login}@example.com"
        )

    @cached_property
    def desk(self):
        """Somebody of the staff who sees bookings and accesses; made if asked for."""
        groups = "exivo_access.group_user,resource_booking.group_manager"
        return self._create_user("exivo_counter", groups)

    def setUp(self):
        super().setUp()
        self.exivo.forget()
        ADAPTERS.clear()  # they remember what is forgotten now

    def book(self, hours=24, duration=1.0, confirm=True, partners=None, **vals):
        """Book the room.

        :param float hours: from :data:`NOW` to the start.
        :param float duration: hours.
        """
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, (partners or self.customer).ids)],
                "start": NOW + timedelta(hours=hours),
                "duration": duration,
                **vals,
            }
        )
        if confirm:
            booking.action_confirm()
        self.plan()
        return booking

    def plan(self):
        """End the transaction, as far as a test can."""
        self.env.cr.flush()

    def synchronise(self):
        """Run the scheduled action as Odoo's scheduler does, which runs the others."""
        self.actions_began(Datetime.now())
        self.run_action("ir_cron_synchronise")

    def run_action(self, name):
        """Run a scheduled action.

        :param str name: of the action, without the module.
        """
        self.plan()
        with self._registry_in_test_mode():
            self.env.ref(f"exivo_access.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def moments_to_run(self, name):
        """Return when a scheduled action was asked to run.

        :param str name: of the action, without the module.
        :rtype: list[datetime]
        """
        cron = self.env.ref(f"exivo_access.{name}")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return triggers.mapped("call_at")

    def actions_began(self, moment):
        """Let all scheduled actions of ours have begun last at some moment."""
        self.env["ir.cron.progress"].flush_model()
        self.env.cr.execute("DELETE FROM ir_cron_progress")
        # not by the ORM: most tests do this several times
        self.env.cr.execute(
            "INSERT INTO ir_cron_progress"
            " (cron_id, remaining, done, timed_out_counter, create_date)"
            " SELECT res_id, 0, 0, 0, %s FROM ir_model_data"
            r" WHERE module LIKE 'exivo\_access%%' AND model = 'ir.cron'",
            [moment],
        )
        self.env.cr.execute(
            "UPDATE ir_cron SET nextcall = %s WHERE id IN (SELECT res_id"
            " FROM ir_model_data"
            r" WHERE module LIKE 'exivo\_access%%' AND model = 'ir.cron')",
            [moment],
        )
        self.env["ir.cron"].invalidate_model(["nextcall"])
        self.env["ir.cron.progress"].invalidate_model()

    def run_in_steps(self, name):
        """Run a scheduled action whose time is always up, as often as Odoo repeats it.

        :param str name: of the action, without the module.
        """
        cron = self.env.ref(f"exivo_access.{name}")
        due = [("cron_id", "=", cron.id), ("call_at", "<=", NOW)]
        self.plan()
        with (
            patch.object(ir_cron, "MIN_TIME_PER_JOB", 0),
            self._registry_in_test_mode(),
        ):
            for _time in range(9):
                cron.method_direct_trigger()
                if not self.env["ir.cron.trigger"].search_count(due):
                    break
            else:
                self.fail(f"{name} does not come to its end")
        self.env.invalidate_all()

    def read_events(self, after=timedelta()):
        """Run the scheduled action that reads what doors report.

        :param timedelta after: how long after :data:`NOW`.
        """
        with freeze_time(NOW + after):
            self.run_action("ir_cron_read_events")

    def _registry_in_test_mode(self):
        """Let an action's commits end at the test's own transaction."""
        # an HttpCase is in it all the time
        is_always = isinstance(self, HttpCase)
        return nullcontext() if is_always else self.enter_registry_test_mode()

    def accesses(self, booking=None):
        domain = [("booking_id", "=", booking.id)] if booking else []
        return self.env["exivo.access"].search(domain)

    def count_alive(self):
        """Return how much may open doors, as who uninstalls the add-on reads it."""
        module = self.env.ref("base.module_exivo_access")
        dialog = self.env["base.module.uninstall"]
        return dialog.create({"module_ids": module.ids}).exivo_alive_count

    def open_explanation(self, record, partner=None, user=None):
        """Open *Explain* of an access or a booking as staff do.

        :rtype: Form
        """
        field = {"exivo.access": "access", "resource.booking": "booking"}[record._name]
        self.env.invalidate_all()
        wizard = self.env["exivo.explanation"].with_user(user or self.desk)
        form = Form(wizard.with_context(**{f"default_{field}_id": record.id}))
        if partner:
            form.partner_id = partner
        return form

    def explain(self, record, partner=None, user=None):
        """Return ``(verdict, title, text)`` of each of its lines."""
        lines = self.open_explanation(record, partner, user).save().line_ids
        return [(line.verdict, line.title, line.text) for line in lines]

    def read_explanation(self, record, partner=None, user=None):
        """Return all that it says."""
        return " ".join(text for *_, text in self.explain(record, partner, user))

    def new_code_form(self, accesses):
        """The dialog of *New code*, for whoever the accesses are selected by."""
        context = {"active_model": accesses._name, "active_ids": accesses.ids}
        return Form(accesses.env["exivo.new.code"].with_context(**context))

    def new_code(self, accesses, reason="The PIN was passed on"):
        """Have a new code made for accesses."""
        with self.new_code_form(accesses) as form:
            form.reason = reason
        form.record.action_confirm()

    def comment(self, record, text, **options):
        """Write something into the chatter of a record, as its user does."""
        return record.message_post(body=text, **options)

    def mails_to(self, partner):
        """Mails queued for a person, oldest first."""
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", partner.ids)], order="id"
        )

    def our_mails_to(self, partner):
        """The same without those that Odoo's calendar writes."""
        mails = self.mails_to(partner)
        ours = self.env["exivo.mail"].search([("number", "in", mails.ids)])
        return mails.filtered(lambda mail: mail.id in ours.mapped("number"))


class ExivoPortalCase(ExivoCase, HttpCase):
    """A customer with a login, and people who may see the customer's booking pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holder = cls._create_user("exivo_holder", "base.group_portal")
        cls.follower = cls._create_user("exivo_follower", "base.group_portal")
        cls.parent = cls._create_user("exivo_parent", "base.group_portal")
        cls.parent.partner_id.is_company = True
        cls.holder.partner_id.parent_id = cls.parent.partner_id
        # what the demo data offers is not this house's
        cls.env["resource.booking.type"].search([]).portal_bookable = False

    def log_in(self, user):
        self.authenticate(user.login, user.login)

    def book_for_holder(self, **vals):
        """A confirmed booking that the follower may see too."""
        booking = self.book(partners=self.holder.partner_id, **vals)
        booking.message_subscribe(partner_ids=self.follower.partner_id.ids)
        return booking

    def post(self, path, **data):
        """Send a form with its token against forgery."""
        return self.url_open(
            path, data={"csrf_token": http.Request.csrf_token(self), **data}
        )

    def choose(self, booking, when):
        """Choose a time as the form of the schedule page does it."""
        return self.post(
            f"/my/bookings/{booking.id}/confirm",
            access_token=booking._portal_ensure_token(),
            when=when,
            was=booking.start or "",
        )

    def post_for_pin(self, access, **data):
        return self.post(f"/my/exivo/accesses/{access.id}/pin", **data)

    def counters(self, *names):
        return self.make_jsonrpc_request("/my/counters", {"counters": names})
