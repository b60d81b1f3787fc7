# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Only people of the doors' company choose and change who is a member."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools.convert import convert_file

from odoo.addons.exivo_access.tests.common import NOW

from .common import LAST_DAY, NEXT_LAST_DAY, MembershipCase

MEMBERSHIP_MANAGER = "membership.group_membership_manager"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRights(MembershipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = "base.group_partner_manager,account.group_account_manager"
        cls.manager = cls._create_user(
            "exivo_boss", f"exivo_access.group_manager,{people}"
        )
        cls.staff = cls._create_user("exivo_staff", f"exivo_access.group_user,{people}")
        cls.neighbours = cls.env["res.company"].create({"name": "Neighbours"})
        cls.neighbour = cls._create_user(
            "exivo_neighbour", f"exivo_access.group_manager,{people}"
        )
        cls.neighbour.write(
            {
                "company_ids": [Command.set(cls.neighbours.ids)],
                "company_id": cls.neighbours.id,
            }
        )
        cls.env.cr.flush()

    def as_user(self, user, record):
        return record.with_user(user).with_company(user.company_id)

    # === WHO CHOOSES === #

    def test_managers_of_exivo_choose(self):
        club = self.as_user(self.manager, self.club)
        club.write({"exivo_by_membership": True, "exivo_with_free": True})
        self.assertEqual(club.exivo_seller_id, self.env.company)
        self.buy()
        self.assertIn(self.club, self.customer.category_id)

    def test_nobody_else_chooses_or_takes_over(self):
        members = self.as_user(self.staff, self.members)
        for vals in (
            {"exivo_by_membership": False},
            {"exivo_with_free": True},
            {"exivo_with_invoiced": True},
            {"exivo_product_ids": [Command.set(self.product.ids)]},
            {"exivo_renewal_url": "https://example.com"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                members.write(vals)
        with self.assertRaises(AccessError):
            members.create({"name": "New", "exivo_by_membership": True})
        with self.assertRaises(AccessError):
            members.action_adopt_exivo_members()
        self.buy()
        with self.assertRaises(AccessError):
            self.as_user(
                self.staff, self.customer.exivo_paid_member_ids
            ).action_keep_by_hand()

    def test_tags_are_made_and_changed_as_ever_by_those_who_do_not_choose(self):
        clerk = self._create_user("exivo_clerk", "base.group_partner_manager")
        for user in self.staff, clerk:
            tag = self.as_user(user, self.club).create({"name": "New"})
            tag.name = "Newer"
            self.assertEqual(tag.sudo().exivo_remind_days, 14)

    def test_nobody_writes_by_hand_who_is_in_by_membership(self):
        self.buy()
        row = self.as_user(self.manager, self.customer.exivo_paid_member_ids)
        self.assertEqual(row.partner_id, self.customer)
        with self.assertRaises(AccessError):
            row.write({"stop": False})
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            row.create({"category_id": self.club.id, "partner_id": self.customer.id})
        outsider = self._create_user("exivo_outsider", "base.group_user")
        with self.assertRaises(AccessError):
            row.with_user(outsider).read(["partner_id"])

    def test_staff_may_see_who_is_in_but_not_change_it(self):
        self.buy()
        members = self.as_user(self.staff, self.members)
        self.assertEqual(members.exivo_paid_count, 1)
        rows = self.env["exivo.paid.member"].with_user(self.staff)
        self.assertEqual(rows.search([]).partner_id, self.customer)

    def test_who_keeps_memberships_enters_their_ends(self):
        self.buy()
        line = self.customer.member_line_ids
        for name, group in (
            ("exivo_enters", MEMBERSHIP_MANAGER),
            ("exivo_clerk", "base.group_partner_manager"),
        ):
            user = self._create_user(name, f"base.group_user,{group}")
            for vals, opens in (
                ({"date_cancel": "2027-02-27"}, 0),
                ({"date_cancel": False}, 1),
                ({"state": "canceled", "date_cancel": "2027-02-27"}, 0),
                ({"state": "paid", "date_cancel": False}, 1),
            ):
                with self.subTest(group=group, vals=vals):
                    call_kw(line.with_user(user), "write", [line.ids, vals], {})
                    self.assertEqual(self.opens(), opens)

    # === OTHER COMPANIES === #

    def test_other_company_does_not_choose_who_opens_our_doors(self):
        members = self.as_user(self.neighbour, self.members)
        with self.assertRaises(AccessError):
            members.exivo_with_free = True
        with self.assertRaises(AccessError):
            members.action_adopt_exivo_members()
        with self.assertRaises(AccessError):
            members.exivo_renewal_url = "https://neighbours.example.com"
        self.buy()
        row = self.as_user(self.neighbour, self.customer.exivo_paid_member_ids)
        with self.assertRaises(AccessError):
            row.action_keep_by_hand()

    def test_membership_that_another_company_sells_does_not_count(self):
        account = self.env["account.chart.template"]
        account.try_loading("generic_coa", self.neighbours, install_demo=False)
        self.buy_of(self.neighbours)
        self.assertFalse(self.standing())

    def test_membership_that_a_branch_sells_counts(self):
        branch = self.env["res.company"].create(
            {"name": "Riverside, by the lake", "parent_id": self.env.company.id}
        )
        self.plan()  # it gets its accounts at the end of a transaction
        self.buy_of(branch)
        self.assertTrue(self.standing())

    def buy_of(self, company):
        """Buy a membership that a company invoices."""
        self.neighbour.write(
            {"company_ids": [Command.link(company.id)], "company_id": company.id}
        )
        theirs = self.as_user(self.neighbour, self.customer)
        invoice = theirs.create_membership_invoice(
            self.product.with_user(self.neighbour), 100.0
        )
        self.assertEqual(invoice.company_id, company)
        invoice.action_post()
        self.pay(invoice.sudo().with_company(company))
        self.assertEqual(self.customer.membership_state, "paid")

    def test_products_are_of_the_company_that_sells(self):
        theirs = self.create_product("Theirs", company_id=self.neighbours.id)
        with self.assertRaises(ValidationError):
            self.members.exivo_product_ids = theirs

    def test_products_of_a_branch_and_of_its_parent_may_be_named(self):
        branch = self.env["res.company"].create(
            {"name": "Annexe", "parent_id": self.env.company.id}
        )
        theirs = self.create_product("Theirs", company_id=branch.id)
        ours = self.create_product("Ours", company_id=self.env.company.id)
        self.members.exivo_product_ids = theirs | ours
        self.members.exivo_seller_id = branch
        self.assertEqual(self.members.exivo_product_ids, theirs | ours)

    def test_nobody_lets_a_company_sell_that_is_not_theirs(self):
        club = self.as_user(self.manager, self.club)
        with self.assertRaises(AccessError):
            club.write(
                {"exivo_by_membership": True, "exivo_seller_id": self.neighbours.id}
            )
        with self.assertRaises(AccessError):
            club.create(
                {
                    "name": "New",
                    "exivo_by_membership": True,
                    "exivo_seller_id": self.neighbours.id,
                }
            )

    def test_nobody_of_another_company_makes_members_by_hand(self):
        self.members.exivo_with_free = True
        partner = self.as_user(self.neighbour, self.customer)
        paying = self.customer.copy()
        self.buy(paying)
        lines = self.as_user(self.neighbour, self.env["membership.membership_line"])
        vals = {
            "partner_id": self.customer.id,
            "membership_id": self.product.id,
            "date_from": self.product.membership_date_from,
            "date_to": self.product.membership_date_to,
            "member_price": 100.0,
            "state": "paid",
        }
        ways = {
            "free": lambda: partner.write({"free_member": True}),
            "new and free": lambda: partner.create({"name": "N", "free_member": True}),
            "associated": lambda: partner.write({"associate_member_id": paying.id}),
            "free by default": lambda: partner.with_context(
                default_free_member=True
            ).create({"name": "N"}),
            "entered": lambda: lines.create(vals),
            "entered for later": lambda: lines.create({**vals, "date_from": LAST_DAY}),
            "made one's own": lambda: lines.browse(paying.member_line_ids.id).write(
                {"account_invoice_line_id": False}
            ),
            "taken away": lambda: lines.browse(paying.member_line_ids.id).write(
                {"partner_id": self.customer.id}
            ),
        }
        for name, way in ways.items():
            with (
                self.subTest(way=name),
                self.env.cr.savepoint(),
                self.assertRaises(AccessError),
            ):
                way()
            self.env.invalidate_all()
            self.assertFalse(self.standing())
            self.assertEqual(self.opens(paying), 1)

    def test_other_company_enters_memberships_that_concern_none_of_our_doors(self):
        partner = self.as_user(self.neighbour, self.customer)
        partner.free_member = True
        self.assertEqual(self.customer.membership_state, "free")
        self.assertFalse(self.standing())

    def test_members_of_another_company_are_not_shown(self):
        self.buy()
        rows = self.as_user(self.neighbour, self.env["exivo.paid.member"])
        self.assertEqual(rows.search([]).partner_id, self.customer)
        self.customer.company_id = self.env.company
        self.assertFalse(rows.search([]))

    def test_only_who_looks_after_products_says_what_a_membership_is(self):
        clerk = self._create_user("exivo_clerk", "base.group_user")
        keepers = [
            self._create_user(login, f"base.group_user,{group}")
            for login, group in (
                ("exivo_sells", "product.group_product_manager"),
                ("exivo_enters", MEMBERSHIP_MANAGER),
            )
        ]
        template = self.product.product_tmpl_id
        longer = {"membership_date_to": NEXT_LAST_DAY}
        for vals in ({"list_price": 0.0}, longer, {"membership": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                call_kw(template.with_user(clerk), "write", [template.ids, vals], {})
        for method, arguments in (
            ("create", [{"name": "Mine", "list_price": 0.0}]),
            ("unlink", [template.ids]),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                call_kw(template.with_user(clerk), method, arguments, {})
        for keeper in keepers:
            call_kw(template.with_user(keeper), "write", [template.ids, longer], {})

    def test_update_leaves_alone_what_somebody_has_mended_otherwise(self):
        right = self.env.ref("membership.access_product_membership_manager")
        managers = self.env.ref(MEMBERSHIP_MANAGER)
        sellers = self.env.ref("product.group_product_manager")
        for before, after in (
            (self.env.ref("base.group_user"), managers),
            (managers, managers),
            (sellers, sellers),
        ):
            right.group_id = before
            self.update()
            self.assertEqual(right.group_id, after)
        right.unlink()
        self.update()

    def update(self):
        path = "security/product_access.xml"
        convert_file(self.env, "exivo_access_membership", path, {}, mode="update")

    def test_own_people_make_members_by_hand(self):
        self.members.exivo_with_free = True
        self.as_user(self.staff, self.customer).free_member = True
        self.assertEqual(self.opens(), 1)
