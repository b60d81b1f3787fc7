# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .. import api as exivo
from ..models.exivo_site import ADAPTERS
from .common import NOW, ExivoCase, ExivoPortalCase

MONDAYS = [(0, 0, {"weekday": "0", "hour_from": 9, "hour_to": 12})]


@freeze_time(NOW)
class GroupCase(ExivoCase):
    """Members open the entrance, the club opens Aare: standing, by access groups."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members, cls.club = cls.env["res.partner.category"].create(
            [{"name": "Members"}, {"name": "Club"}]
        )
        cls.member_rule = cls.create_rule(cls.members, cls.entrance)
        cls.club_rule = cls.create_rule(cls.club, cls.aare)
        cls.entrance.has_keypad = True
        cls.manager = cls._create_user("exivo_manager", "exivo_access.group_manager")
        cls.env.cr.flush()

    @classmethod
    def create_rule(cls, category, locks, **vals):
        return cls.env["exivo.access.rule"].create(
            {
                "category_id": category.id,
                "lock_ids": [(6, 0, locks.ids)],
                "method": "group",
                **vals,
            }
        )

    def join(self, *categories, partner=None):
        partner = partner or self.customer
        for category in categories or [self.members]:
            partner.category_id |= category
        self.synchronise()
        return self.standing(partner)

    def leave(self, *categories, partner=None):
        for category in categories or [self.members]:
            (partner or self.customer).category_id -= category
        self.settle()

    def settle(self):
        """Replacements need a moment: the old one goes once the new one works."""
        self.synchronise()
        with freeze_time(NOW + timedelta(seconds=30)):
            self.synchronise()

    def standing(self, partner=None):
        return self.env["exivo.access"].search(
            [
                ("partner_id", "in", (partner or self.customer).ids),
                ("method", "=", "group"),
            ]
        )

    def inside(self):
        """The one person at Exivo who may enter somewhere."""
        (person,) = self.exivo.persons_inside()
        return person

    def live_credentials(self):
        return self.env["exivo.credential"].search([("state", "=", "live")])

    def run_cron(self, name):
        self.plan()
        with self._registry_in_test_mode():
            self.env.ref(f"exivo_access.{name}").method_direct_trigger()
        self.settle()


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroups(GroupCase):
    # === JOINING AND LEAVING === #

    def test_who_joins_is_a_person_in_a_group_with_name_and_pin(self):
        self.customer.write({"phone": "079 123 45 67", "country_id": self.swiss().id})
        access = self.join()
        person = self.inside()
        self.assertEqual(access.state, "created")
        self.assertEqual((person.first_name, person.last_name), ("Anna", "Muster"))
        self.assertEqual(person.email, "anna@example.com")
        request = self.exivo.requests[person.id]
        self.assertEqual((request.phone, request.language), ("+41791234567", "en"))
        self.assertEqual(self.exivo.pins[person.id], access.pin)
        self.assertEqual(self.exivo.get_doors(person), {"entrance"})

    def swiss(self):
        return self.env.ref("base.ch")

    def test_who_belongs_to_two_communities_has_the_union_and_leaving_keeps_the_other(
        self,
    ):
        access = self.join(self.members, self.club)
        self.assertEqual(access.category_ids, self.members | self.club)
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        pin = access.pin
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

    def test_weekly_hours_become_a_time_profile(self):
        self.member_rule.hour_ids = MONDAYS
        self.join()
        ((hours,),) = self.exivo.get_hours(self.inside())
        self.assertEqual((hours.start, hours.end, hours.days), (540, 720, ("1",)))
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
        self.assertNotEqual(booked.pin, access.pin)
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
        old = access.pin
        self.new_code(access, "Passed on")
        self.settle()
        self.assertNotEqual(access.pin, old)
        self.assertEqual(self.exivo.pins[self.inside().id], access.pin)
        self.assertEqual(access.state, "created")

    # === SOMEBODY OF THE SAME NAME IS THERE === #

    def there(self, info="Janitor"):
        return self.exivo.create_person(exivo.PersonRequest("Anna", "Muster", info))

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
        self.choose(access).candidate_ids.action_adopt()
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
        self.choose(access).action_make_new()
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

    def test_person_revoked_at_exivo_is_not_let_in_again(self):
        access = self.join()
        self.exivo._change(self.inside().id, revoked=True)
        self.new_code(access, "Passed on")
        self.settle()
        self.assertEqual(access.failure_type, "person_shut_out")
        self.assertIn("Unrevoke the person there", access.failure_advice)

    # === ZONES === #

    def zones(self, **zones):
        """Give locks other zones at Exivo."""
        before = list(self.exivo.components)
        self.addCleanup(setattr, self.exivo, "components", before)
        self.exivo.components = [
            exivo.Component(
                *(one.id, one.name, "", one.kind, True, ""),
                zone_ids=zones.get(one.id, one.zone_ids),
            )
            for one in before
        ]
        ADAPTERS.clear()  # as after some minutes

    def test_access_says_which_doors_would_come_along_and_goes_on_once_they_do_not(
        self,
    ):
        self.zones(aare=("public",))
        access = self.join()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "zones_differ")
        )
        self.assertIn("access zones: Aare.", access.failure_advice)
        self.assertIn("access zones: Aare.", access.activity_ids.note)
        self.assertFalse(self.exivo.persons)
        self.zones(aare=("rooms",))
        access.action_retry()
        self.settle()
        self.assertEqual(access.state, "created")

    def test_access_says_which_doors_no_zone_holds(self):
        self.zones(entrance=())
        access = self.join()
        self.assertIn("in no access zone", access.failure_advice)
        self.assertIn("Entrance", access.failure_advice)

    def test_doors_no_longer_wanted_are_closed_although_the_rest_cannot_be_made(self):
        """Rather nothing than a door too many: the failed access says it all."""
        access = self.join(self.members, self.club)
        self.zones(entrance=("public", "all"), aare=("all",))
        self.leave(self.members)
        self.assertEqual(access.failure_type, "zones_differ")
        self.assertFalse(self.exivo.persons_inside())
        self.assertEqual(access.state, "failed")

    def test_access_that_cannot_get_more_keeps_what_it_has(self):
        access = self.join()
        self.zones(aare=())
        with freeze_time(NOW + timedelta(minutes=1)):
            self.join(self.club)
        self.assertEqual(access.failure_type, "zones_differ")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})

    # === COMPARISON === #

    def compare(self):
        self.run_cron("ir_cron_compare")

    def test_comparison_finds_who_was_taken_out_and_leaves_it_to_staff(self):
        access = self.join()
        self.compare()
        self.assertEqual(access.state, "created")
        self.exivo.unassign_access_group(self.inside().id)
        self.compare()
        self.assertEqual((access.state, access.gone_at_exivo), ("removed", True))
        access.action_give_back()
        self.settle()
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.exivo.persons), 1)

    def test_person_moved_to_another_group_by_hand_is_theirs(self):
        access = self.join()
        board = self.exivo.create_access_group("Board")
        self.exivo.assign_access_group(self.inside().id, board.id)
        self.compare()
        self.assertEqual(access.state, "removed")
        self.assertEqual(self.inside().group_id, board.id)
        self.assertEqual(self.site.foreign_persons, 1)

    def test_person_deleted_at_exivo_is_made_again_only_if_staff_say_so(self):
        access = self.join()
        self.exivo.persons.clear()
        self.compare()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.persons)
        access.action_give_back()
        self.settle()
        self.assertEqual(access.state, "created")

    def test_doors_added_to_our_group_by_hand_are_closed_again(self):
        access = self.join()
        person = self.inside()
        self.exivo.set_group_zone(person.group_id, "rooms", "ALWAYS")
        self.compare()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})
        self.assertEqual(len(self.live_credentials()), 1)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_doors_moved_into_a_zone_by_hand_are_closed_and_the_access_says_so(self):
        access = self.join()
        self.zones(aare=("public",))
        self.compare()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "zones_differ")
        )
        self.assertFalse(self.exivo.persons_inside())

    def test_doors_taken_away_by_hand_come_back_and_the_others_stay_open(self):
        access = self.join(self.members, self.club)
        group_id = self.inside().group_id
        self.exivo.remove_group_zone(group_id, "rooms")
        self.compare()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        self.assertEqual(len(self.live_credentials()), 1)

        self.zones(aare=())
        with freeze_time(NOW + timedelta(minutes=1)):
            self.compare()
        self.assertEqual(
            (access.state, access.failure_type), ("failed", "zones_differ")
        )
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance"})

        self.zones(aare=("rooms",))
        with freeze_time(NOW + timedelta(minutes=2)):
            access.action_retry()
            self.synchronise()
        with freeze_time(NOW + timedelta(minutes=3)):
            self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(self.exivo.get_doors(self.inside()), {"entrance", "aare"})
        self.assertEqual(len(self.live_credentials()), 1)
        self.assertEqual(len(self.mails_to(self.customer)), 1)

    def test_pin_taken_away_by_hand_comes_back(self):
        access = self.join()
        self.exivo.delete_pin_code(self.inside().id)
        self.compare()
        self.assertEqual(self.exivo.pins[self.inside().id], access.pin)
        self.assertEqual(access.state, "created")

    def test_hours_of_a_whole_week_are_always_on_both_sides(self):
        week = [
            (0, 0, {"weekday": str(day), "hour_from": 0, "hour_to": 24})
            for day in range(7)
        ]
        self.member_rule.hour_ids = week
        self.join()
        credential = self.live_credentials()
        self.compare()
        self.assertEqual(self.live_credentials(), credential)

    def test_others_persons_are_counted_apart_and_never_touched(self):
        board = self.exivo.create_access_group("Board")
        person = self.there()
        self.exivo.assign_access_group(person.id, board.id)
        before = self.inside()
        self.compare()
        self.assertEqual((self.site.foreign_visits, self.site.foreign_persons), (0, 1))
        self.assertEqual(self.inside(), before)
        with self._registry_in_test_mode():
            message = self.site.action_compare()["params"]["message"]
        self.assertIn("0 visits, 1 persons", message)

    def test_member_of_communities_of_two_companies_at_one_site_enters_for_both(self):
        twin = self._connect_once_more()
        twin_entrance = twin.lock_ids.filtered(lambda lock: lock.name == "Entrance")
        guests = self.members.create({"name": "Guests"})
        self.create_rule(guests, twin_entrance)
        accesses = self.join(self.club, guests)
        self.assertEqual(accesses.site_id, self.site | twin)
        self.settle()
        self.compare()
        self.assertEqual(accesses.mapped("state"), ["created"] * 2)
        doors = [self.exivo.get_doors(one) for one in self.exivo.persons_inside()]
        self.assertCountEqual(doors, [{"aare"}, {"entrance"}])
        self.assertEqual(len(set(self.exivo.pins.values())), 2)
        self.assertEqual(len(self.mails_to(self.customer)), 2)

    def test_person_of_ours_that_nothing_stands_for_is_taken_out(self):
        access = self.join()
        access.told_credential_id = False
        access.credential_ids.unlink()
        access.unlink()
        self.compare()
        self.assertFalse(self.exivo.persons_inside())

    # === WHAT THE MEMBER SEES === #

    def test_mail_says_where_the_pin_is_typed_and_where_a_key_is_needed(self):
        self.member_rule.write(
            {
                "lock_ids": [(6, 0, (self.entrance | self.aare).ids)],
                "hour_ids": MONDAYS,
            }
        )
        access = self.join()
        mail = self.mails_to(self.customer)
        for part in (
            "Members",
            access.pin,
            "Monday 09:00 – 12:00",
            "Europe/Zurich",
            "Type the PIN at the keypad of",
            "Use the key that you have from us at",
        ):
            self.assertIn(part, mail.body_html)
        self.assertNotIn("Open the link", mail.body_html)

    def test_mail_shows_no_pin_where_no_door_has_a_keypad(self):
        access = self.join(self.club)
        mail = self.mails_to(self.customer)
        self.assertNotIn(access.pin, mail.body_html)
        self.assertIn("Use the key that you have from us", mail.body_html)
        self.aare.has_keypad = True
        access.action_resend()
        self.assertIn(access.pin, self.mails_to(self.customer)[-1].body_html)
        self.assertEqual(self.exivo.pins[self.inside().id], access.pin)

    def test_renamed_contact_gets_no_mail_and_a_new_community_is_told(self):
        self.join()
        self.customer.name = "Anna Beispiel"
        self.settle()
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.join(self.club)
        self.settle()
        self.assertEqual(len(self.mails_to(self.customer)), 2)

    def test_explain_says_why_a_member_cannot_enter(self):
        self.there()
        access = self.join()
        found = self.env["exivo.explainer"]._explain_access(access, self.customer)
        self.assertIn("presses Who is it?", " ".join(one.text for one in found))

    # === PRIVACY === #

    def test_who_a_contact_is_at_exivo_is_forgotten_with_its_last_access(self):
        self.join()
        self.leave()
        self.assertTrue(self.customer.exivo_person_ids)
        orphan = self.env["exivo.person"].create(
            {"site_id": self.site.id, "member": "of a deleted contact"}
        )
        with freeze_time(NOW + timedelta(days=self.site.holder_days + 2)):
            self.plan()
            with self._registry_in_test_mode():
                self.env.ref("exivo_access.ir_cron_clear").method_direct_trigger()
            self.env.invalidate_all()
        self.assertFalse(self.customer.exivo_person_ids)
        self.assertFalse(orphan.exists())

    # === MANY === #

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


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestGroupPages(GroupCase, ExivoPortalCase):
    """What a member finds in the portal."""

    def test_my_doors_shows_doors_hours_and_by_a_click_the_pin(self):
        self.member_rule.hour_ids = MONDAYS
        access = self.join(self.members, self.club, partner=self.holder.partner_id)
        self.log_in(self.holder)
        page = " ".join(self.url_open("/my/doors").text.split())
        for part in (
            "Club, Members",
            "Monday 09:00 – 12:00 (Europe/Zurich)",
            "at all times",
            "Type the PIN at the keypad of: Entrance.",
            "Use the key that you have from us at: Aare.",
        ):
            self.assertIn(part, page)
        self.assertNotIn(access.pin, page)
        self.assertNotIn("Open the doors", page)
        self.assertNotIn("2999", page)
        self.assertIn(access.pin, self.post_for_pin(access).text)
        self.assertEqual(access.reveal_ids.user_id, self.holder)

    def test_my_doors_offers_no_pin_where_no_door_has_a_keypad(self):
        self.join(self.club, partner=self.holder.partner_id)
        self.log_in(self.holder)
        page = self.url_open("/my/doors").text
        self.assertIn("Aare", page)
        self.assertNotIn("Show the PIN", page)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroupRules(GroupCase):
    """What the form of a rule says about the doors that come along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exivo.components = [
            *cls.exivo.components,
            exivo.Component(
                *("yard", "Yard", "", "electric-lock", True, ""), zone_ids=("public",)
            ),
            exivo.Component("attic", "Attic", "", "electric-lock", True, ""),
        ]
        cls.site.action_synchronise_locks()
        cls.yard, cls.attic = (
            cls.site.lock_ids.filtered(lambda lock, name=name: lock.name == name)
            for name in ("Yard", "Attic")
        )
        cls.staff = cls.env["res.partner.category"].create({"name": "Staff"})

    def new_rule(self):
        rules = self.env["exivo.access.rule"].with_user(self.manager)
        form = Form(rules.with_context(default_category_id=self.staff.id))
        form.method = "group"
        return form

    def test_form_names_the_doors_that_come_along_and_a_click_adds_them(self):
        form = self.new_rule()
        form.lock_ids.add(self.entrance)
        self.assertEqual(form.companion_ids[:], self.yard)
        with self.assertRaisesRegex(UserError, "open these doors as well.*Yard"):
            form.save()
        form.with_companions = True
        self.assertFalse(form.companion_ids[:])
        self.assertFalse(form.with_companions)
        self.assertEqual(form.save().lock_ids, self.entrance | self.yard)

    def test_form_names_the_doors_in_no_zone(self):
        form = self.new_rule()
        form.lock_ids.add(self.attic)
        self.assertEqual(form.zoneless_ids[:], self.attic)
        with self.assertRaisesRegex(UserError, "in no access zone.*Attic"):
            form.save()

    def test_other_methods_know_no_zones(self):
        form = self.new_rule()
        form.lock_ids.add(self.entrance)
        form.method = "link"
        self.assertFalse(form.companion_ids[:])
        self.assertEqual(form.save().lock_ids, self.entrance)

    def test_rule_shows_when_zones_have_changed_at_exivo(self):
        self.assertEqual(self.member_rule.companion_ids, self.yard)
        self.assertFalse(self.club_rule.companion_ids)
