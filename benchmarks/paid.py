# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A booking that is paid beside one that costs nothing.

Three rooms are booked in turn: one that nobody sells, one that is ordered while its
rule does not ask for the money, and one whose order is paid and whose rule asks. Of
each, choosing the time and confirming is one transaction, which is committed. Then a
real server: the clock starts when the payment is registered, or the booking that costs
nothing is confirmed, and ends when the credential is live.
"""

from datetime import timedelta
from functools import partial
from statistics import median

from odoo import fields
from odoo.fields import Command

from devkit.commands import bookkeeping
from devkit.commands.house import PRODUCT, open_shop
from devkit.machine.databases import SHOP

from .credential import book, get_day, serving, wait
from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import make_ruled_room, measured, middle

#: What the design allows.
MOST = 1.10

FREE, ORDERED, PAID = "that costs nothing", "that is ordered", "that is paid"


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    with workplace.office(SHOP) as office:
        costs = _compare(office, workplace.size(30, 2))
    with serving(workplace, SHOP) as (admin, database):
        waits = _compare_waits(
            workplace.odoo.postgres, database, admin, workplace.size(30, 2)
        )
    paid, free = costs[PAID], costs[FREE]
    rows = [
        Row(
            f"to confirm a booking: {what}",
            f"{show(paid)} for one {PAID}",
            f"{show(costs[side])} for one {side}",
            ratio(amount(paid), amount(costs[side])),
        )
        for side in (FREE, ORDERED)
        for what, show, amount in (
            ("time", lambda cost: seconds(cost.seconds), lambda cost: cost.seconds),
            ("queries", lambda cost: f"{cost.queries:.0f}", lambda cost: cost.queries),
        )
    ]
    rows.append(
        Row(
            "commit → credential",
            f"{seconds(waits[PAID])} for one {PAID}",
            f"{seconds(waits[FREE])} for one {FREE}",
            ratio(waits[PAID], waits[FREE]),
        )
    )
    verdicts = [
        _judge("queries to confirm a booking", paid.queries, free.queries),
        _judge("time from commit to credential", waits[PAID], waits[FREE]),
    ]
    return Result(rows, verdicts)


def _judge(what, paid, free):
    times = paid / free
    return Verdict(
        f"{what} {PAID}: at most {MOST:.2f} × those of one {FREE}",
        f"{times:.2f} ×",
        times <= MOST,
    )


def _compare(office, rounds):
    """Measure choosing a time and confirming, by side."""
    makers = {side: _make_room(office, side) for side in (FREE, ORDERED, PAID)}
    costs = {side: [] for side in makers}
    hour = 0
    for _round in range(rounds + 1):
        for side, make in makers.items():
            with office.env() as env:
                booking_id = make(env)
            work = partial(_confirm, booking_id, hour)
            costs[side].append(measured(office.registry, work))
            hour += 2  # no booking touches another one
    # the first round fills the caches
    return {side: middle(times[1:]) for side, times in costs.items()}


def _confirm(booking_id, hour, env):
    env = env(context={"no_mail_to_attendees": True})
    booking = env["resource.booking"].browse(booking_id)
    booking.start = fields.Datetime.today() + timedelta(days=1, hours=hour)
    booking.action_confirm()


def _make_room(office, side):
    """Make a room.

    :return: function that makes a booking of it, which has no time yet.
    """
    type_id, customer_id = make_ruled_room(office, side, email="anna@example.com")
    with office.env() as env:
        if side == PAID:
            domain = [("resource_id.name", "=", side)]
            env["exivo.access.rule"].search(domain).payment = "paid"
        product = env["product.product"].create(
            {
                "name": "An hour",
                "type": "service",
                "list_price": 100,
                "resource_booking_type_id": side != FREE and type_id,
            }
        )
    if side == FREE:
        return partial(_begin, type_id, customer_id)
    return partial(_order, product.id, customer_id, side == PAID)


def _begin(type_id, customer_id, env):
    vals = {"type_id": type_id, "partner_ids": [Command.set([customer_id])]}
    return env["resource.booking"].create({**vals, "duration": 1}).id


def _order(product_id, customer_id, is_paid, env):
    order = env["sale.order"].create(
        {
            "partner_id": customer_id,
            "order_line": [Command.create({"product_id": product_id})],
        }
    )
    order.action_confirm()
    if is_paid:
        domain = [("code", "=", "demo"), ("company_id", "=", order.company_id.id)]
        provider = env["payment.provider"].search(domain, limit=1)
        env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "reference": order.name,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": customer_id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )._set_done()
    return order.resource_booking_ids.id


def _compare_waits(postgres, database, admin, count):
    """The middle of the seconds until there is a credential, by side."""
    waits = {FREE: [], PAID: []}
    open_shop(admin)
    (rule,) = admin.read("exivo.access.rule", [], ["id"])
    (product,) = admin.read("product.product", [("name", "=", PRODUCT)], ["id"])
    for number in range(count):
        admin.call("exivo.access.rule", "write", [rule["id"]], {"payment": "any"})
        waits[FREE].append(wait(postgres, database, book(admin, 2 * number)))
        admin.call("exivo.access.rule", "write", [rule["id"]], {"payment": "paid"})
        booking = _buy(admin, product["id"], 2 * number + 1)
        waits[PAID].append(wait(postgres, database, booking))
    return {side: median(times) for side, times in waits.items()}


def _buy(admin, product, number):
    """Order the demo room for another day for each number, and pay for it.

    :return: the id of the ``resource.booking``.
    """
    (user,) = admin.read("res.users", [("login", "=", "portal")], ["partner_id"])
    line = {"product_id": product, "product_uom_qty": 1}
    values = {"partner_id": user["partner_id"][0], "order_line": [[0, 0, line]]}
    (order,) = admin.call("sale.order", "create", [values])
    admin.call("sale.order", "action_confirm", [order])
    domain = [("sale_order_id", "=", order)]
    (booking,) = admin.read("resource.booking", domain, ["id"])
    values = {"start": f"{get_day(number):%Y-%m-%d} 10:00:00"}
    admin.call("resource.booking", "write", [booking["id"]], values)
    admin.call("resource.booking", "action_confirm", [booking["id"]])
    bookkeeping.pay(admin, bookkeeping.invoice(admin, order))
    return booking["id"]
