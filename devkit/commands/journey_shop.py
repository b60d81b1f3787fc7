# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The journey of a paid room: put into the cart, paid, opened, credited, refused."""

import re
import time

from .house import PRODUCT
from .journey import Journey, utc
from .patience import expect, within_seconds
from .staff import Staff


def fills_the_cart(journey):
    """The customer puts the room into the cart and picks a slot: no door opens."""
    journey.log_in()
    (product,) = journey.admin.read(
        "product.product", [("name", "=", PRODUCT)], ["product_tmpl_id"]
    )
    values = {
        "product_template_id": product["product_tmpl_id"][0],
        "product_id": product["id"],
        "quantity": 1,
    }
    _ask(journey, "/shop/cart/add", **values)
    page = journey.customer.open(f"{journey.url}/shop/booking/1/schedule")
    person = {"partner_name": journey.name, "partner_email": journey.email}
    (form,) = page.forms("when")[-1:]
    journey.customer.submit(form, **person)
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
    page = journey.customer.open(f"{journey.url}/my/doors")
    expect("is not confirmed yet" in page.text, f"My doors says: {page.text}")
    expect(not journey.visits(), "a visit exists although nothing is paid")
    return f"{booking['sale_order_id'][1]}: {booking['start']} UTC; no visit"


def pays(journey):
    """The customer pays; the page after it leads to the doors."""
    page = journey.customer.open(f"{journey.url}/shop/payment")
    (form,) = page.tree.xpath("//form[@id='o_payment_form']")
    (choice,) = form.xpath(".//input[@data-provider-code='demo'][1]")[:1]
    sent = _ask(
        journey,
        form.get("data-transaction-route").removeprefix(journey.url),
        provider_id=int(choice.get("data-provider-id")),
        payment_method_id=int(choice.get("data-payment-option-id")),
        token_id=None,
        amount=None,
        flow="direct",
        tokenization_requested=False,
        landing_route=form.get("data-landing-route"),
        access_token=form.get("data-access-token"),
    )
    reference = sent["reference"]
    _ask(
        journey,
        "/payment/demo/simulate_payment",
        reference=reference,
        payment_details="1234",
        simulated_state="done",
    )
    journey.confirmed_at = time.monotonic()
    status = journey.customer.open(f"{journey.url}/payment/status")
    token = re.search(r'csrf_token: "([^"]+)"', status.source)
    _ask(journey, "/payment/status/poll", csrf_token=token and token[1])
    page = journey.customer.open(f"{journey.url}/shop/confirmation")
    expect("Your doors" in page.text, f"the page after it says: {page.text}")
    return f"{reference}; the page says when the doors open"


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
    context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
    invoicing = "sale.advance.payment.inv"
    (wizard,) = staff.call(invoicing, "create", [{}], context=context)
    staff.call(invoicing, "create_invoices", [wizard], context=context)
    domain = [("invoice_line_ids.sale_line_ids.order_id", "=", order)]
    (invoice,) = staff.read("account.move", domain, ["journal_id"])
    staff.call("account.move", "action_post", [invoice["id"]])
    expect(not journey.visits()[0]["revoked"], "invoicing has revoked the visit")
    context = {"active_model": "account.move", "active_ids": [invoice["id"]]}
    reversal = "account.move.reversal"
    values = {"journal_id": invoice["journal_id"][0]}
    (wizard,) = staff.call(reversal, "create", [values], context=context)
    staff.call(reversal, "reverse_moves", [wizard], context=context)
    domain += [("move_type", "=", "out_refund")]
    (credit,) = staff.read("account.move", domain, ["name"])
    staff.call("account.move", "action_post", [credit["id"]])
    started = time.monotonic()
    within_seconds(lambda: journey.visits()[0]["revoked"], "the visit is not revoked")
    seconds = time.monotonic() - started
    journey.link_refuses()
    page = journey.customer.open(f"{journey.url}/my/doors")
    expect("is not paid yet" in page.text, f"My doors says: {page.text}")
    journey.mails_settled(3)
    return f"revoked after {seconds:.1f} s"


def _ask(journey, path, **values):
    """Call a route of the shop as its pages do."""
    answer = journey.customer.session.post(
        journey.url + path, json={"jsonrpc": "2.0", "params": values}, timeout=60
    )
    answer.raise_for_status()
    said = answer.json()
    expect("error" not in said, f"{path} said {said.get('error')}")
    return said.get("result")


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
