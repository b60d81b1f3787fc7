# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has the bookings of orders planned, once, at the end of a transaction."""

from odoo import models
from odoo.fields import Domain

from odoo.addons.exivo_access.tools.serialise import serialise

_CHANGED = "exivo_access_sale."
#: The way from a booking to its order.
_ORDER = "sale_order_line_id.order_id"
_MODELS = ("sale.order", "account.move", "payment.transaction")


class ExivoCollector(models.AbstractModel):
    """Hooks report what was ordered, invoiced and paid; bookings follow.

    Some report while Odoo computes a field, so nothing is looked up until the end.
    """

    _inherit = "exivo.collector"

    def _orders_touched(self, records):
        """Plan the bookings of the orders that records are about.

        :param records: orders, invoices or transactions.
        """
        ids = [one for one in records._ids if one]  # a form's have none yet
        if ids and self._is_needed():
            self._collect(_CHANGED + records._name, set).update(ids)

    def _run(self):
        orders = self.env["sale.order"]
        for model in _MODELS:
            ids = self.env.cr.precommit.data.pop(_CHANGED + model, ())
            touched = self._get_orders(self.env[model].browse(ids).exists())
            if model != "sale.order":  # what one costs is nobody else's on an invoice
                invoices = touched.sudo().order_line.invoice_lines.move_id
                touched |= invoices.line_ids.sale_line_ids.order_id
            orders |= touched
        # One transaction may pay several orders, each its part.
        orders |= orders.sudo().transaction_ids.sale_order_ids
        if orders:
            self._bookings_matching_changed(_ORDER, orders.ids, again=False)
            ordered = Domain(_ORDER, "in", orders.ids)
            bookings = self.env["exivo.planner"]._search_bookings(ordered)
            # A time may just be chosen for those that have none.
            bookings |= bookings.search(ordered & Domain("meeting_id", "=", False))
            if bookings:
                # Whoever pays, and whoever changes the booking or pays the rest at the
                # same moment, would not see each other.
                serialise(bookings)
        return super()._run()

    def _get_orders(self, records):
        """Return the orders that records are about.

        :rtype: sale.order
        """
        if records._name == "account.move":
            orders = self._get_orders(records.origin_payment_id.payment_transaction_id)
            # An entry is edited without a change of the invoice that it pays.
            records |= records.line_ids.matched_debit_ids.debit_move_id.move_id
            # A credit note may say only itself what it credits; or what was ordered.
            records |= records.reversed_entry_id
            records |= records.line_ids.sale_line_ids.invoice_lines.move_id
            # What is left of one decides how much of a payment is for the others, and
            # what is credited, which of them a refund is about.
            paying = records.reconciled_payment_ids | records.transaction_ids.payment_id
            records |= paying.reconciled_invoice_ids
            return orders | records.line_ids.sale_line_ids.order_id
        if records._name == "payment.transaction":
            # What was captured in part, and refunded of that, is about the first one's
            # order.
            while more := records.source_transaction_id - records:
                records |= more
            paid = records.invoice_ids | records.payment_id.reconciled_invoice_ids
            return records.sale_order_ids | paid.line_ids.sale_line_ids.order_id
        return records
