# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Who is at Exivo already is not taken for the member before a manager says so."""

from datetime import timedelta, timezone

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ... import api as exivo
from ..common import NOW, pin_of
from ..group_common import GroupCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroupPersons(GroupCase):
    def test_somebody_of_the_same_name_is_not_touched_before_a_manager_decides(self):
        person = self.there()
        access = self.join()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "person_exists")
        )
        self.assertIn("Exivo has Anna Muster, who may be", access.failure_advice)
        self.assertIn("Who is it?", access.activity_ids.note)
        self.assertEqual(self.exivo.persons, {person.id: person})
        with Form(self.choose(access)) as form:
            (candidate,) = form.record.candidate_ids
            self.assertEqual(candidate.about, "Janitor")
            self.assertFalse(candidate.may_enter)
        self.assertEqual(self.exivo.persons, {person.id: person})

    def choose(self, access, user=None):
        action = access.with_user(user or self.manager).action_choose_person()
        model = self.env[action["res_model"]].with_user(user or self.manager)
        return model.browse(action["res_id"])

    def test_manager_adopts_the_one_who_is_there(self):
        person = self.there()
        access = self.join()
        said = self.choose(access).candidate_ids.action_adopt()["params"]["message"]
        self.assertIn("goes by the contact", said)
        self.settle()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.inside().id, person.id)
        self.assertTrue(self.inside().info.startswith("Janitor "))
        self.assertFalse(access.activity_ids)
        (decided,) = self.customer.exivo_person_ids
        self.assertEqual(
            (decided.decision, decided.decided_by_id, decided.decided_at),
            ("adopted", self.manager, NOW),
        )
        self.assertEqual(access.person_decided_by_id, self.manager)
        self.assertIn("Decided who Anna Muster is", access.message_ids[:1].body)

    def test_manager_says_that_it_is_somebody_else(self):
        person = self.there()
        access = self.join()
        said = self.choose(access).action_make_new()["params"]["message"]
        self.assertIn("A new person is made", said)
        self.settle()
        self.assertEqual(access.state, "created")
        self.assertNotEqual(self.inside().id, person.id)
        self.assertEqual(self.exivo.persons[person.id], person)
        self.assertEqual(self.customer.exivo_person_ids.decision, "new")
        self.leave()
        self.join()
        self.assertEqual(len(self.exivo.persons), 2, "it is not asked again")

    def test_only_managers_decide_and_only_what_is_in_question(self):
        self.there()
        access = self.join()
        staff = self._create_user("exivo_staff", "exivo_access.group_user")
        with self.assertRaises(AccessError):
            self.choose(access, staff)
        choice = self.choose(access)
        with self.assertRaisesRegex(UserError, "no longer in question"):
            access.with_user(self.manager)._decide_person("adopted", "person-99")
        choice.action_make_new()
        with self.assertRaisesRegex(UserError, "no longer in question"):
            choice.candidate_ids.action_adopt()

    def test_one_person_at_exivo_is_one_contact(self):
        self.there()
        twin = self.customer.copy({"email": "twin@example.com", "name": "Anna Muster"})
        access, other = self.join(), self.join(partner=twin)
        choice = self.choose(other)
        self.choose(access).candidate_ids.action_adopt()
        with self.assertRaisesRegex(UserError, "is Anna Muster already"):
            choice.candidate_ids.action_adopt()

    def test_details_that_exivo_refuses_are_corrected_on_the_contact(self):
        self.customer.phone = "+41 79 123 45 67"
        self.exivo.fail(exivo.Rejected("No such number", 400), "create_person")
        access = self.join()
        self.assertEqual((access.state, access.failure_type), ("failed", "rejected"))
        self.assertIn("phone number", access.failure_advice)
        self.customer.phone = "+41 79 123 45 68"
        self.settle()
        self.assertEqual(access.state, "created")

    # === MERGED CONTACTS === #

    def merge(self, source, destination):
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((source | destination).ids, destination)
        self.settle()

    def twin(self, **vals):
        return self.customer.copy({"name": "Anna Muster-Meier", **vals})

    def test_merged_contact_is_the_person_whom_a_manager_has_adopted(self):
        person = self.there()
        twin = self.twin()
        self.choose(self.join()).candidate_ids.action_adopt()
        self.settle()
        access = self.join(partner=twin)
        pin = pin_of(access)
        self.merge(self.customer, twin)
        self.assertEqual(self.inside().id, person.id)
        self.assertEqual(len(self.live_credentials()), 1)
        self.assertEqual((access.state, pin_of(access)), ("created", pin))
        self.assertEqual(self.exivo.pins[person.id], pin)
        self.assertEqual(twin.exivo_person_ids.decided_by_id, self.manager)

    def test_merged_contact_of_whom_it_was_in_question_is_the_one_adopted(self):
        person = self.there()
        twin = self.twin(name="Anna Muster")
        first, access = self.join(), self.join(partner=twin)
        self.choose(first).candidate_ids.action_adopt()
        self.settle()
        self.merge(self.customer, twin)
        self.assertEqual(access.state, "created")
        self.assertEqual(self.inside().id, person.id)

    def test_merged_contact_stays_who_it_was_at_a_site_of_the_other_one_only(self):
        site = self._connect_once_more()
        guests = self.members.create({"name": "Guests"})
        self.create_rule(guests, site.lock_ids[:1])
        twin = self.twin()
        self.join(self.members, guests)
        self.join(partner=twin)
        self.assertEqual(len(self.exivo.persons), 3)
        self.merge(self.customer, twin)
        twin.phone = "+41 79 123 45 67"
        self.settle()
        self.assertEqual(len(self.exivo.persons), 3)
        self.assertEqual(len(self.exivo.persons_inside()), 2)

    def test_site_that_went_to_another_company_shares_nobody_with_the_one_before(self):
        first = self.join()
        company = self.site.company_id
        self.site.company_id = company.create({"name": "Buyers of the house"})
        again = self._connect_once_more()
        again.company_id = company
        guests = self.members.create({"name": "Guests"})
        self.create_rule(guests, again.lock_ids[:1])
        second = self.join(guests)
        self.assertEqual((first | second).mapped("state"), ["created", "created"])
        self.assertEqual(len(self.exivo.persons_inside()), 2)

    def test_merged_contact_is_not_told_that_the_access_was_removed(self):
        twin = self.twin()
        self.join()
        self.join(partner=twin)
        self.merge(self.customer, twin)
        self.assertEqual(len(self.exivo.persons_inside()), 1)
        subjects = self.mails_to(twin).mapped("subject")
        self.assertFalse([one for one in subjects if "removed" in one])

    def test_order_of_a_merged_contact_says_no_more_who_the_other_one_is(self):
        twin = self.twin()
        self.join(partner=twin)
        person = self.inside()
        self.exivo.fail(exivo.ServerError("Trouble", 500), "create_person", after=True)
        self.join()
        self.merge(self.customer, twin)
        twin.phone = "+41 79 123 45 67"
        self.settle()
        self.assertEqual(self.standing(twin).mapped("state"), ["created", "removed"])
        self.assertEqual(self.inside().id, person.id)
        self.assertEqual(self.exivo.requests[person.id].phone, "+41791234567")

    # === REVOKED AT EXIVO === #

    def test_person_revoked_at_exivo_is_not_let_in_again(self):
        access = self.join()
        self.exivo._change(self.inside().id, revoked=True)
        self.new_code(access, "Passed on")
        self.settle()
        self.assertEqual(access.failure_type, "person_shut_out")
        self.assertIn("Unrevoke the person", access.failure_advice)

    def test_person_who_is_there_with_an_entry_date_to_come_is_not_called_in(self):
        person = self.there()
        access = self.join()
        self.exivo._change(person.id, entry_at=self.day(7))
        self.choose(access).candidate_ids.action_adopt()
        self.settle()
        self.assertEqual(access.failure_type, "person_shut_out")
        self.assertIn("change the date", access.failure_advice)
        self.assertFalse(self.exivo.persons_inside())
        self.assertFalse(self.mails_to(self.customer))
        self.exivo._change(person.id, entry_at=self.day(-1))
        access.action_retry()
        self.settle()
        self.assertEqual(access.state, "created")

    def test_person_comes_in_by_itself_once_the_entry_date_has_come(self):
        person = self.there()
        access = self.join()
        self.exivo._change(person.id, entry_at=self.day(7))
        self.choose(access).candidate_ids.action_adopt()
        self.settle()
        for days, state in ((6, "failed"), (7.1, "created")):
            with freeze_time(NOW + timedelta(days=days)):
                self.exivo.calls.clear()
                self.run_action("ir_cron_watch")
                self.synchronise()
                self.assertEqual(access.state, state, days)
                self.assertEqual("get_person" in self.exivo.calls, state == "created")

    def test_person_who_was_revoked_by_hand_is_not_tried_again_by_itself(self):
        access = self.join()
        self.exivo._change(self.inside().id, revoked=True, entry_at=self.day(1))
        self.new_code(access, "Passed on")
        self.settle()
        self.assertEqual(access.failure_type, "person_shut_out")
        with freeze_time(NOW + timedelta(days=2)):
            self.exivo.calls.clear()
            for action in ("watch", "look_ahead", "synchronise"):
                self.run_action(f"ir_cron_{action}")
        self.assertNotIn("get_person", self.exivo.calls)

    def test_entry_date_set_later_is_found_and_the_person_can_still_be_taken_out(self):
        access = self.join()
        self.exivo._change(self.inside().id, entry_at=self.day(7))
        self.compare()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "person_shut_out")
        )
        self.leave()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons_inside())

    def day(self, days):
        """A moment at Exivo, some days from now."""
        return (NOW + timedelta(days=days)).replace(tzinfo=timezone.utc)
