# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The house of the other tests, whose members pay 100.00 for a year."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command

from odoo.addons.exivo_access.tests.common import NOW, pin_of
from odoo.addons.exivo_access.tests.member_common import MemberCase

FIRST_DAY = date(2027, 1, 1)
LAST_DAY = date(2027, 3, 20)
#: The midnight in Zurich, where the doors are, at which the last day ends.
END = NOW.replace(day=20, hour=23)
NEXT_DAY = date(2027, 3, 21)
NEXT_LAST_DAY = date(2028, 3, 20)


class MembershipCase(MemberCase):
    """The tag *Members* follows paid memberships; Anna has none yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.create_product("A year")
        cls.members.exivo_by_membership = True
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.write({"state": "test", "is_published": True})
        cls.env.cr.flush()

    @classmethod
    def create_product(cls, name, first=FIRST_DAY, last=LAST_DAY, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": 100.0,
                "taxes_id": False,
                "membership": True,
                "invoice_policy": "order",
                "membership_date_from": first,
                "membership_date_to": last,
                **vals,
            }
        )

    def invoice(self, partner=None, product=None, post=True, price=100.0, more=()):
        """Staff press *Buy Membership*.

        :param more: memberships that are added to the invoice.
        """
        partner, product = partner or self.customer, product or self.product
        invoice = partner.create_membership_invoice(product, price)
        invoice.invoice_line_ids = [
            Command.create({"product_id": one.id, "price_unit": price}) for one in more
        ]
        if post:
            invoice.action_post()
        self.plan()
        return invoice

    def keep_no_entries(self):
        """Payments have no entry of their own, as in Odoo's *Accounting*."""
        moves = self.env.registry["account.move"]
        state = patch.object(
            moves, "_get_invoice_in_payment_state", return_value="in_payment"
        )
        self.startPatcher(state)
        # that of the provider is made when its journal is looked at
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        (lines | lines.search([])).payment_account_id = False

    def pay(self, invoice, amount=None, **vals):
        """Staff register a payment."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(vals if amount is None else {"amount": amount, **vals})
        )
        payments = wizard._create_payments()
        self.plan()
        return payments

    def pay_online(self, invoice, amount=None):
        """The one who is invoiced pays with a card, on the page of the invoice."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id,
                "reference": f"{invoice.name}-{len(invoice.transaction_ids)}",
                "amount": invoice.amount_residual if amount is None else amount,
                "currency_id": invoice.currency_id.id,
                "partner_id": invoice.partner_id.id,
                "invoice_ids": [Command.set(invoice.ids)],
                "operation": "online_direct",
            }
        )
        self.finish(transaction)
        return transaction

    def refund(self, transaction, amount):
        """Staff press *Refund*, and the provider does it."""
        self.finish(transaction._create_child_transaction(amount, is_refund=True))

    def finish(self, transaction):
        """The provider says that it is done, and Odoo draws its conclusions."""
        self.env.invalidate_all()
        transaction._set_done()
        transaction._post_process()
        self.plan()

    def order(self, **vals):
        """Somebody orders a membership, as in a shop."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.product.id})],
                **vals,
            }
        )
        order.action_confirm()
        return order

    def invoice_order(self, order):
        """Staff press *Create Invoice*, and *Confirm*."""
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        self.plan()
        return invoice

    def invoice_in_two(self, percentage):
        """Staff invoice a down payment, and then what is left.

        :return: both invoices.
        """
        order = self.order()
        deposit = self.ask_for_a_deposit(order, percentage)
        return deposit, self.invoice_order(order)

    def ask_for_a_deposit(self, order, percentage):
        """Staff send an invoice for a down payment."""
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": percentage}
        ).create_invoices()
        deposit = order.invoice_ids
        deposit.action_post()
        return deposit

    def buy(self, *args, **options):
        """A membership that is invoiced and paid."""
        invoice = self.invoice(*args, **options)
        self.pay(invoice)
        return invoice

    def credit(self, invoice, price=None, product=None, post=True, **vals):
        """Staff credit an invoice in full; or each line for less, or one product."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, **vals})
        )
        wizard.reverse_moves()
        credit = wizard.new_move_ids
        if price is not None:
            credit.invoice_line_ids.price_unit = price
        if product:
            credit.invoice_line_ids.filtered(
                lambda one: one.product_id != product
            ).unlink()
        if post:
            credit.action_post()
        self.plan()
        return credit

    def correct(self, invoice):
        """Staff press *Reverse and Create Invoice*, and *Confirm* on the new one.

        :return: that one.
        """
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.modify_moves()
        again = wizard.new_move_ids
        again.action_post()
        self.plan()
        return again

    def enter(self, partner=None, state="paid", **vals):
        """Staff enter a membership by hand, without an invoice."""
        line = self.env["membership.membership_line"].create(
            {
                "partner_id": (partner or self.customer).id,
                "membership_id": self.product.id,
                "date": FIRST_DAY,
                "date_from": FIRST_DAY,
                "date_to": LAST_DAY,
                "member_price": 100.0,
                "state": state,
                **vals,
            }
        )
        self.plan()
        return line

    def standing(self, partner=None):
        """Standing accesses that are wanted."""
        self.plan()
        return self.env["exivo.access"].search(
            [
                ("partner_id", "in", (partner or self.customer).ids),
                ("is_of_community", "=", True),
                ("is_wanted", "=", True),
            ]
        )

    def opens(self, partner=None):
        """How many standing accesses have been made, and are wanted."""
        self.synchronise()
        accesses = self.standing(partner)
        self.assertEqual(
            set(accesses.mapped("state")), {"created"} if accesses else set()
        )
        return len(accesses)

    def by_membership(self):
        """Who is in by a membership."""
        self.plan()
        members = self.env["exivo.paid.member"]
        return members.search([("category_id", "=", self.members.id)]).partner_id

    def look(self, moment=NOW):
        """Run the scheduled action."""
        self.plan()
        with freeze_time(moment), self._registry_in_test_mode():
            cron = self.env.ref("exivo_access_membership.ir_cron_follow_memberships")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def pins(self, partner=None):
        """What is to be typed, as it was made."""
        self.synchronise()
        return [pin_of(access) for access in self.standing(partner)]


class PaidByCompanyCase(MembershipCase):
    """Anna and Beat are of one company, which may get the invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.env["res.partner"].create(
            {"name": "Muster AG", "is_company": True, "email": "office@example.com"}
        )
        cls.colleague = cls.customer.copy({"name": "Beat Muster"})
