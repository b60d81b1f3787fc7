# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Members of a community get a link that is renewed, as long as they are members."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from odoo.addons.base.models import ir_cron

from ... import api as exivo
from ...models.plan import community_planner_marks
from ..common import NOW, link_of, pin_of
from ..member_common import MemberCase

#: The end of a link that is made at NOW: midnight in Zurich after 30 days.
FIRST_END = datetime(2027, 3, 31, 22, 0)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCommunities(MemberCase):
    def join(self, partner=None, category=None):
        partner = partner or self.customer
        partner.category_id |= category or self.members
        self.synchronise()
        return self.standing(partner)

    def standing(self, partner=None):
        """Standing accesses that are wanted."""
        return self.env["exivo.access"].search(
            [
                ("partner_id", "in", (partner or self.customer).ids),
                ("is_of_community", "=", True),
                ("is_wanted", "=", True),
            ]
        )

    def run_cron(self, name):
        self.run_action(name)
        self.synchronise()

    def visit_of(self, access):
        return self.exivo.visits[access._get_working_credential().remote_id]

    # === JOINING AND LEAVING === #

    def test_who_joins_gets_a_visit_that_lasts_for_a_while(self):
        access = self.join()
        self.assertEqual(access.state, "created")
        self.assertEqual(access.category_ids, self.members)
        self.assertEqual(access.reference, f"C{self.members.id:05d}")
        self.assertEqual((access.start, access.stop), (NOW, FIRST_END))
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].component_ids, ("entrance",))
        self.assertEqual(visit["request"].valid_to.replace(tzinfo=None), FIRST_END)

    def test_who_leaves_loses_the_visit(self):
        access = self.join()
        self.customer.category_id = False
        self.synchronise()
        self.assertEqual((access.state, access.stop), ("removed", NOW))
        self.assertFalse(self.exivo.live_visits())

    def test_every_way_into_and_out_of_a_community(self):
        ways = {
            "tag": lambda: self.members.write({"partner_ids": [(4, self.customer.id)]}),
            "contact": lambda: self.customer.write(
                {"category_id": [(4, self.members.id)]}
            ),
        }
        back = {
            "tag": lambda: self.members.write({"partner_ids": [(3, self.customer.id)]}),
            "archived contact": lambda: self.customer.write({"active": False}),
            "archived tag": lambda: self.members.write({"active": False}),
            "archived rule": lambda: self.member_rule.write({"active": False}),
        }
        again = {
            "archived contact": lambda: self.customer.write({"active": True}),
            "archived tag": lambda: self.members.write({"active": True}),
            "archived rule": lambda: self.member_rule.write({"active": True}),
        }
        for way, join in ways.items():
            for way_back, leave in back.items():
                with self.subTest(way=way, way_back=way_back):
                    join()
                    self.synchronise()
                    self.assertEqual(len(self.exivo.live_visits()), 1)
                    leave()
                    self.synchronise()
                    self.assertFalse(self.exivo.live_visits())
                    if way_back in again:
                        again[way_back]()
                        self.synchronise()
                        self.assertEqual(len(self.exivo.live_visits()), 1)
                        self.customer.category_id = False
                        self.synchronise()

    def test_contacts_are_created_and_imported_with_the_tag(self):
        new = self.env["res.partner"].create(
            {"name": "New", "category_id": [(6, 0, self.members.ids)]}
        )
        result = self.env["res.partner"].load(
            ["name", "category_id/.id"], [["Imported", str(self.members.id)]]
        )
        imported = self.env["res.partner"].browse(result["ids"])
        self.synchronise()
        for partner in new, imported:
            self.assertEqual(self.standing(partner).state, "created")

    def test_deleted_contact_leaves_no_visit_behind(self):
        access = self.join()
        self.customer.unlink()
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_merged_contacts_have_one_access(self):
        twin = self.customer.copy({"name": "Anna Muster-Meier"})
        stranger = self.customer.copy({"category_id": False})
        self.join(self.customer | twin)
        self.assertEqual(len(self.exivo.live_visits()), 2)
        merge = self.env["base.partner.merge.automatic.wizard"]
        self.env["mail.mail"].search([]).unlink()
        merge._merge((self.customer | twin).ids, self.customer)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertEqual(self.standing().state, "created")
        mail = self.mails_to(self.customer)
        self.assertIn(pin_of(self.standing()), mail.body_html)
        merge._merge((self.customer | stranger).ids, stranger)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertEqual(self.standing(stranger).state, "created")

    def test_members_of_child_tags_count_if_the_rule_says_so(self):
        child = self.env["res.partner.category"].create(
            {"name": "Juniors", "parent_id": self.members.id}
        )
        self.assertFalse(self.join(category=child))
        self.member_rule.with_children = True
        self.synchronise()
        self.assertEqual(self.standing().state, "created")
        child.parent_id = self.club
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        child.parent_id = self.members
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        child.unlink()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_what_bypasses_every_hook_is_found_within_the_hour(self):
        self.env.cr.execute(
            "INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)"
            " VALUES (%s, %s)",
            (self.customer.id, self.members.id),
        )
        self.env.invalidate_all()
        self.synchronise()
        self.assertFalse(self.standing())
        self.run_cron("ir_cron_plan_all")
        self.assertEqual(self.standing().state, "created")
        self.env.cr.execute("DELETE FROM res_partner_res_partner_category_rel")
        self.env.invalidate_all()
        self.run_cron("ir_cron_plan_all")
        self.assertFalse(self.exivo.live_visits())

    # === RULES === #

    def test_each_community_has_its_own_access(self):
        self.create_rule(self.club, self.aare)
        accesses = self.join(category=self.members | self.club)
        self.assertEqual(len(accesses), 2)
        self.customer.category_id -= self.members
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].component_ids, ("aare",))

    def test_rules_of_a_community_add_up(self):
        self.create_rule(self.members, self.aare)
        self.join()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(set(visit["request"].component_ids), {"entrance", "aare"})

    def test_rule_that_ends_keeps_its_visit_short_and_the_others_going(self):
        self.create_rule(self.members, self.aare, stop_date=date(2027, 3, 10))
        first, second = self.join().sorted("stop")
        self.assertEqual(first.lock_ids, self.aare)
        self.assertEqual(first.stop, datetime(2027, 3, 10, 23, 0))
        self.assertEqual(second.stop, FIRST_END)
        with freeze_time("2027-03-12 09:00:00"):
            self.run_cron("ir_cron_plan_all")
            self.assertEqual((first.state, second.state), ("expired", "created"))

    def test_last_day_of_the_calendar_is_no_end(self):
        for day in (date(9999, 12, 31), date(2999, 12, 31)):
            self.member_rule.stop_date = day
            self.assertEqual(self.join().stop, FIRST_END)

    def test_what_has_ended_and_is_nobodys_any_more_is_not_looked_at_each_hour(self):
        self.member_rule.stop_date = date(2027, 3, 10)
        access = self.join()
        with freeze_time("2027-03-12 09:00:00"):
            self.run_cron("ir_cron_plan_all")
            self.assertEqual(access.state, "expired")
            access._forget_holders()
            model = type(access)
            with patch.object(model, "_withdraw_and_wake", autospec=True) as withdrawn:
                self.run_cron("ir_cron_plan_all")
            self.assertFalse(
                [one for call in withdrawn.mock_calls for one in call.args[0]]
            )

    def test_rule_that_ends_adds_nothing_to_what_another_gives_for_longer(self):
        for locks in self.entrance, self.entrance | self.aare:
            self.create_rule(self.members, locks, stop_date=date(2027, 3, 10))
        first, second = self.join().sorted("stop")
        self.assertEqual((first.lock_ids, second.lock_ids), (self.aare, self.entrance))
        stops = first.stop, second.stop
        self.assertEqual(stops, (datetime(2027, 3, 10, 23, 0), FIRST_END))
        mails = self.mails_to(self.customer)
        self.exivo.calls.clear()
        for day in NOW, NOW + timedelta(days=7):
            with freeze_time(day):
                for _hour in range(3):
                    self.run_cron("ir_cron_plan_all")
        self.assertEqual((first.stop, second.stop), stops)
        self.assertFalse(self.exivo.calls)
        self.assertEqual(self.mails_to(self.customer), mails)

    def test_of_two_accesses_to_the_same_locks_the_longer_one_stays(self):
        access = self.join()
        access.copy({"stop": NOW + timedelta(days=9), "category_ids": self.members.ids})
        self.run_cron("ir_cron_plan_all")
        self.assertEqual(self.standing(), access)
        self.assertEqual(access.stop, FIRST_END)

    def test_changed_locks_reach_the_members(self):
        access = self.join()
        old = self.visit_of(access)
        self.member_rule.lock_ids = self.entrance | self.aare
        self.synchronise()
        self.assertTrue(old["revoked"])
        (visit,) = self.exivo.live_visits()
        self.assertEqual(set(visit["request"].component_ids), {"entrance", "aare"})
        self.member_rule.unlink()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_site_renews_before_the_end(self):
        for days in ((5, 5), (30, 0), (3, 5)):
            with self.subTest(days=days), self.assertRaises(ValidationError):
                self.site.write({"standing_days": days[0], "renew_days": days[1]})

    # === RENEWING === #

    def test_link_is_renewed_ahead_with_the_same_pin_and_no_gap(self):
        access = self.join()
        pin, old = pin_of(access), self.visit_of(access)
        with freeze_time(FIRST_END - timedelta(days=6)):
            self.run_cron("ir_cron_plan_all")
            self.assertEqual(self.exivo.live_visits(), [old])
        with freeze_time(FIRST_END - timedelta(days=4), tick=True) as clock:
            self.exivo.calls.clear()
            self.run_cron("ir_cron_plan_all")
            clock.tick(timedelta(seconds=30))
            self.synchronise()
            (new,) = self.exivo.live_visits()
            self.assertEqual(access.state, "created")
            self.assertEqual(self.exivo.calls, ["create_visit", "revoke_visit"])
        self.assertEqual((new["request"].code, pin_of(access)), (pin, pin))
        self.assertEqual(
            new["request"].valid_to.replace(tzinfo=None), datetime(2027, 4, 26, 22)
        )
        first, renewal = self.mails_to(self.customer)
        self.assertIn("New link: your access, Members", renewal.subject)
        self.assertIn(new["link"], renewal.body_html)
        self.assertIn("Your PIN stays the same", renewal.body_html)

    def warnings(self):
        """Return what staff are told of accesses that are not there, or not soon."""
        for name in ("watch", "look_ahead"):
            self.run_action(f"ir_cron_{name}")
        kinds = [
            self.env.ref(f"exivo_access.mail_activity_type_accesses_{kind}").id
            for kind in ("imminent", "missing")
        ]
        return self.env["mail.activity"].search([("activity_type_id", "in", kinds)])

    def test_old_link_works_on_while_exivo_is_out(self):
        old = self.visit_of(self.join())
        with freeze_time(FIRST_END - timedelta(days=4)):
            for _try in range(3):
                self.exivo.fail(exivo.Unreachable("No answer"))
            self.run_cron("ir_cron_plan_all")
            self.assertFalse(old["revoked"])
            self.assertFalse(self.warnings())
        with freeze_time(FIRST_END - timedelta(minutes=20)):
            self.assertTrue(self.warnings())

    def test_link_ends_by_the_companys_zone_where_that_of_the_site_is_unknown(self):
        self.site.remote_tz = "Europe/Nowhere"
        for zone, hour in ("America/New_York", 4), (False, 0):
            self.site.company_id.partner_id.tz = zone
            self.assertEqual(self.join(self.customer.copy()).stop.hour, hour)

    def test_pin_of_a_member_is_nobody_elses_after_the_end_of_the_link_either(self):
        access = self.join()
        other = self.env["res.partner"].create({"name": "Beat"})
        later = self.accesses(self.book(hours=24 * 60, partners=other))
        self.synchronise()
        self.assertGreater(later.start, access.stop)
        for holder, taken in ((other, pin_of(access)), (self.customer, pin_of(later))):
            with self.assertRaisesRegex(ValidationError, "Somebody else has this PIN"):
                self.env["exivo.fixed.pin"].create(
                    {"partner_id": holder.id, "pin": taken}
                )

    # === MAILS === #

    def test_mail_names_the_community_and_no_booking(self):
        access = self.join()
        mail = self.mails_to(self.customer)
        self.assertEqual(mail.subject, "Your access, Members")
        for part in (
            pin_of(access),
            link_of(access),
            "Entrance",
            "April 1, 2027",
            "Zurich",
        ):
            self.assertIn(part, mail.body_html.replace("Apr 1", "April 1"))
        self.assertFalse(mail.attachment_ids)
        self.customer.category_id = False
        self.synchronise()
        removal = self.mails_to(self.customer) - mail
        self.assertEqual(removal.subject, "Your access has been removed, Members")

    def test_new_address_gets_the_link_too(self):
        access = self.join()
        self.customer.email = "anna@new.example.com"
        self.synchronise()
        mails = self.mails_to(self.customer)
        self.assertEqual(len(mails), 2)
        self.assertIn(link_of(access), mails[-1].body_html)
        self.customer.email = "anna@new.example.com"
        self.customer.name = "Anna Meier"
        self.synchronise()
        self.assertEqual(self.mails_to(self.customer), mails)
        self.assertEqual(len(self.exivo.visits), 1)

    def test_nobody_is_told_that_a_standing_access_takes_long(self):
        self.site.state = "draft"
        self.join()
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
        self.assertFalse(self.mails_to(self.customer))

    # === BESIDE BOOKINGS === #

    def test_membership_and_booking_never_disturb_each_other(self):
        self.member_rule.lock_ids = self.entrance | self.aare
        booking = self.book(hours=0)
        standing = self.join()
        booked = self.accesses(booking)
        visits = self.visit_of(booked), self.visit_of(standing)
        self.assertNotEqual(pin_of(booked), pin_of(standing))
        self.assertEqual(self.exivo.live_visits(), list(visits))
        self.run_cron("ir_cron_plan_all")
        self.assertEqual(self.exivo.live_visits(), list(visits))
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.exivo.live_visits(), [visits[1]])
        other = self.book(hours=30)
        self.customer.category_id = False
        self.synchronise()
        self.assertEqual(
            self.exivo.live_visits(), [self.visit_of(self.accesses(other))]
        )

    def test_access_that_staff_took_away_stays_away_when_it_would_be_renewed(self):
        access = self.join()
        access.action_remove()
        self.synchronise()
        with freeze_time(FIRST_END - timedelta(days=4)):
            self.run_cron("ir_cron_plan_all")
            self.assertFalse(self.exivo.live_visits())
            access.action_give_back()
            self.synchronise()
            self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_explain_speaks_of_the_community_and_not_of_a_booking(self):
        access = self.join()
        (verdict, _title, text), *_rest = self.explain(access)
        self.assertEqual(verdict, "fine")
        self.assertIn("Anna Muster is a member of Members", text)
        self.customer.category_id = False
        self.synchronise()
        (verdict, _title, text), *_rest = self.explain(access)
        self.assertEqual(verdict, "problem")
        self.assertIn("no longer belongs", text)

    # === ON THE FORM === #

    def test_form_counts_members_accesses_and_what_is_left(self):
        self.site.state = "draft"
        self.join(self.customer | self.customer.copy())
        self.members.invalidate_recordset()
        counts = self.members.exivo_member_count, self.members.exivo_access_count
        self.assertEqual(counts, (2, 2))
        self.assertEqual((self.members.exivo_left, self.members.exivo_progress), (2, 0))
        self.site.action_verify()
        self.synchronise()
        self.members.invalidate_recordset()
        self.assertEqual(
            (self.members.exivo_left, self.members.exivo_progress), (0, 100)
        )
        with Form(self.members, view="base.view_partner_category_form") as form:
            self.assertEqual(form.exivo_member_count, 2)

    def test_list_of_members_pretends_nobody_and_says_how_to_get_some(self):
        desk = self._create_user("exivo_desk", "exivo_access.group_user")
        action = self.members.with_user(desk).action_open_exivo_members()
        contacts = self.env[action["res_model"]].with_user(desk)
        self.assertFalse(contacts.search(action["domain"]))
        for view_id, view_type in action["views"]:
            arch = contacts.get_view(view_id, view_type)["arch"]
            self.assertNotIn('sample="1"', arch)
        self.assertIn("No members yet", action["help"])
        self.assertIn("“Members”", action["help"])
        self.assertIn("o_view_nocontent_smiling_face", action["help"])

    # === MANY === #

    def test_many_members_take_as_many_queries_as_few(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Member {number}"} for number in range(330)]
        )
        self.count_queries(partners[:30])  # fills the caches
        few = self.count_queries(partners[:30])
        many = self.count_queries(partners[30:])
        for step, count in many.items():
            with self.subTest(step=step):
                self.assertLessEqual(count, few[step] + 12)

    def count_queries(self, partners):
        """Queries of planning some members at once who join, change and leave."""
        planner = self.env["exivo.community.planner"].sudo()
        steps = {
            "join": lambda: partners.write({"category_id": [(4, self.members.id)]}),
            "change": lambda: self.member_rule.write(
                {"lock_ids": [(6, 0, (self.entrance | self.aare).ids)]}
            ),
            "leave": lambda: partners.write({"category_id": [(5,)]}),
        }
        counts = {}
        for step, change in steps.items():
            change()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            planner._plan(partners.ids)
            self.env.flush_all()
            counts[step] = self.env.cr.sql_log_count - before
        self.member_rule.lock_ids = self.entrance
        self.plan()
        return counts

    def test_rule_of_many_is_planned_in_the_background_and_goes_on_where_it_stopped(
        self,
    ):
        self.site.state = "draft"
        partners = self.env["res.partner"].create(
            [
                {"name": f"Member {number}", "category_id": [(4, self.members.id)]}
                for number in range(130)
            ]
        )
        self.plan()
        self.assertFalse(self.standing(partners), "too many for the transaction")
        self.assertEqual(self.members.exivo_left, 130)
        with (
            patch.object(community_planner_marks, "BATCH_SIZE", 50),
            patch.multiple(ir_cron, MIN_TIME_PER_JOB=0, MIN_RUNS_PER_JOB=1),
        ):
            for planned in (50, 100, 130):
                self.assertTrue(self.members.exivo_to_plan)
                self.run_cron("ir_cron_plan_members")
                self.assertEqual(len(self.standing(partners)), planned)
                self.assertEqual(self.members.exivo_left, 130, "Exivo has none yet")
            self.run_cron("ir_cron_plan_members")
        self.assertFalse(self.members.exivo_to_plan)
