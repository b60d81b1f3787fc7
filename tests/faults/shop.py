# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A house whose rooms cost money: ordered, paid, refunded and cancelled in any order.

Who has paid is worked out here from what was paid in and given back, and not as the
add-on does it.
"""

from datetime import timedelta

from agreement import bookings_have_what_their_rules_want
from history import RULE
from till import Till

from odoo import fields
from odoo.fields import Command

#: What lines may lose where they are rounded.
CENTS = 0.05
#: Nothing is left to pay of an invoice.
SETTLED = ("paid", "in_payment", "reversed")


class Shop(Till):
    """What happens to orders, and to the transactions that pay them."""

    rule_values = {**RULE, "payment": "paid", "payment_share": 100}
    traces = (*Till.traces, "resource_calendar_leaves")

    def __init__(self, *args):
        super().__init__(*args)
        with self.office.env() as env:
            self.products = [self._add_product(env, one) for one in self.types]
            domain = [("code", "=", "demo"), ("company_id", "=", env.company.id)]
            provider = env["payment.provider"].search(domain, limit=1)
            provider.write({"state": "test", "is_published": True})
            self.provider = provider.id
            self.website = env["website"].search([], limit=1).id

    def _add_product(self, env, booking_type):
        vals = {
            "name": "An hour",
            "type": "service",
            "list_price": 100,
            "taxes_id": False,
            "invoice_policy": "order",
            "resource_booking_type_id": booking_type,
        }
        return env["product.product"].create(vals).id

    def clear_up(self):
        self._forget_money()
        with self.office.env() as env:
            env["product.product"].browse(self.products).unlink()
        super().clear_up()

    def _order(self, env, which):
        return self._pick(self._search(env, "sale.order", "sale_order"), which)

    def _transaction(self, env, which):
        model, table = "payment.transaction", "payment_transaction"
        return self._pick(self._search(env, model, table), which)

    # === ORDERS === #

    def buy(self, room, person, quantity, start, how):
        """Somebody orders a room, and chooses times one after the other.

        :param str how: ``cart``, ``quotation`` or ``order``.
        """
        with self._request() as env:
            line = {"product_id": self.products[room], "product_uom_qty": quantity}
            order = env["sale.order"].create(
                {
                    "partner_id": self.people[person],
                    "website_id": how == "cart" and self.website,
                    "order_line": [Command.create(line)],
                }
            )
            if how == "order":
                order.action_confirm()
            self._choose_times(order, start)

    def _choose_times(self, order, start):
        moment = self._get_quarter(start)
        bookings = order.resource_booking_ids.filtered("active")
        for number, booking in enumerate(bookings.sorted("id")):
            if not booking.start:
                booking.start = moment + timedelta(hours=2 * number)
            if order.state == "sale":
                booking.action_confirm()

    def choose_times(self, which, start):
        """The customer chooses the times that are still to be chosen."""
        with self._request() as env:
            self._choose_times(self._order(env, which), start)

    def change_order(self, which, how):
        """Staff or the customer change the state of an order."""
        with self._request() as env:
            order = self._order(env, which)
            if not order:
                return
            if how == "confirm":
                order.filtered(lambda one: one.state == "draft").action_confirm()
            elif how == "cancel":
                order._action_cancel()
            elif how == "take up":
                order.filtered(lambda one: one.state == "cancel").action_draft()
            else:
                order.unlink()

    def change_line(self, which, how):
        """Staff edit a line; what was paid and is still ordered stays confirmed."""
        with self._request() as env:
            order = self._order(env, which)
            line = order.order_line[:1]
            if not line:
                return
            before = self._get_confirmed(order)
            if how == "text":
                line.write({"name": "With coffee", "qty_delivered": 1})
            elif how == "dearer":
                if not line.qty_invoiced:  # else the form lets nobody
                    line.price_unit += 50
            elif how == "remove":
                line.unlink()
                return
            elif how == "other room":
                self._change_room(line)
                return
            else:
                line.product_uom_qty = how
            stay = before[: int(line.product_uom_qty)]
            assert len(self._get_confirmed(order)) >= len(stay)

    def _change_room(self, line):
        """Staff choose a product that sells another room; whoever comes is in it."""
        if not line.product_updatable:
            return
        others = [one for one in self.products if one != line.product_id.id]
        line.product_id = others[0]
        sold = line.product_id.resource_booking_type_id.combination_rel_ids
        rooms, now = sold.combination_id, fields.Datetime.now()
        for booking in self._get_confirmed(line.order_id):
            assert booking.start <= now or booking.combination_id in rooms

    @staticmethod
    def _get_confirmed(order):
        bookings = order.with_context(active_test=False).resource_booking_ids
        return bookings.filtered(lambda one: one.active and one.state == "confirmed")

    def close_room(self, room, hours):
        """Staff close a room for some time, whoever has booked it."""
        with self._request() as env:
            booking_type = env["resource.booking.type"].browse(self.types[room])
            rooms = booking_type.combination_rel_ids.combination_id.resource_ids
            now = fields.Datetime.now()
            env["resource.calendar.leaves"].create(
                {
                    "name": "Painting the walls",
                    "resource_id": rooms.id,
                    "date_from": now,
                    "date_to": now + timedelta(hours=hours),
                }
            )

    def expire(self):
        """The shop's job cancels what was not paid in time."""
        with self._request() as env:
            env["resource.booking"]._cron_cancel_expired()

    def change_payment(self, room, **values):
        """The administrator changes what the rule of a room waits for."""
        with self._request() as env:
            env["exivo.access.rule"].browse(self.rules[room]).write(values)

    def invoice(self, which):
        """Staff invoice what is to be invoiced of an order."""
        with self._request() as env:
            order = self._order(env, which)
            if order.state == "sale":
                order._create_invoices().action_post()

    # === PAID ONLINE === #

    def transfer(self, which, percent, state, later):
        """A customer pays online, and has come so far with it.

        :param bool later: whether Odoo draws its conclusions only later.
        """
        with self._request() as env:
            order = self._order(env, which)
            if not order or order.state == "cancel" or not order.amount_total:
                return
            provider = env["payment.provider"].browse(self.provider)
            transaction = env["payment.transaction"].create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": provider.payment_method_ids[:1].id,
                    "reference": f"{order.name}-{len(order.transaction_ids)}",
                    "amount": order.amount_total * percent / 100,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
            getattr(transaction, f"_set_{state}")()
        if not later:
            self.process()

    def move_on(self, which, how, later):
        """What the provider says of a transaction: it is done, off, or refunded."""
        with self._request() as env:
            transaction = self._transaction(env, which)
            if transaction.operation == "refund" or not transaction:
                return
            if transaction.state in ("pending", "authorized") and how != "refund":
                getattr(transaction, f"_set_{how}")()
            elif transaction.state == "done" and how == "refund":
                amount = transaction.amount - transaction._get_exivo_refunded()
                if amount > 0:
                    refund = transaction._create_child_transaction(amount, True)
                    refund._set_done()
        if not later:
            self.process()

    def process(self):
        """Odoo draws its conclusions from what the provider has said."""
        model, table = "payment.transaction", "payment_transaction"
        with self.office.env() as env:
            domain = [("is_post_processed", "=", False)]
            ids = self._search(env, model, table, *domain).ids
        for one in ids:
            with self._request() as env:
                env[model].browse(one)._post_process()

    # === THE END === #

    def calm_down(self):
        """As everywhere; and before anything is compared, accesses follow the money."""
        self.process()
        with self.office.env() as env:
            left = [("is_post_processed", "=", False)]
            model, table = "payment.transaction", "payment_transaction"
            assert not self._search(env, model, table, *left), "money is stuck"
            bookings_have_what_their_rules_want(self, env, fields.Datetime.now())
        super().calm_down()

    def _run_woken(self):
        self.process()
        super()._run_woken()

    def may_open(self, booking, rule):
        order = booking.sale_order_id
        if not order:
            return True
        if order.state == "cancel":
            return False
        if order.state != "sale" and (order.website_id or rule.payment != "any"):
            return False
        if rule.payment != "paid":
            return True
        is_paid = self._is_paid(order, order.amount_total * rule.payment_share / 100)
        if is_paid is None:
            return bool(booking.exivo_access_ids.filtered("is_wanted"))
        return is_paid

    def _is_paid(self, order, due):
        """Whether so much of an order is paid.

        :return: ``None`` where staff have credited only some of what was paid, so that
            people may well differ about it.
        """
        if order.amount_total <= 0:
            return True
        invoices = order.order_line.invoice_lines.move_id.filtered(
            lambda one: one.state == "posted"
        )
        credits = invoices.filtered(lambda one: one.move_type == "out_refund")
        invoiced = sum((invoices - credits).mapped("amount_total"))
        credited = sum(credits.mapped("amount_total"))
        paid = self._get_paid_in(order, invoices - credits)
        if paid <= 0 or paid + CENTS < due:
            return False  # nobody gets in for less
        if not credited:
            return True
        if invoiced - credited + CENTS < due:
            return False if paid <= invoiced else None
        is_settled = all(one.payment_state in SETTLED for one in invoices - credits)
        entries = invoices.line_ids.matched_credit_ids.credit_move_id.move_id
        typed = entries.filtered(lambda one: one.move_type == "out_refund") - credits
        return (is_settled and not typed) or None

    def _get_paid_in(self, order, invoices):
        """What the customer has paid, less what was paid back."""
        kept = ("in_process", "paid")
        done = order.transaction_ids.filtered(lambda one: one.state == "done")
        done |= done.child_transaction_ids.filtered(lambda one: one.state == "done")
        online = sum(
            one.amount
            for one in done
            if one.payment_id.state in kept or not one.is_post_processed
        )
        by_hand = invoices.matched_payment_ids | invoices.reconciled_payment_ids
        return online + sum(
            one.amount
            for one in by_hand
            if one.state in kept and not one.payment_transaction_id
        )
