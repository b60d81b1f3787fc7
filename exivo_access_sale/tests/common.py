# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The room of the other tests, sold for 100.00 as a product."""

from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command

from odoo.addons.exivo_access.tests.common import NOW, ExivoCase


class SaleCase(ExivoCase):
    """An order for the room, whose rule waits until it is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the demo data sells cheaper is not this house's
        cls.env["product.pricelist"].search([]).active = False
        cls.product = cls._sell("An hour in Aare")
        cls.rule.payment = "paid"
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.provider.write({"state": "test", "is_published": True})
        cls.env.cr.flush()

    @classmethod
    def _sell(cls, name, **vals):
        """Make a product that sells the room, or what else is said."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": 100.0,
                "taxes_id": False,
                "invoice_policy": "order",
                "resource_booking_type_id": cls.booking_type.id,
                **vals,
            }
        )

    def order(self, quantity=1, confirm=True, **vals):
        """Order the room, as staff enter it."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": quantity}
                    )
                ],
                **vals,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def ordered(self, quantity=1, confirm=True, after=24, **vals):
        """An order whose bookings have their times, one after the other."""
        order = self.order(quantity, **vals)
        for number, booking in enumerate(order.resource_booking_ids.sorted("id")):
            booking.start = NOW + timedelta(hours=after + 2 * number)
            if confirm:
                booking.action_confirm()
        self.plan()
        return order

    def close_room(self, since=NOW, until=NOW + timedelta(days=9)):
        """The room is closed on days on which it was booked before."""
        self.room.calendar_id = self.calendar.copy()
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Painting the walls",
                "resource_id": self.room.id,
                "date_from": since,
                "date_to": until,
            }
        )

    def transfer(self, order, state="done", amount=None, **vals):
        """A transaction of a customer who pays online, as far as it has come."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id,
                "reference": f"{order.name}-{len(order.transaction_ids) + 1}",
                "amount": order.amount_total if amount is None else amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                **vals,
            }
        )
        if state != "draft":
            self.move_on(transaction, state)
        return transaction

    def pay_online(self, invoice, **vals):
        """A customer pays an invoice on its own page, which knows of no order."""
        return self.transfer(
            invoice.line_ids.sale_line_ids.order_id[:1],
            reference=f"{invoice.name}-{len(invoice.transaction_ids)}",
            invoice_ids=[Command.set(invoice.ids)],
            sale_order_ids=[],
            operation="online_direct",
            **vals,
        )

    def refund(self, transaction, amount):
        """Staff press *Refund*, and the provider does it."""
        refund = transaction._create_child_transaction(amount, is_refund=True)
        self.move_on(refund, "done")
        return refund

    def move_on(self, transaction, state):
        """What the provider says becomes true, and Odoo draws its conclusions.

        That is another transaction than what was before.
        """
        self.env.invalidate_all()
        word = {"cancel": "canceled"}.get(state, state)
        getattr(transaction, f"_set_{word}")()
        transaction._post_process()
        self.plan()

    def invoice(self, order, post=True):
        invoice = order._create_invoices()
        if post:
            invoice.action_post()
        self.plan()
        return invoice

    def ask_for_a_deposit(self, order, percentage):
        """Staff send an invoice for a down payment."""
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": percentage}
        ).create_invoices()
        order.invoice_ids.action_post()
        self.plan()
        return order.invoice_ids

    def pay(self, invoice, amount=None, **vals):
        """Staff register a payment."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(vals)
        )
        if amount is not None:
            wizard.amount = amount
        payments = wizard._create_payments()
        self.plan()
        return payments

    def credit(self, invoice, lines=None, post=True):
        """Staff credit an invoice, in full."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.reverse_moves()
        credit = wizard.new_move_ids
        if lines:
            credit.invoice_line_ids.write(lines)
        if post:
            credit.action_post()
        self.plan()
        return credit

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

    def find_on_the_statement(self, invoice, amount):
        """The bank's statement says that an invoice was paid."""
        due = self.receivable(invoice)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Statement",
                            "account_id": account.id,
                            "partner_id": invoice.partner_id.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in (
                        (due.account_id, -amount),
                        (invoice.company_id.transfer_account_id, amount),
                    )
                ],
            }
        )
        entry.action_post()
        (self.receivable(entry) + due).reconcile()
        self.plan()

    def receivable(self, record):
        """What an invoice, a payment or an entry asks for, or settles."""
        move = record.move_id if record._name == "account.payment" else record
        return move.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )

    def opens(self, order):
        """For how many bookings of an order accesses are wanted now."""
        self.plan()
        accesses = self.env["exivo.access"].search(
            [("booking_id.sale_order_id", "=", order.id), ("is_wanted", "=", True)]
        )
        return len(accesses)
