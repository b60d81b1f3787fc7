# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who joins is let in, who leaves is not, and what changes follows."""

from datetime import timedelta
from functools import partial
from itertools import chain, repeat
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ...models.sync.run import Run
from ...tools import calls, connection
from ..common import NOW, pin_of
from ..group_common import MONDAYS, GroupCase
from ..sync.test_retries import KnownBy


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroups(GroupCase):
    def test_who_joins_is_a_person_in_a_group_with_name_and_pin(self):
        self.customer.write({"phone": "079 123 45 67", "country_id": self.swiss().id})
        access = self.join()
        person = self.inside()
        self.assertEqual(access.state, "created")
        self.assertEqual((person.first_name, person.last_name), ("Anna", "Muster"))
        self.assertEqual(person.email, "anna@example.com")
        request = self.exivo.requests[person.id]
        self.assertEqual((request.phone, request.language), ("+41791234567", "en"))
        self.assertEqual(self.exivo.pins[person.id], pin_of(access))
        self.assertEqual(self.exivo.get_doors(person), {"entrance"})

    def test_who_belongs_to_two_communities_has_the_union_and_leaving_keeps_the_other(
        self,
    ):
        access = self.join(self.members, self.club)
        self.assertEqual(access.category_ids, self.members | self.club)
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        pin = pin_of(access)
        self.leave(self.members)
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"aare"})
        self.assertEqual(self.exivo.pins[self.inside().id], pin)
        self.assertEqual(len(self.exivo.groups), 1, "the group before is cleared away")
        self.leave(self.club)
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons_inside())
        self.assertFalse(self.exivo.pins)
        self.assertFalse(self.exivo.groups)

    def test_who_comes_back_is_the_same_person(self):
        self.join()
        first = self.inside()
        self.leave()
        self.join()
        self.assertEqual(self.inside().id, first.id)
        self.assertEqual(len(self.exivo.persons), 1)

    def test_who_comes_back_before_it_is_known_who_was_made_is_the_same_person(self):
        self.exivo.fail(exivo.ServerError("Trouble", 500), "create_person", after=True)
        self.exivo.persons_are_late = True
        self.join()
        self.customer.category_id -= self.members
        self.synchronise()
        self.join()
        self.exivo.persons_are_late = False
        for seconds in (30, 60, 90):
            with freeze_time(NOW + timedelta(seconds=seconds)):
                self.synchronise()
        self.assertEqual(len(self.exivo.persons), 1)
        self.assertEqual(self.standing().mapped("state"), ["created", "removed"])
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})

    def test_who_leaves_while_it_is_unknown_whether_they_are_in_is_taken_out(self):
        self.exivo.fail(exivo.RateLimited("Too many"), "get_person")
        access = self.join()
        self.assertTrue(self.exivo.persons_inside(), "all was done before that")
        self.customer.category_id -= self.members
        self.synchronise()
        self.assertEqual(access.state, "in_progress")
        self.let_time_pass()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons_inside())

    def test_who_leaves_after_the_key_that_let_them_in_was_exchanged_is_taken_out(self):
        self.customer.category_id = self.members
        self.plan()
        refusal = exivo.Unauthorized("No", 401)
        with patch.object(connection, "new_client", partial(KnownBy, self.exivo)):
            with self.enter_registry_test_mode(), self.registry.cursor() as cr:
                (call,), _claimed = Run(self.env(cr=cr)).claim_batch()
            for asked in ("get_person", "get_site_info"):
                self.exivo.fail(refusal, asked)
            with self.assertRaises(exivo.Unauthorized) as refused:
                calls.make(call)
            self.assertTrue(self.exivo.persons_inside(), "all was done before that")
            self.site.api_secret = "44444444-4444-4444-8444-444444444444"
            Run(self.env)._write_down(call, refused.exception)
            self.customer.category_id -= self.members
            self.synchronise()
            self.assertEqual(self.standing().state, "in_progress")
            self.site.action_verify()
            self.let_time_pass()
        self.assertEqual(self.standing().state, "removed")
        self.assertFalse(self.exivo.persons_inside())

    def test_removal_while_the_outcome_of_a_new_code_is_unknown_takes_out(self):
        access = self.join()
        self.new_code(access, "Passed on")
        # the old code may be taken away beside
        answers = chain([self.inside()], repeat(exivo.RateLimited("Too many")))
        with patch.object(self.exivo, "get_person", side_effect=answers):
            self.synchronise()
        access.action_remove()
        self.let_time_pass()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons_inside())

    def let_time_pass(self):
        """Everything that is due within an hour is done."""
        for minutes in range(1, 60, 10):
            with freeze_time(NOW + timedelta(minutes=minutes)):
                self.synchronise()

    def test_weekly_hours_become_a_time_profile(self):
        self.member_rule.hour_ids = MONDAYS
        self.join()
        ((hours,),) = self.exivo.get_hours(self.inside())
        self.assertEqual((hours.start, hours.end, hours.days), (540, 720, ("1",)))
        self.member_rule.hour_ids.hour_to = 11
        self.settle()
        ((hours,),) = self.exivo.get_hours(self.inside())
        self.assertEqual((hours.start, hours.end, hours.days), (540, 660, ("1",)))
        self.member_rule.hour_ids = False
        self.settle()
        self.assertFalse(self.exivo.get_hours(self.inside()))
        self.assertFalse(self.exivo.profiles)

    def test_new_name_email_phone_and_language_follow(self):
        self.customer.country_id = self.swiss()
        self.join()
        self.mails_to(self.customer).unlink()
        for changes, told in (
            ({"name": "Anna Beispiel"}, {"last_name": "Beispiel"}),
            ({"email": "anna@new.example.com"}, {"email": "anna@new.example.com"}),
            ({"phone": "079 123 45 67"}, {"phone": "+41791234567"}),
            ({"phone": False}, {"phone": ""}),
            ({"lang": "en_US"}, {"language": "en"}),
        ):
            with self.subTest(changes=changes):
                self.customer.write(changes)
                self.settle()
                person = self.inside()
                request = self.exivo.requests[person.id]
                for name, value in told.items():
                    self.assertEqual(getattr(request, name), value)
                self.assertEqual(len(self.live_credentials()), 1)
        self.assertEqual(len(self.exivo.persons), 1)

    def test_a_name_of_one_word_and_no_name(self):
        facts = self.env["exivo.person"]._get_facts
        reference = f"M{self.customer.id:05d}"
        self.customer.name = "Acme"
        told = facts(self.site, self.customer)
        self.assertEqual((told["first_name"], told["last_name"]), ("Acme", reference))
        self.customer.name = "Anna  Maria Muster"
        told = facts(self.site, self.customer)
        self.assertEqual(
            (told["first_name"], told["last_name"]), ("Anna Maria", "Muster")
        )

    def test_site_can_keep_names_to_itself(self):
        self.join()
        self.site.names_at_exivo = False
        self.settle()
        person = self.inside()
        self.assertEqual(
            (person.first_name, person.last_name, person.email),
            ("Member", f"M{self.customer.id:05d}", ""),
        )
        self.assertEqual(len(self.exivo.persons), 1)

    def test_contacts_of_two_databases_are_two_persons(self):
        def member(partner):
            return self.env["exivo.person"]._new_member(self.site, partner)

        one = member(self.customer)
        self.assertEqual(one, member(self.customer))
        self.assertNotEqual(one, member(self.customer.copy()))
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.assertNotEqual(one, member(self.customer))

    def test_merged_contacts_are_one_person_inside(self):
        twin = self.customer.copy({"name": "Anna Muster-Meier", "email": False})
        self.join()
        self.join(partner=twin)
        self.assertEqual(len(self.exivo.persons_inside()), 2)
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer | twin).ids, self.customer)
        self.settle()
        self.assertEqual(len(self.exivo.persons_inside()), 1)
        self.assertEqual(len(self.live_credentials()), 1)
        self.leave()
        self.assertFalse(self.exivo.persons_inside())

    def test_deleted_contact_leaves_nobody_inside(self):
        self.join()
        self.customer.unlink()
        self.settle()
        self.assertFalse(self.exivo.persons_inside())

    def test_membership_and_booking_never_disturb_each_other(self):
        access = self.join()
        booking = self.book(hours=0)
        self.synchronise()
        booked = self.accesses(booking)
        self.assertNotEqual(pin_of(booked), pin_of(access))
        self.assertEqual(len(self.exivo.live_visits()), 1)
        before = self.inside()
        booking.action_cancel()
        self.settle()
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(self.inside(), before)
        self.book(hours=30)
        self.leave()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertFalse(self.exivo.persons_inside())

    def test_new_code_is_the_persons_new_pin(self):
        access = self.join()
        old = pin_of(access)
        self.new_code(access, "Passed on")
        self.settle()
        self.assertNotEqual(pin_of(access), old)
        self.assertEqual(self.exivo.pins[self.inside().id], pin_of(access))
        self.assertEqual(access.state, "created")

    def test_who_a_contact_is_at_exivo_is_forgotten_with_its_last_access(self):
        self.join()
        self.leave()
        self.assertTrue(self.customer.exivo_person_ids)
        orphan = self.env["exivo.person"].create(
            {"site_id": self.site.id, "member": "of a deleted contact"}
        )
        with freeze_time(NOW + timedelta(days=self.site.holder_days + 2)):
            self.plan()
            self.run_action("ir_cron_clear")
        self.assertFalse(self.customer.exivo_person_ids)
        self.assertFalse(orphan.exists())

    def test_many_members_take_as_many_queries_as_few(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Member {number}", "email": f"member{number}@example.com"}
                for number in range(330)
            ]
        )
        self.count_queries(partners[:30])  # fills the caches
        few = self.count_queries(partners[:30])
        self.assertLessEqual(self.count_queries(partners[30:]), few + 12)

    def count_queries(self, partners):
        """Queries of planning some members who join."""
        self.env.cr.execute(
            "INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)"
            " SELECT unnest(%s), %s",
            (partners.ids, self.members.id),
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["exivo.community.planner"].sudo()._plan(partners.ids)
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        accesses = self.env["exivo.access"].search([("method", "=", "group")])
        self.assertEqual(len(accesses), len(partners))
        partners.category_id = False
        self.plan()
        accesses.unlink()
        return count
