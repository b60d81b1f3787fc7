# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What employees without a group of ours try by way of Odoo's own records."""

import re
from contextlib import suppress
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoCase, pin_of

KNOWN_PIN = "730264"


class StrangersCase(ExivoCase):
    """An employee, one who edits contacts, and one who books rooms for customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("exivo_clerk", "base.group_user")
        cls.editor = cls._create_user(
            "exivo_editor", "base.group_user,base.group_partner_manager"
        )
        cls.booker = cls._create_user(
            "exivo_booker", "base.group_user,resource_booking.group_manager"
        )
        cls.staff = cls._create_user("exivo_staff", "exivo_access.group_user")

    def setUp(self):
        super().setUp()
        self.access = self.accesses(self.book())
        self.synchronise()

    def rpc(self, user, model, method, *args, **options):
        """Call a method as somebody does from afar."""
        return call_kw(self.env[model].with_user(user), method, list(args), options)

    def model_id(self, name):
        return self.env["ir.model"]._get_id(name)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDefaults(StrangersCase):
    """Odoo lets every employee choose defaults for any field of any model."""

    def choose(self, model, **defaults):
        for name, value in defaults.items():
            self.rpc(self.booker, "ir.default", "set", model, name, value, user_id=True)

    def book_as_booker(self, days):
        booking = self.env["resource.booking"].with_user(self.booker)
        booking = booking.create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.customer.ids)],
                "start": fields.Datetime.add(NOW, days=days),
                "duration": 1,
            }
        )
        booking.sudo().action_confirm()
        self.plan()
        return self.accesses(booking)

    def test_whoever_books_for_others_does_not_choose_the_pin(self):
        with self.assertRaises(ValidationError):
            self.choose("exivo.access", pin=KNOWN_PIN)
        self.choose("exivo.access", pin_number=7)
        access = self.book_as_booker(days=2)
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertNotEqual(pin_of(access), KNOWN_PIN)
        self.assertEqual(access.pin_number, 1)

    def test_no_default_of_an_employee_gets_into_what_only_the_add_on_writes(self):
        plain = self._get_stored(self.book_as_booker(days=2))
        self.choose(
            "exivo.access",
            due_at="2040-01-01 00:00:00",
            withheld=True,
            gone_at_exivo=True,
            state="created",
            mail_state="sent",
            failure_type="rejected",
            told_credential_id=self.access.credential_ids.id,
            app_recipient="+41790000000",
            help_token="known",
        )
        access = self.book_as_booker(days=3)
        self.assertEqual(self._get_stored(access), plain)
        self.assertNotEqual(access.help_token, "known")

    def _get_stored(self, access):
        """What two accesses of the same kind have in common."""
        different = {"id", "start", "stop", "booking_start", "booking_stop"}
        different |= {"booking_id", "reference", "display_name", "create_date"}
        different.add("help_token")  # random
        names = [
            field.name
            for field in access._fields.values()
            if field.store and field.name not in different
        ]
        return access.read([name for name in names if name != "write_date"])[0] | {
            "id": None
        }

    def test_no_site_is_born_verified(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        self.rpc(
            *(manager, "ir.default", "set", "exivo.site", "state", "verified"),
            user_id=True,
        )
        vals = {"name": "Annex", "remote_id": "1", "api_key": "2", "api_secret": "3"}
        site = self.env["exivo.site"].with_user(manager).create(vals)
        self.assertEqual(site.state, "draft")

    def test_what_people_type_has_the_defaults_that_they_have_chosen(self):
        self.choose("exivo.access.rule", minutes_before=45)
        rule = self.env["exivo.access.rule"].with_user(self.booker)
        self.assertEqual(rule.default_get(["minutes_before"]), {"minutes_before": 45})


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMovedActivities(StrangersCase):
    """Odoo lets everybody move an activity of their own to any record."""

    def test_nobody_learns_whose_access_it_is_by_moving_an_activity_to_it(self):
        for record in (self.access, self.access.booking_id, self.site):
            for activity in self._own_activities():
                with (
                    self.subTest(record=record, of=activity.res_model),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self._move(self.editor, activity, record)

    def _own_activities(self):
        """An activity of the editor's without a record, and one on a contact."""
        mine = {"summary": "Look", "user_id": self.editor.id}
        ids = [
            self.rpc(self.editor, "mail.activity", "create", {**mine, **on})
            for on in ({}, self._at(self.customer))
        ]
        return self.env["mail.activity"].browse(ids)

    def test_nobody_else_writes_in_the_chatter_of_an_access_by_way_of_an_activity(self):
        activity = self._own_activities()[1]
        with suppress(AccessError), self.env.cr.savepoint():
            self._move(self.editor, activity, self.access)
            self.rpc(
                *(self.editor, "mail.activity", "action_feedback", activity.ids),
                feedback="All is well",
            )
        self.assertFalse(self.access.message_ids)

    def test_nobody_learns_whose_booking_without_a_time_it_is_by_an_activity(self):
        booking = self.book(start=False)
        activity = self._own_activities()[0]
        own = {"summary": "Look", "user_id": self.editor.id, "booking_id": booking.id}
        for method, *args in (
            ("create", own),
            ("write", activity.ids, {"booking_id": booking.id}),
        ):
            with (
                self.subTest(method=method),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                self.rpc(self.editor, "mail.activity", method, *args)

    def test_nobody_moves_a_meeting_with_doors_by_way_of_an_activity(self):
        meeting = self.access.booking_id.meeting_id
        own = self.book(hours=72, partners=self.editor.partner_id)
        mine = {"summary": "Look", "user_id": self.editor.id}
        of_booking = {"booking_id": own.id, "calendar_event_id": meeting.id}
        for on in (of_booking, {"calendar_event_id": meeting.id}):
            with (
                self.subTest(on=on),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                self.rpc(self.editor, "mail.activity", "create", {**mine, **on})
        defaults = {f"default_{name}": value for name, value in of_booking.items()}
        with (
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
        ):
            self.rpc(*(self.editor, "mail.activity", "create", mine), context=defaults)
        activity = self._own_activities()[0]
        with (
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
        ):
            self.rpc(self.editor, "mail.activity", "write", activity.ids, of_booking)
        free = self.env["calendar.event"].create(
            {"name": "Lunch", "start": NOW, "stop": NOW}
        )
        vals = {"calendar_event_id": free.id}
        self.rpc(self.editor, "mail.activity", "write", activity.ids, vals)
        self.env.invalidate_all()
        self.assertEqual(activity.calendar_event_id, free)

    def test_staff_move_an_activity_to_another_access_of_theirs(self):
        other = self.accesses(self.book(hours=48))
        activity = self.access.activity_schedule(user_id=self.staff.id, summary="Look")
        self._move(self.staff, activity, other)
        self.env.invalidate_all()
        self.assertEqual(other.activity_ids, activity)

    def test_alarms_come_although_an_activity_of_somebody_elses_looks_like_one(self):
        """No access has the number of this contact."""
        kinds = ("access_gone", "accesses_missing", "site_stopped")
        forged = [
            self.rpc(
                *(self.editor, "mail.activity", "create"),
                {
                    **self._at(self.customer),
                    "activity_type_id": self.env.ref(
                        f"exivo_access.mail_activity_type_{kind}"
                    ).id,
                    "automated": True,
                },
            )
            for kind in kinds
        ]
        self.assertFalse(self.access.browse(self.customer.id).exists())
        self.book(hours=3)
        with self._registry_in_test_mode():
            for cron in ("ir_cron_look_ahead", "ir_cron_watch"):
                self.env.ref(f"exivo_access.{cron}").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.env["exivo.alarm"]._find("missing", self.site))
        self.assertEqual(self.env["mail.activity"].browse(forged).exists().ids, forged)

    def _at(self, record):
        return {"res_model_id": self.model_id(record._name), "res_id": record.id}

    def _move(self, user, activity, record):
        self.rpc(user, "mail.activity", "write", activity.ids, self._at(record))


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMessagesAbout(StrangersCase):
    """Odoo shows authors the name of whatever they say that a message is about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_user("exivo_stranger", "base.group_portal")

    def setUp(self):
        super().setUp()
        booking = self.access.booking_id
        guest = self.env["exivo.guest"].create(
            {
                "booking_id": booking.id,
                "host_id": self.customer.id,
                "partner_id": self.customer.id,
                "email": "guest@example.com",
            }
        )
        self.hidden = (self.access, booking, guest, self.site)

    def call(self, user, called, method, *args, **options):
        return call_kw(called.with_user(user), method, list(args), options)

    def assert_refused(self, user, called, method, *args, **options):
        with (
            self.subTest(user=user.login, args=args, options=options),
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
        ):
            self.call(user, called, method, *args, **options)

    def test_nobody_learns_whose_it_is_by_a_message_about_it(self):
        messages, threads = self.env["mail.message"], self.env["mail.thread"]
        kinds = messages._fields["message_type"].get_values(self.env)
        for user in (self.clerk, self.stranger):
            me = user.partner_id.ids
            own = {"body": "Well?", "message_type": "user_notification"}
            asked = self.call(
                user, messages, "create", {**own, "partner_ids": [(6, 0, me)]}
            )
            for record in self.hidden:
                about = {"model": record._name, "res_id": record.id, "body": "Hello"}
                for kind in kinds:
                    for parent in (False, asked):
                        vals = {**about, "message_type": kind, "parent_id": parent}
                        self.assert_refused(user, messages, "create", vals)
                self.assert_refused(
                    *(user, threads, "message_notify", []), **about, partner_ids=me
                )
                self.assert_refused(user, messages, "write", [asked], about)

    def open_another_company(self):
        """Return its manager, who looks after doors and bookings there."""
        other = self.env["res.company"].create({"name": "Another"})
        abroad = self._create_user(
            "exivo_abroad", "exivo_access.group_manager,resource_booking.group_manager"
        )
        abroad.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.booking_type.company_id = self.env.company
        return abroad

    def test_nobody_learns_whose_it_is_by_being_refused_in_developer_mode(self):
        abroad = self.open_another_company()
        asking = SimpleNamespace(session=SimpleNamespace(debug="1"))
        with patch("odoo.addons.base.models.res_users.request", asking):
            for record in self.access, self.access.booking_id:
                record = record.with_user(abroad)
                with self.assertRaises(AccessError) as refused:
                    record.read(["display_name"])
                text = str(refused.exception)
                self.assertIn(f"({record._name}: {record.id}", text)
                self.assertNotRegex(text, "Muster|Aare")
                self.assertIn("Blame", text)

    def test_nobody_learns_whose_it_is_by_a_message_about_its_meeting(self):
        """A customer with a login; every employee reads the calendar."""
        messages, meeting = self.env["mail.message"], self.access.booking_id.meeting_id
        own = {"body": "Well?", "message_type": "user_notification"}
        asked = self.call(self.stranger, messages, "create", own)
        for record in (meeting, meeting.attendee_ids[:1]):
            vals = {**own, "model": record._name, "res_id": record.id}
            self.assert_refused(self.stranger, messages, "create", vals)
        about_it = meeting.message_notify(
            body="Look", partner_ids=self.staff.partner_id.ids
        )
        vals = {"parent_id": about_it.id}
        self.assert_refused(self.stranger, messages, "create", {**own, **vals})
        self.assert_refused(self.stranger, messages, "write", [asked], vals)
        about_it = self.comment(self.access, "Look", subject="Aare, Anna Muster")
        vals = {"parent_id": about_it.id}
        for user in (self.clerk, self.stranger):
            asked = self.call(user, messages, "create", own)
            self.assert_refused(user, messages, "create", {**own, **vals})
            self.assert_refused(user, messages, "write", [asked], vals)

    def test_nobody_learns_whose_it_is_by_a_form_that_is_not_saved(self):
        """Whichever form it is: Odoo shows names of what is put into one."""
        abroad = self.open_another_company()
        told = re.compile(r"Muster|guest@|Aare")
        root = self.env.ref("base.user_root")
        for user in (root, self.clerk, self.stranger, abroad):
            showing = {
                (record._name, field)
                for record in self.hidden[:3]
                for field, values in self._pointing_to(record, user)
                if told.search(self._show(user, field.model_name, values))
            }
            if user == root:
                self.assertGreater(len(showing), 10, "it would be seen")
            else:
                self.assertFalse(showing, user.login)

    def test_nobody_learns_whose_it_is_by_a_form_that_is_saved(self):
        """Odoo asks for no right to what a record is made to lead to, and names it."""
        abroad = self.open_another_company()
        told = re.compile(r"Muster|guest@|Aare")
        about_it = self.comment(self.access, "Look", subject="Aare, Anna Muster")
        root = self.env.ref("base.user_root")
        for user in (root, self.clerk, self.stranger, abroad):
            showing = {
                (record._name, field)
                for record in (*self.hidden[:3], about_it)
                for field, values in self._pointing_to(record, user)
                if told.search(self._save(user, field.model_name, values))
            }
            if user == root:
                self.assertGreater(len(showing), 3, "it would be read")
            else:
                self.assertFalse(showing, user.login)

    def _save(self, user, model, values):
        """What is read of a record that was made with these values."""
        names = [name for name in (*values, "subject") if name in self.env[model]]
        with (
            mute_logger("odoo.addons.base.models.ir_model", "odoo.sql_db"),
            suppress(AccessError, KeyError, UserError, ValueError, psycopg2.Error),
            self.env.cr.savepoint(),
        ):
            number = self.rpc(user, model, "create", {**values, "partner_ids": []})
            return repr(self.rpc(user, model, "read", [number], names))
        return ""

    def test_nobody_reads_the_subject_of_a_message_by_where_they_have_read_to(self):
        """Everybody writes how far they have read in a chat, guests as well."""
        about_it = self.comment(self.access, "Look", subject="Aare, Anna Muster")
        vals = {"name": "Chat", "channel_type": "group"}
        channel = self.env["discuss.channel"].create(vals)
        channel.add_members((self.clerk | self.stranger).partner_id.ids)
        said = self.comment(channel, "Hello", message_type="comment")
        for user in (self.clerk, self.stranger):
            member = channel.channel_member_ids.filtered(
                lambda one, user=user: one.partner_id == user.partner_id
            )
            for name in ("seen_message_id", "fetched_message_id"):
                vals = {name: about_it.id}
                self.assert_refused(user, member, "write", member.ids, vals)
                self.call(user, member, "write", member.ids, {name: said.id})

    def test_nobody_has_a_template_write_where_they_may_not_read(self):
        """Its mail is made in superuser mode, with the values that are handed in."""
        mine, me = self._make_template(), self.clerk.partner_id
        file = self.env["ir.attachment"].create(
            {"name": "a.ics", "res_model": "exivo.access", "res_id": self.access.id}
        )
        line = self.comment(self.access, "Changed", subtype_xmlid="mail.mt_note")
        before = self.env["mail.message"].search([])
        on_it = {"res_model": "exivo.access", "res_id": self.access.id}
        for values in (
            *({"model": one._name, "res_id": one.id} for one in self.hidden),
            {"model": "exivo.access", "res_id": str(self.access.id)},
            {"parent_id": line.id},
            {"parent_id": [line.id]},
            {"mail_message_id": line.id, "model": "res.partner", "res_id": me.id},
            {"child_ids": [[4, line.id]]},
            {"attachment_ids": [[4, file.id]]},
            {"attachment_ids": [[6, 0, file.ids]]},
            {"attachment_ids": file.ids},
            {"attachment_ids": [[0, 0, {"name": "b", "raw": "b", **on_it}]]},
            {"attachment_ids": [[1, file.id, {"res_model": False}]]},
            {"recipient_ids": [[1, self.customer.id, {"email": "eve@example.com"}]]},
            {"recipient_ids": [[0, 0, {"name": "Eve"}]]},
        ):
            asked = (self.clerk, mine, "send_mail", mine.ids, me.id)
            self.assert_refused(*asked, email_values=values)
        self.assertEqual(self.env["mail.message"].search([]), before)
        self.assertIn("Changed", line.body)

    def test_templates_send_what_is_handed_in_by_who_may_read_it(self):
        mine, me = self._make_template(), self.clerk.partner_id
        file = self.rpc(self.clerk, "ir.attachment", "create", {"name": "Mine"})
        number = self.call(
            *(self.clerk, mine, "send_mail", mine.ids, me.id),
            email_values={
                "email_to": "me@example.com",
                "recipient_ids": [[4, self.customer.id]],
                "attachment_ids": [[4, file], [0, 0, {"name": "b", "raw": "b"}]],
            },
        )
        mail = self.env["mail.mail"].browse(number)
        self.assertEqual(mail.attachment_ids.mapped("name"), ["Mine", "b"])
        self.assertEqual(mail.recipient_ids, self.customer)

    def _make_template(self):
        """A template of the clerk's own, about contacts."""
        vals = {"name": "Mine", "model_id": self.model_id("res.partner")}
        number = self.rpc(self.clerk, "mail.template", "create", vals)
        return self.env["mail.template"].browse(number)

    def test_nobody_sends_a_mass_mail_about_what_they_may_not_read(self):
        composer, me = self.env["mail.compose.message"], self.clerk.partner_id
        before = self.env["mail.message"].search([])
        given = dict.fromkeys(("subject", "body"), "x")
        given |= {"composition_mode": "mass_mail", "lang": "en_US"}
        given |= dict.fromkeys(("email_from", "reply_to"), "clerk@example.com")
        given |= {"reply_to_force_new": True, "partner_ids": [[6, 0, me.ids]]}
        for record in self.hidden:
            vals = {**given, "model": record._name, "res_ids": repr(record.ids)}
            with (
                self.subTest(record=record),
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                made = self.call(self.clerk, composer, "create", [vals])
                self.call(self.clerk, composer, "action_send_mail", made)
        self.assertEqual(self.env["mail.message"].search([]), before)

    def test_who_follows_what_is_read_by_who_may_read_that(self):
        own = self.clerk.partner_id
        timeless = self.book(start=False)
        followers = self.env["mail.followers"]
        booker = self._create_user(
            "exivo_follower", "base.group_user,resource_booking.group_user"
        )
        for record in (self.access, self.access.booking_id, timeless, self.site):
            record.message_subscribe(self.customer.ids)
            record.message_subscribe(booker.partner_id.ids)
        timeless.sudo().with_context(active_test=False).active = False
        site = [("res_model", "=", "exivo.site")]
        domain = [("partner_id", "=", self.customer.id)]
        for user in (self.clerk, self.open_another_company()):
            self.assertFalse(self.call(user, followers, "search_read", domain, []))
            self.assertFalse(self.call(user, followers, "search_read", site, []))
            got = self.call(user, timeless, "message_get_followers", timeless.ids)
            self.assertNotIn("Muster", repr(got))
            groups = self.call(
                user, followers, "formatted_read_group", domain, ["partner_id"]
            )
            self.assertFalse(groups)
        self.assertEqual(
            len(self.call(booker, followers, "search_read", domain, [])), 2
        )
        self.assertEqual(len(self.call(self.desk, followers, "search", domain)), 4)
        self.site.sudo().message_subscribe(own.ids)
        (mine,) = self.call(self.clerk, followers, "search_read", site, ["partner_id"])
        self.assertEqual(mine["partner_id"][0], own.id)
        self.customer.message_subscribe(self.booker.partner_id.ids)
        domain = [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        self.assertTrue(self.call(self.clerk, followers, "search", domain))

    def _pointing_to(self, record, user):
        """Fields that somebody may fill in, and with what to come to a record."""
        model_id = self.model_id(record._name)
        for model in self.env.values():
            if model._abstract or not model.with_user(user).has_access("create"):
                continue
            for field in model._fields.values():
                if field.comodel_name == record._name and field.type == "many2one":
                    yield field, {field.name: record.id}
                elif field.type == "many2one_reference":
                    at = {field.model_field: record._name, "res_model_id": model_id}
                    at = {name: value for name, value in at.items() if name in model}
                    yield field, {**at, field.name: record.id}

    def _show(self, user, model, values):
        """What the form shows, field by field: one of them may be refused."""
        shown = ""
        for name, field in self.env[model]._fields.items():
            spec = {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            if name in values if spec else field.type == "char" and field.compute:
                with (
                    mute_logger("odoo.addons.base.models.ir_model"),
                    suppress(AccessError, KeyError, UserError, ValueError),
                    self.env.cr.savepoint(),
                ):
                    asked = ([], {**values}, [], {name: spec})
                    shown += repr(self.rpc(user, model, "onchange", *asked))
        return shown

    def test_no_form_shows_a_file_that_its_user_may_not_read(self):
        file = self.env["ir.attachment"].create(
            {"name": "Aare.ics", "res_model": "exivo.access", "res_id": self.access.id}
        )
        letter = self.env["snailmail.letter"]
        vals = {"attachment_id": file.id}
        spec = {"attachment_id": {"fields": {"display_name": {}}}}
        self.assert_refused(self.clerk, letter, "onchange", [], vals, [], spec)

    def test_forms_show_what_was_there_and_what_their_user_may_read(self):
        """An employee to whom staff have given something to do about a booking."""
        booking = self.access.booking_id
        spec = {"res_name": {}, "booking_id": {"fields": {"display_name": {}}}}
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.model_id("res.partner"),
                "res_id": self.customer.id,
                "booking_id": booking.id,
                "user_id": self.clerk.id,
            }
        )
        self.call(
            *(self.clerk, activity, "onchange", activity.ids, {"summary": "Look"}),
            *(["summary"], spec),
        )
        about = {
            "res_model_id": self.model_id(self.access._name),
            "res_id": self.access.id,
        }
        shown = self.call(
            self.staff, activity, "onchange", [], about, [], {"res_name": {}}
        )
        self.assertIn("Muster", shown["value"]["res_name"])

    def test_nobody_learns_whose_it_is_from_the_composer(self):
        composer = self.env["mail.compose.message"]
        given = dict.fromkeys(
            ("subject", "body", "lang", "reply_to", "scheduled_date"), "x"
        )
        template = self.env.ref("exivo_access.mail_template_confirmation")
        about_it = self.comment(
            self.access, "Look", partner_ids=self.customer.ids, message_type="comment"
        )
        spec = {"partner_ids": {"fields": {"display_name": {}}}}
        for vals in (
            {
                "model": "exivo.access",
                "res_ids": repr(self.access.ids),
                "template_id": template.id,
            },
            {
                "model": "res.partner",
                "res_ids": repr(self.access.ids),
                "template_id": template.id,
            },
            {"parent_id": about_it.id},
        ):
            asked = ([], {**vals}, list(vals), spec)
            self.assert_refused(self.clerk, composer, "onchange", *asked)
            with (
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                made = self.call(self.clerk, composer, "create", [{**vals, **given}])
                self.call(self.clerk, composer, "read", made, ["partner_ids"])
        shown = self.call(self.staff, composer, "onchange", *asked)
        self.assertIn("Muster", repr(shown))

    def test_whoever_may_read_it_sends_messages_about_it(self):
        record = self.access
        for called, numbers, about in (
            (self.env["mail.thread"], [], {"model": record._name, "res_id": record.id}),
            (record.browse(), record.ids, {}),
        ):
            (sent,) = self.call(
                *(self.staff, called, "message_notify", numbers),
                **about,
                body="Look",
                partner_ids=self.clerk.partner_id.ids,
            )
            message = self.env["mail.message"].browse(sent).with_user(self.clerk)
            self.assertIn("Muster", message.record_name)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOdoosOwnRecords(StrangersCase):
    """Whoever has no right to our records gets at them by none of Odoo's own."""

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_model")
    def test_nothing_of_odoos_own_is_put_on_an_access_or_a_site(self):
        for record in (self.access, self.site):
            at = {"res_model": record._name, "res_id": record.id}
            of = {"model": record._name, "res_id": record.id}
            model_id = {"model_id": self.model_id(record._name)}
            for model, vals in (
                ("mail.message", {**of, "body": "Hello"}),
                ("mail.activity", {**self._at_model(record), "summary": "Look"}),
                ("mail.followers", {**at, "partner_id": self.editor.partner_id.id}),
                ("mail.scheduled.message", {**of, "body": "Hello"}),
                ("ir.attachment", {**at, "name": "file", "raw": b"file"}),
                ("ir.attachment", {**at, "name": "file", "res_field": "name"}),
                ("mail.alias", {"alias_model_id": model_id["model_id"]}),
                ("ir.cron", {**model_id, "name": "Run", "code": "1"}),
                *(
                    ("ir.actions.server", {**model_id, "name": "Run", "state": state})
                    for state in ("code", "object_write", "object_create", "webhook")
                ),
            ):
                with (
                    self.subTest(record=record, model=model, vals=vals),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self.rpc(self.editor, model, "create", vals)

    def _at_model(self, record):
        return {"res_model_id": self.model_id(record._name), "res_id": record.id}

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_model")
    def test_nobody_follows_or_writes_to_an_access_or_a_site(self):
        me = self.editor.partner_id
        for record in (self.access, self.site):
            with suppress(AccessError), self.env.cr.savepoint():
                self.rpc(
                    *(self.editor, record._name, "message_subscribe", record.ids),
                    partner_ids=me.ids,
                )
            with suppress(AccessError), self.env.cr.savepoint():
                self.rpc(
                    *(self.editor, record._name, "message_post", record.ids),
                    body="Hello",
                )
            self.assertNotIn(me, record.message_partner_ids)
            self.assertNotIn(me, record.message_ids.author_id)

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_model")
    def test_a_template_of_an_employees_own_mails_nothing_of_an_access(self):
        before = self.env["mail.mail"].search([])
        vals = {
            "name": "Mine",
            "model_id": self.model_id("exivo.access"),
            "subject": "{{ object.display_name }}",
            "email_to": "eve@example.com",
        }
        with suppress(AccessError), self.env.cr.savepoint():
            template = self.rpc(self.editor, "mail.template", "create", vals)
            self.rpc(
                *(self.editor, "mail.template", "send_mail", template, self.access.id)
            )
        self.assertEqual(self.env["mail.mail"].search([]), before)
