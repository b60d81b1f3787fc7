# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestCompanies(ExivoCase):
    """Who works for one company opens no door of another, whatever they change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.env["res.company"].create({"name": "Neighbours"})
        cls.booking_type.company_id = cls.env.company
        # works for the neighbours, and would like to get into our house
        cls.stranger = cls._create_user(
            "exivo_stranger", "exivo_access.group_manager,base.group_partner_manager"
        )
        cls.stranger.write(
            {"company_ids": [(6, 0, cls.theirs.ids)], "company_id": cls.theirs.id}
        )
        cls.their_site = cls.env["exivo.site"].create(
            {
                "name": "Next Door",
                "company_id": cls.theirs.id,
                "remote_id": "77777777-7777-4777-8777-777777777777",
                "api_key": "55555555-5555-4555-8555-555555555555",
                "api_secret": "66666666-6666-4666-8666-666666666666",
            }
        )
        cls.their_site.action_verify()
        cls.their_site.action_synchronise_locks()
        cls.their_lock = cls.their_site.lock_ids[0]
        cls.shared_room = cls._create_room("Shared")
        cls.shared_room.company_id = False

    def act(self, method, records, *args):
        """Do something from afar as the stranger."""
        result = call_kw(
            records.with_user(self.stranger), method, [*args], {"context": {}}
        )
        self.plan()
        return result

    def change(self, records, **vals):
        return self.act("write", records, records.ids, vals)

    def make(self, model, **vals):
        return self.env[model].browse(self.act("create", self.env[model], vals))

    def assertRefused(self, do, *args, **kwargs):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            do(*args, **kwargs)
        self.env.invalidate_all()

    def create_type(self, **vals):
        return self.make(
            "resource.booking.type",
            **{
                "name": "Mine",
                "company_id": self.theirs.id,
                "resource_calendar_id": self.calendar.id,
                **vals,
            },
        )

    def book_our_room(self, booking_type):
        """As the stranger: combinations are everybody's in resource_booking."""
        return self.make(
            "resource.booking",
            type_id=booking_type.id,
            partner_ids=[(6, 0, self.stranger.partner_id.ids)],
            start=fields.Datetime.to_string(NOW + timedelta(hours=24)),
            duration=1,
            combination_auto_assign=False,
            combination_id=self.booking_type.combination_rel_ids.combination_id.id,
        )

    def test_a_lock_stays_at_its_site(self):
        before = self.their_lock.remote_id
        self.assertRefused(self.change, self.their_lock, site_id=self.site.id)
        self.assertRefused(self.change, self.their_lock, remote_id="entrance-2")
        for vals in ({"site_id": self.site.id}, {"remote_id": "entrance-2"}):
            with self.assertRaises(ValidationError):
                self.their_lock.write(vals)  # nor does our own code move one
        self.assertEqual(self.their_lock.site_id, self.their_site)
        self.assertEqual(self.their_lock.remote_id, before)

    def test_a_company_is_not_archived_while_its_doors_open_for_somebody(self):
        tag = self.env["res.partner.category"].create({"name": "Choir"})
        rule = self.env["exivo.access.rule"].create(
            {"category_id": tag.id, "lock_ids": [(6, 0, self.their_lock.ids)]}
        )
        self.stranger.write(
            {
                "company_ids": [(6, 0, self.env.company.ids)],
                "company_id": self.env.company.id,
            }
        )
        self.customer.category_id = tag
        self.synchronise()
        self.assertRefused(self.theirs.action_archive)
        rule.action_archive()
        self.assertRefused(self.theirs.action_archive)
        self.synchronise()
        self.theirs.action_archive()
        self.assertFalse(self.theirs.active)
        # nobody works there any more who could take it off
        self.change(self.customer, category_id=[(3, tag.id)])
        self.assertFalse(self.customer.category_id)
        rule.action_unarchive()  # as in a database where it was never archived
        self.assertRefused(self.change, self.customer, category_id=[(4, tag.id)])

    def test_a_rule_gets_no_doors_of_ours(self):
        tag = self.env["res.partner.category"].create({"name": "Mine"})
        for place in ({"category_id": tag.id}, {"resource_id": self.shared_room.id}):
            self.assertRefused(
                self.make,
                "exivo.access.rule",
                lock_ids=[(6, 0, self.entrance.ids)],
                **place,
            )
            rule = self.make(
                "exivo.access.rule", lock_ids=[(6, 0, self.their_lock.ids)], **place
            )
            self.assertRefused(self.change, rule, lock_ids=[(6, 0, self.entrance.ids)])
            self.assertRefused(self.change, rule, lock_ids=[(4, self.entrance.id)])
            self.assertRefused(self.change, rule, resource_id=self.room.id)
            self.assertEqual(rule.lock_ids, self.their_lock)

    def test_hours_do_not_move_to_a_rule_of_ours(self):
        tag = self.env["res.partner.category"].create({"name": "Ours"})
        rules = [
            self.env["exivo.access.rule"].create(
                {
                    "category_id": tag.id,
                    "lock_ids": [(6, 0, lock.ids)],
                    "method": "group",
                    "hour_ids": [
                        (0, 0, {"weekday": "0", "hour_from": 8, "hour_to": 12})
                    ],
                }
            )
            for lock in self._with_keypad(self.entrance | self.their_lock)
        ]
        our_rule, their_rule = rules
        self.assertRefused(self.change, their_rule.hour_ids, rule_id=our_rule.id)
        self.assertEqual(len(our_rule.hour_ids), 1)

    def _with_keypad(self, locks):
        locks.has_keypad = True
        return locks

    def test_a_site_goes_to_no_company_of_others(self):
        self.assertRefused(self.change, self.their_site, company_id=self.env.company.id)
        self.assertRefused(
            self.make,
            "exivo.site",
            name="Trap",
            remote_id="1",
            api_key="2",
            company_id=self.env.company.id,
        )

    def test_a_site_that_changes_company_takes_its_accesses_along(self):
        before = self.book()
        self.synchronise()
        self.site.company_id = self.theirs
        after = self.book(hours=48)
        self.synchronise()
        accesses = self.accesses(before) | self.accesses(after)
        self.assertEqual(accesses.company_id, self.theirs)
        self.assertEqual(accesses.credential_ids.company_id, self.theirs)
        self.assertEqual(len(accesses.with_user(self.stranger).search([])), 2)

    def test_a_type_that_changes_company_opens_nothing(self):
        mine = self.create_type()
        booking = self.book_our_room(mine)
        booking.sudo().action_confirm()
        self.plan()
        self.assertEqual(booking.state, "confirmed")
        self.assertFalse(self.accesses(booking))
        for company_id in (self.env.company.id, False):
            self.assertRefused(self.change, mine, company_id=company_id)
        self.plan()
        self.assertFalse(self.accesses(booking))

    def test_a_type_of_everybody_opens_nothing(self):
        combination = self.booking_type.combination_rel_ids.combination_id
        everybodys = self.create_type(company_id=False)
        self.assertRefused(self.book_our_room, everybodys)
        offer = [(0, 0, {"combination_id": combination.id})]
        self.assertRefused(
            self.create_type, company_id=False, combination_rel_ids=offer
        )
        self.assertRefused(self.change, everybodys, combination_rel_ids=offer)
        mine = self.create_type(combination_rel_ids=offer)
        self.assertRefused(self.change, mine, company_id=False)
        self.assertRefused(self.change, mine.combination_rel_ids, type_id=everybodys.id)
        own = self.make(
            "resource.booking.combination",
            resource_ids=[(6, 0, self.shared_room.ids)],
        )
        offered = [(0, 0, {"combination_id": own.id})]
        self.change(everybodys, combination_rel_ids=offered)
        self.assertRefused(self.change, own, resource_ids=[(4, self.room.id)])

    def test_what_our_people_offer_to_everybody_others_book(self):
        self.booking_type.company_id = False
        booking = self.book_our_room(self.booking_type)
        booking.sudo().action_confirm()
        self.plan()
        self.assertTrue(self.accesses(booking))

    def test_a_room_goes_to_no_company_of_others(self):
        room = self.make("resource.resource", name="Own", company_id=self.theirs.id)
        self.assertRefused(self.change, room, company_id=self.env.company.id)
        self.env["exivo.access.rule"].create(
            {
                "resource_id": self.shared_room.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
            }
        )
        self.assertRefused(self.change, self.shared_room, company_id=self.theirs.id)

    def test_nobody_else_says_who_the_members_of_a_community_are(self):
        tag = self.env["res.partner.category"].create({"name": "Ours"})
        self.env["exivo.access.rule"].create(
            {"category_id": tag.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        self.customer.category_id = tag
        self.plan()
        me = self.stranger.partner_id
        below = self.make("res.partner.category", name="Mine")
        self.env["exivo.access.rule"].create(
            {
                "category_id": tag.id,
                "lock_ids": [(6, 0, self.aare.ids)],
                "with_children": True,
            }
        )
        for vals in (
            {"partner_ids": [(4, me.id)]},
            {"partner_ids": [(3, self.customer.id)]},
            {"active": False},
        ):
            self.assertRefused(self.change, tag, **vals)
        self.assertRefused(self.change, me, category_id=[(4, tag.id)])
        self.assertRefused(self.change, below, parent_id=tag.id)
        self.assertRefused(
            self.make, "res.partner", name="Me", category_id=[(4, tag.id)]
        )
        self.assertRefused(
            self.make,
            "res.partner.category",
            name="X",
            parent_id=tag.id,
            partner_ids=[(4, me.id)],
        )
        self.assertEqual(tag.partner_ids, self.customer)
        self.assertFalse(self.env["exivo.access"].search([("partner_id", "=", me.id)]))

    def test_archived_rule_may_come_back_so_nobody_else_offers_its_room(self):
        combination = self.booking_type.combination_rel_ids.combination_id
        offer = [(0, 0, {"combination_id": combination.id})]
        self.rule.action_archive()
        self.assertRefused(
            self.create_type, company_id=False, combination_rel_ids=offer
        )
        mine = self.create_type(combination_rel_ids=offer)
        self.assertRefused(self.change, mine, company_id=False)
        own = self.make(
            "resource.booking.combination",
            resource_ids=[(6, 0, self.shared_room.ids)],
        )
        offer = [(0, 0, {"combination_id": own.id})]
        self.create_type(company_id=False, combination_rel_ids=offer)
        self.assertRefused(self.change, own, resource_ids=[(4, self.room.id)])

    def test_archived_community_may_come_back_so_nobody_else_says_who_is_in(self):
        tag = self.env["res.partner.category"].create({"name": "Ours"})
        rule = self.env["exivo.access.rule"].create(
            {"category_id": tag.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        below = self.make("res.partner.category", name="Mine")
        me = self.stranger.partner_id
        for record in rule, tag:
            with self.subTest(archived=record._name):
                record.active = False
                self.assertRefused(self.change, me, category_id=[(4, tag.id)])
                self.assertRefused(
                    self.make, "res.partner", name="Me", category_id=[(4, tag.id)]
                )
                self.assertRefused(self.change, tag, partner_ids=[(4, me.id)])
                record.active = True
        rule.write({"with_children": True, "active": False})
        self.assertRefused(self.change, below, parent_id=tag.id)
        self.assertFalse(self.env["exivo.access"].search([("partner_id", "=", me.id)]))

    def test_archived_type_may_come_back_so_nobody_else_says_who_may_book(self):
        tag = self.env["res.partner.category"].create({"name": "Ours"})
        self.booking_type.write({"portal_category_ids": tag.ids, "active": False})
        me = self.stranger.partner_id
        self.assertRefused(self.change, me, category_id=[(4, tag.id)])

    def test_rule_of_a_room_that_went_to_another_company_does_not_come_back(self):
        self.rule.action_archive()
        self.room.company_id = self.theirs
        with self.assertRaises(UserError):
            self.rule.action_unarchive()

    def test_nobody_else_takes_rooms_off_the_offer(self):
        offer = self.booking_type.combination_rel_ids
        self.assertRefused(self.act, "unlink", offer, offer.ids)
        for vals in ({"active": False}, {"forced_calendar_id": self.calendar.id}):
            self.assertRefused(self.change, offer.combination_id, **vals)

    def test_nobody_else_puts_another_room_in_the_place_of_one_on_offer(self):
        offer = self.booking_type.combination_rel_ids
        before = offer.combination_id
        mine = self.create_type()
        own = self.make(
            "resource.booking.combination",
            resource_ids=[(6, 0, self.shared_room.ids)],
        )
        self.assertRefused(self.change, offer, combination_id=own.id)
        self.assertRefused(self.change, offer, type_id=mine.id)
        self.assertRefused(
            self.change, mine, combination_rel_ids=[(4, offer.id), (2, offer.id)]
        )
        self.assertRefused(
            self.make,
            "resource.booking.type.combination.rel",
            type_id=self.booking_type.id,
            combination_id=own.id,
        )
        self.rule.action_archive()  # what is offered is not theirs without doors, too
        self.assertRefused(self.change, offer, combination_id=own.id)
        self.assertEqual(offer.combination_id, before)
        self.assertEqual(offer.type_id, self.booking_type)

    def test_own_booking_does_not_move_to_a_type_of_others(self):
        guest = self._create_user(
            "exivo_books_abroad", "base.group_user,resource_booking.group_user"
        )
        guest.write(
            {"company_ids": [(6, 0, self.theirs.ids)], "company_id": self.theirs.id}
        )
        mine = self.create_type()
        self.stranger = guest
        booking = self.book_our_room(mine)
        pending = self.make(
            "resource.booking",
            type_id=mine.id,
            partner_ids=[(6, 0, guest.partner_id.ids)],
        )
        booking.sudo().action_confirm()
        self.booking_type.portal_staff_confirms = True
        for one in booking | pending:
            for context in ({}, {"syncing_booking_ids": one.ids}):
                vals = {
                    "type_id": self.booking_type.id,
                    "combination_auto_assign": False,
                    "combination_id": booking.combination_id.id,
                }
                self.assertRefused(
                    call_kw,
                    self.env["resource.booking"].with_user(guest),
                    "write",
                    [one.ids, vals],
                    {"context": context},
                )
        self.plan()
        self.assertEqual((booking | pending).type_id, mine)
        self.assertFalse(self.accesses(booking))

    def test_nobody_says_from_afar_that_a_meeting_need_not_follow(self):
        keeper = self._create_user(
            "exivo_keeper", "base.group_user,resource_booking.group_manager"
        )
        booking = self.book()
        other = NOW + timedelta(hours=30)
        call_kw(
            self.env["resource.booking"].with_user(keeper),
            "write",
            [booking.ids, {"start": fields.Datetime.to_string(other)}],
            {"context": {"syncing_booking_ids": booking.ids}},
        )
        self.assertEqual(booking.meeting_id.start, other)

    def test_who_works_for_both_moves_what_is_theirs(self):
        self.stranger.company_ids |= self.env.company
        both = self.stranger.company_ids.ids
        mine = self.create_type()
        mine.with_user(self.stranger).with_context(allowed_company_ids=both).write(
            {"company_id": self.env.company.id}
        )
        self.assertEqual(mine.company_id, self.env.company)

    def test_refusals_name_nothing_of_the_other_company(self):
        everybodys = self.create_type(company_id=False)
        with self.assertRaises(AccessError) as refused:
            self.book_our_room(everybodys)
        self.assertIn("do not work for", str(refused.exception))
        self.assertNotIn(self.room.name, str(refused.exception))

    # === WHAT THEY LEARN === #

    def test_no_wizard_tells_a_stranger_of_bookings_and_accesses_of_others(self):
        booking = self.book()
        access = self.accesses(booking)
        booking.user_id = self.env.ref("base.user_root")
        theirs = access.sudo().copy(
            {"site_id": self.their_site.id, "booking_id": False, "due_at": False}
        )
        both = {"access_id": theirs.id, "booking_id": booking.id}
        for model, facts, names in (
            ("exivo.explanation", {"booking_id": booking.id}, ["occasion"]),
            ("exivo.explanation", {"booking_id": booking.id}, ["partner_id"]),
            ("exivo.explanation", {"access_id": access.id}, ["occasion"]),
            ("exivo.explanation", {"access_id": access.id}, ["partner_id"]),
            ("exivo.explanation", {"access_id": access.id}, ["booking_id"]),
            ("exivo.open.door", {"access_id": access.id}, ["lock_id"]),
        ):
            said = f"{model}: {names}"
            with self.assertRaises(AccessError, msg=said):
                self.env.invalidate_all()
                records = self.make(model, **facts)
                self.act("read", records, records.ids, names)
        spec = {"booking_id": {"fields": {"display_name": {}}}}
        with self.assertRaises(AccessError):
            self.act("onchange", self.env["exivo.explanation"], [], both, [], spec)
        spec = {"lock_id": {"fields": {"display_name": {}}}}
        door = {"lock_id": self.aare.id}
        with self.assertRaises(AccessError):
            self.act("onchange", self.env["exivo.open.door"], [], door, [], spec)

    def test_choice_of_a_person_is_pointed_at_no_access_of_others(self):
        access = self.accesses(self.book())
        theirs = access.sudo().copy(
            {"site_id": self.their_site.id, "booking_id": False, "due_at": False}
        )
        choice = self.env["exivo.person.choice"].sudo().create({"access_id": theirs.id})
        choice.sudo().access_id = access
        self.env.cr.execute(
            "UPDATE exivo_person_choice SET create_uid = %s", [self.stranger.id]
        )
        self.env.invalidate_all()
        for name in ("partner_id", "partner_email"):
            with self.assertRaises(AccessError):
                self.act("read", choice, choice.ids, [name])
