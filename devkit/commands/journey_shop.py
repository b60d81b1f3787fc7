# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The journey of a paid room: put into the cart, paid, opened, credited, refused."""

import time

from . import bookkeeping
from .house import AHEAD, PRODUCT
from .journey import Journey, now, utc
from .patience import expect, within_seconds
from .staff import Staff


def fills_the_cart(journey):
    """The customer puts the room into the cart and picks a slot: no door opens."""
    journey.log_in()
    (product,) = journey.admin.read(
        "product.product",
        [("name", "=", PRODUCT)],
        ["product_tmpl_id", "website_url"],
    )
    journey.customer.fill_cart(journey.url, product)
    journey.customer.pick_slot(now() + AHEAD)
    (booking,) = journey.admin.read(
        "resource.booking",
        [("sale_order_line_id", "!=", False), ("start", "!=", False)],
        ["state", "start", "stop", "sale_order_id"],
        order="id desc",
        limit=1,
    )
    expect(booking["state"] == "scheduled", f"the booking is {booking['state']}")
    journey.booking = booking["id"]
    journey.start, journey.stop = utc(booking["start"]), utc(booking["stop"])
    journey.customer.open(f"{journey.url}/my/doors")
    journey.customer.sees("is not confirmed yet")
    expect(not journey.visits(), "a visit exists although nothing is paid")
    return f"{booking['sale_order_id'][1]}: {booking['start']} UTC; no visit"


def pays(journey):
    """The customer pays; the page after it leads to the doors."""
    journey.customer.open(f"{journey.url}/shop/payment")
    journey.customer.pay()
    journey.confirmed_at = time.monotonic()
    journey.customer.open(f"{journey.url}/shop/confirmation")
    journey.customer.sees("Your doors")
    return "the page says when the doors open"


def two_mails(journey):
    """Two mails lie in the inbox: the order's, and ours with link and PIN."""
    mails = journey.mails_settled(2)
    subjects = [mail["subject"] for mail in mails]
    (ours,) = [mail for mail in mails if journey.visit["code"] in mail["html"]]
    expect(journey.visit["link"] in ours["html"], "the mail lacks the link")
    (other,) = [mail for mail in mails if mail != ours]
    expect("/my/doors" in other["html"], "the order's mail has no way to the doors")
    return "; ".join(f"“{one}”" for one in subjects)


def is_credited(journey):
    """Staff credit the invoice: visit revoked, page refuses, one mail."""
    journey.staff = Staff(journey.url, journey.database, "admin", "admin")
    staff = journey.staff
    (booking,) = staff.read(
        "resource.booking", [("id", "=", journey.booking)], ["sale_order_id"]
    )
    order = booking["sale_order_id"][0]
    number = bookkeeping.invoice(staff, order)
    expect(not journey.visits()[0]["revoked"], "invoicing has revoked the visit")
    bookkeeping.credit(staff, number)
    started = time.monotonic()
    within_seconds(lambda: journey.visits()[0]["revoked"], "the visit is not revoked")
    seconds = time.monotonic() - started
    journey.link_refuses()
    journey.customer.open(f"{journey.url}/my/doors")
    journey.customer.sees("was credited or refunded")
    journey.mails_settled(3)
    return f"revoked after {seconds:.1f} s"


STEPS = [
    Journey.site_connected,
    Journey.rule_set,
    fills_the_cart,
    pays,
    Journey.visit_exists,
    two_mails,
    Journey.door_opens,
    is_credited,
]
