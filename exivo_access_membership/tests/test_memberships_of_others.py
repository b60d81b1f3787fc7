# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Memberships of somebody else, or that somebody else pays for."""

from freezegun import freeze_time

from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.exivo_access.tests.common import NOW

from .common import END, FIRST_DAY, PaidByCompanyCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMembershipsOfOthers(PaidByCompanyCase):
    # === ORDERED === #

    def test_who_has_ordered_is_the_member_wherever_the_invoice_goes(self):
        accounts = self.env["res.partner"].create(
            {"name": "Accounts", "type": "invoice", "parent_id": self.customer.id}
        )
        for address in (accounts, self.payer):
            invoice = self.invoice_order(self.order(partner_invoice_id=address.id))
            self.assertEqual(invoice.partner_id, address)
            self.pay(invoice)
            self.assertEqual(self.opens(), 1)
            self.assertFalse(self.opens(address))
            self.credit(invoice)
            self.assertFalse(self.opens())

    def test_who_has_ordered_stays_the_member_when_the_invoice_is_corrected(self):
        invoice = self.order()._create_invoices()
        invoice.partner_id = self.payer
        invoice.delegated_member_id = self.colleague
        self.assertEqual(self.colleague.membership_state, "waiting")
        invoice.delegated_member_id = False
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        self.assertFalse(self.opens(self.payer | self.colleague))

    def test_who_an_ordered_one_is_delegated_to_is_the_member(self):
        order = self.order(partner_invoice_id=self.payer.id)
        invoice = order._create_invoices()
        invoice.delegated_member_id = self.colleague
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(self.colleague), 1)
        self.assertFalse(self.opens(self.customer | self.payer))

    # === ASSOCIATED === #

    def test_associated_member_comes_and_goes_with_the_other(self):
        self.customer.associate_member_id = self.payer
        self.colleague.associate_member_id = self.customer
        everybody = self.payer | self.customer | self.colleague
        invoice = self.buy(self.payer)
        self.assertEqual(self.opens(everybody), 3)
        self.assertEqual(self.by_membership(), everybody)
        self.customer.associate_member_id = False
        self.assertEqual(self.opens(everybody), 1)
        self.customer.associate_member_id = self.payer
        self.assertEqual(self.opens(everybody), 3)
        self.credit(invoice)
        self.assertFalse(self.opens(everybody))

    def test_associated_member_has_no_other_membership(self):
        self.buy()
        self.assertEqual(self.opens(), 1)
        self.customer.associate_member_id = self.payer
        self.assertEqual(self.customer.membership_state, "none")
        self.assertFalse(self.opens())

    def test_other_product_reaches_those_who_are_associated(self):
        other = self.create_product("Half a year")
        self.members.exivo_product_ids = other
        self.customer.associate_member_id = self.payer
        invoice = self.buy(self.payer)
        self.assertFalse(self.opens())
        invoice.invoice_line_ids.membership_line_ids.membership_id = other
        self.assertEqual(self.opens(), 1)

    def test_ring_of_associated_members_comes_to_an_end(self):
        """Odoo refuses one; imports into the database do not ask it."""
        self.customer.associate_member_id = self.colleague
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET associate_member_id = %s WHERE id = %s",
            [self.customer.id, self.colleague.id],
        )
        self.env.invalidate_all()
        self.customer.category_id = self.club  # hooks ask whose membership decides
        self.look()
        self.assertFalse(self.opens())

    # === DELEGATED === #

    def test_who_it_is_delegated_to_is_the_member(self):
        invoice = self.invoice(self.payer, post=False)
        invoice.delegated_member_id = self.customer
        invoice.action_post()
        self.assertFalse(self.opens(self.payer | self.customer))
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        self.assertFalse(self.opens(self.payer))
        self.credit(invoice)
        self.assertFalse(self.opens())

    def test_membership_that_is_delegated_to_somebody_else_moves(self):
        invoice = self.invoice(self.payer, post=False)
        invoice.delegated_member_id = self.customer
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        invoice.delegated_member_id = self.colleague
        self.assertFalse(self.opens())
        self.assertEqual(self.opens(self.colleague), 1)
        invoice.delegated_member_id = False
        self.assertFalse(self.opens(self.colleague))
        self.assertEqual(self.opens(self.payer), 1)

    def test_contract_pays_for_the_member_whom_it_names(self):
        contract = self.contract(self.payer, delegated_member_id=self.customer.id)
        invoice = contract.recurring_create_invoice()
        invoice.action_post()
        self.assertFalse(self.opens())
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        self.assertFalse(self.opens(self.payer))
        with freeze_time(END):
            self.look(END)
            self.assertFalse(self.opens())

    def test_contract_is_that_of_its_customer_wherever_the_invoice_goes(self):
        accounts = self.env["res.partner"].create(
            {"name": "Accounts", "type": "invoice", "parent_id": self.customer.id}
        )
        invoice = self.contract(self.customer).recurring_create_invoice()
        self.assertEqual(invoice.partner_id, accounts)
        invoice.partner_id = self.payer
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual(self.opens(), 1)
        self.assertFalse(self.opens(accounts | self.payer))

    def test_update_gives_a_contract_to_its_customer(self):
        contract = self.contract(self.customer)
        contract.invoice_partner_id = self.payer
        invoices = contract.recurring_create_invoice()
        chosen = self.contract(self.customer).recurring_create_invoice()
        for invoice, member in (invoices, self.payer), (chosen, self.colleague):
            invoice.invoice_line_ids.membership_line_ids.partner_id = member
            invoice.action_post()
            self.pay(invoice)
        self.assertFalse(self.opens())
        path = "exivo_access_membership/migrations/19.0.1.14.0/end-migration.py"
        load_script(file_path(path), "exivo_migration").migrate(self.env.cr, "1")
        self.plan()
        self.assertEqual(self.opens(self.customer | self.colleague), 2)
        self.assertFalse(self.opens(self.payer))

    def contract(self, partner, **vals):
        """A contract for a membership from its first day on."""
        return self.env["contract.contract"].create(
            {
                "name": f"Memberships of {partner.name}",
                "partner_id": partner.id,
                "contract_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "name": self.product.name,
                            "quantity": 1,
                            "price_unit": 100,
                            "recurring_rule_type": "yearly",
                            "recurring_interval": 1,
                            "date_start": FIRST_DAY,
                            "recurring_next_date": FIRST_DAY,
                        }
                    )
                ],
                **vals,
            }
        )
