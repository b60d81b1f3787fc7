# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from ...models.hooks import res_partner
from ..common import NOW
from ..member_common import MemberCase


class ManyMembersCase(MemberCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("exivo_manager", "exivo_access.group_manager")
        cls.bert, cls.clea = cls.env["res.partner"].create(
            [
                {"name": "Bert", "email": "bert@example.com"},
                {"name": "Clea", "email": "clea@example.com"},
            ]
        )

    def dialog(self, user=None, **context):
        dialogs = self.env["exivo.new.members"].with_user(user or self.manager)
        return Form(dialogs.with_context(**context))

    def standing(self):
        domain = [("is_of_community", "=", True), ("is_wanted", "=", True)]
        return self.env["exivo.access"].search(domain)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestNewMembers(ManyMembersCase):
    """Several contacts become members at once."""

    def test_contacts_are_added_from_the_form_of_the_community(self):
        arch = self.members.with_user(self.manager).get_view(view_type="form")["arch"]
        action = self.env.ref("exivo_access.exivo_new_members_action")
        self.assertIn(f'name="{action.id}"', arch)
        dialog = self.dialog(
            active_model=self.members._name, active_ids=self.members.ids
        )
        self.assertEqual(dialog.community_id, self.members)
        dialog.partner_ids = self.customer | self.bert | self.clea
        dialog.save().action_confirm()
        self.synchronise()
        self.assertEqual(
            self.standing().partner_id, self.customer | self.bert | self.clea
        )
        self.assertEqual(set(self.standing().mapped("state")), {"created"})

    def test_contacts_that_are_selected_are_added(self):
        self.bert.category_id = self.members
        people = self.customer | self.bert
        dialog = self.dialog(active_model=people._name, active_ids=people.ids)
        self.assertEqual(dialog.partner_ids[:], people)
        dialog.community_id = self.members
        shown = dialog.save().action_confirm()
        self.assertEqual(
            shown["params"]["message"],
            "New members of Members: 1. Members already: 1.",
        )
        self.assertEqual(self.members.partner_ids, people)

    def test_list_of_members_adds_to_its_community(self):
        action = self.members.with_user(self.manager).action_open_exivo_members()
        dialog = self.dialog(
            **action["context"], active_model="res.partner", active_ids=self.bert.ids
        )
        self.assertEqual(dialog.community_id, self.members)
        self.assertFalse(dialog.partner_ids[:])

    def test_who_may_not_say_who_is_a_member_may_not_here_either(self):
        staff = self._create_user("exivo_user", "exivo_access.group_user")
        portal = self._create_user("exivo_portal", "base.group_portal")
        vals = {
            "community_id": self.members.id,
            "partner_ids": [(6, 0, self.bert.ids)],
        }
        for user in (staff, portal):
            dialogs = self.env["exivo.new.members"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                call_kw(dialogs, "create", [vals], {})
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("exivo_stranger", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        dialogs = self.env["exivo.new.members"].with_user(stranger)
        dialog = dialogs.create(vals)
        with self.assertRaisesRegex(AccessError, "do not work for"):
            call_kw(dialogs, "action_confirm", [dialog.ids], {})
        self.assertFalse(self.members.partner_ids)

    def test_dialog_of_somebody_else_is_nobody_elses(self):
        dialog = self.env["exivo.new.members"].with_user(self.manager)
        dialog = dialog.create({"community_id": self.members.id})
        other = self._create_user("exivo_other", "exivo_access.group_manager")
        with self.assertRaises(AccessError):
            dialog.with_user(other).action_confirm()


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestNeverThere(ManyMembersCase):
    """Staff see when a member was last at a door, and who never was."""

    def setUp(self):
        super().setUp()
        (self.customer | self.bert).category_id = self.members
        self.clea.category_id = self.club  # opens nothing
        self.synchronise()
        access = self.standing().filtered(lambda one: one.partner_id == self.customer)
        visit = {"id": access._get_working_credential().remote_id}
        self.exivo.report("entrance", 5, visit=visit)
        self.exivo.report("entrance", 7, visit=visit)
        self.read_events(timedelta(minutes=30))

    def never_there(self, user=None):
        """The members whom the filter of the list of members finds."""
        action = self.members.with_user(user or self.manager)
        view_id = action.action_open_exivo_members()["search_view_id"][0]
        partners = self.env["res.partner"].with_user(user or self.manager)
        form = partners.get_view(view_id, "search")["arch"]
        self.assertIn('name="never_there"', form)
        view = self.env["ir.ui.view"].browse(view_id)
        (found,) = view._get_combined_arch().xpath("//filter[@name='never_there']")
        domain = literal_eval(found.get("domain"))
        return partners.search(domain)

    def test_list_of_members_says_when_they_were_last_seen(self):
        partner = self.customer.with_user(self.manager)
        self.assertEqual(partner.exivo_last_seen, NOW + timedelta(minutes=7))
        self.assertFalse(self.bert.with_user(self.manager).exivo_last_seen)
        action = self.members.with_user(self.manager).action_open_exivo_members()
        arch = partner.get_view(action["views"][0][0], "list")["arch"]
        self.assertIn('name="exivo_last_seen"', arch)

    def test_it_finds_who_may_come_in_and_never_did(self):
        self.assertEqual(self.never_there(), self.bert)

    def test_who_may_come_in_from_tomorrow_on_is_not_missed_today(self):
        access = self.standing().filtered(lambda one: one.partner_id == self.bert)
        access.start = NOW + timedelta(days=1)
        self.assertFalse(self.never_there())

    def test_who_came_long_ago_was_there_although_events_are_deleted(self):
        later = timedelta(days=self.site.event_days + 1)
        with freeze_time(NOW + later):
            self.run_action("ir_cron_clear")
        self.assertFalse(self.env["exivo.door.event"].search([]))
        self.assertEqual(self.never_there(), self.bert)

    def test_who_was_only_refused_was_never_there(self):
        access = self.standing().filtered(lambda one: one.partner_id == self.bert)
        visit = {"id": access._get_working_credential().remote_id}
        self.exivo.report("entrance", 31, "accessDenied", visit=visit)
        self.read_events(timedelta(minutes=60))
        event = self.env["exivo.door.event"].search([("partner_id", "=", self.bert.id)])
        self.assertEqual(event.kind, "denied")
        self.assertEqual(self.never_there(), self.bert)

    def test_where_doors_are_not_heard_nobody_is_said_to_have_stayed_away(self):
        self.site.reads_events = False
        self.assertFalse(self.never_there())

    def test_it_takes_as_many_queries_for_all_members_as_for_one(self):
        partners = self.env["res.partner"].with_user(self.manager)
        partners = partners.browse(self.members.partner_ids.ids)
        partners.mapped("exivo_last_seen")
        counts = []
        for some in (partners.browse(partners[0].id), partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("exivo_last_seen")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_who_is_no_staff_of_the_house_is_not_told(self):
        clerk = self._create_user("exivo_clerk", "base.group_user")
        for name in ("exivo_last_seen", "exivo_event_count", "exivo_access_ids"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.customer.with_user(clerk).read([name])


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestManyAtOnce(ManyMembersCase):
    """Whoever changes many contacts waits for few members only."""

    def setUp(self):
        super().setUp()
        self.create_rule(self.club, self.aare)
        self.customer.category_id = self.members
        (self.bert | self.clea).category_id = self.club
        self.plan()
        at_once = "odoo.addons.exivo_access.models.plan.community_planner_marks.AT_ONCE"
        self.startPatcher(patch(at_once, 2))

    def planned(self, change):
        """The contacts that are planned before the commit of a change."""
        planners = type(self.env["exivo.community.planner"])
        with patch.object(planners, "_plan", autospec=True) as planned:
            change()
            self.plan()
        return {one for call in planned.mock_calls for one in call.args[1]}

    def marked(self):
        domain = [("exivo_to_plan", "=", True)]
        return self.env["res.partner.category"].search(domain)

    def test_contacts_of_no_community_have_nobody_planned(self):
        others = self.env["res.partner"].create([{"name": f"{n}"} for n in range(5)])
        self.plan()
        self.assertFalse(self.planned(lambda: others.write({"phone": "1"})))
        self.assertFalse(self.marked())
        some = others | self.customer
        self.assertEqual(
            self.planned(lambda: some.write({"phone": "2"})), {self.customer.id}
        )

    def test_small_communities_are_not_many_together(self):
        everybody = self.customer | self.bert | self.clea
        planned = self.planned(lambda: everybody.write({"phone": "1"}))
        self.assertLessEqual(len(planned), 2)
        missing = everybody.filtered(lambda one: one.id not in planned)
        self.assertLessEqual(missing.category_id, self.marked())

    def test_who_gives_many_contacts_a_tag_waits_for_one_look_at_its_rules(self):
        others = self.env["res.partner"].create([{"name": f"{n}"} for n in range(9)])
        groups = "base.group_user,base.group_partner_manager"
        others = others.with_user(self._create_user("exivo_keeper", groups))
        looked = patch.object(
            res_partner, "check_communities", wraps=res_partner.check_communities
        )
        with looked as looked:
            others.write({"category_id": [(4, self.members.id)]})
        self.assertEqual(looked.call_count, 1)
