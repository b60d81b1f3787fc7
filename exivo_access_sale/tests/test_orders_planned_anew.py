# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW
from odoo.addons.exivo_access.tests.plan.test_planned_anew import PlannedAnewCase

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOrdersPlannedAnew(SaleCase, PlannedAnewCase):
    """What bypasses every hook is found, also of orders and their money."""

    def test_only_what_was_paid_otherwise_is_loaded(self):
        order, together, other = self.ordered(), self.order(), self.ordered(after=48)
        both = [Command.set((order | together).ids)]
        transaction = self.transfer(order, amount=200, sale_order_ids=both)
        refund = transaction._create_child_transaction(20, is_refund=True)
        self.move_on(refund, "done")
        invoice, booking = self.invoice(order), order.resource_booking_ids
        beside = self.pay_online(invoice, amount=1)
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": order.partner_id.id,
                "reversed_entry_id": invoice.id,
            }
        )
        # what was paid together with the order: its credit note explains refunds
        credit_beside = credit.copy({"reversed_entry_id": invoice.copy().id})
        beside.invoice_ids |= credit_beside.reversed_entry_id
        self.synchronise()
        self.assertEqual(self.loaded(), {*booking.ids, *other.resource_booking_ids.ids})
        self.assertEqual(self.loaded(), set())
        payment = transaction.payment_id
        for record, change in (
            (order, "note = note"),
            (together, "amount_total = amount_total + 1"),
            (transaction, "amount = amount"),
            (refund, "amount = amount"),
            (beside, "amount = amount"),
            (payment.move_id.line_ids[0], "name = name"),
            (invoice, "ref = ref"),
            (credit, "ref = ref"),
            (credit_beside, "ref = ref"),
            (payment, "state = 'rejected'"),
        ):
            with self.subTest(record=record):
                self.env.flush_all()
                self.env.cr.execute(
                    f"UPDATE {record._table} SET {change} WHERE id = %s", [record.id]
                )
                self.env.invalidate_all()
                self.loaded_once(booking)
        self.assertEqual(self.opens(order), 0)
        self.assertEqual(self.loaded(), set())
