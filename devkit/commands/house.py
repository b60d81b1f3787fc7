# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sets a house up as an administrator does: site, locks, a rule."""

from datetime import date, timedelta

from ..machine.report import Stop

ROOM = "exivo_access.demo_room"
#: What the shop sells.
PRODUCT = "Half an hour in the meeting room Aare"
MEMBERSHIP = "A year in the house"
COMMUNITY = "Members of the house"
DOORS = ["Entrance", "Meeting room Aare"]
MINUTES_BEFORE = 15
MINUTES_AFTER = 10
#: What is booked so far ahead is not open yet, and will be soon.
AHEAD = timedelta(minutes=MINUTES_BEFORE + 5)


def connect(admin, simulator, api_url):
    """Connect Odoo to the simulator and set the demo rule. Harmless when repeated."""
    site = _save(
        admin,
        "exivo.site",
        [("remote_id", "=", simulator["site_id"])],
        {"name": "Riverside House", "remote_id": simulator["site_id"]}
        | {name: simulator[name] for name in ("api_key", "api_secret")}
        | {"api_url": api_url},
    )
    admin.call("exivo.site", "action_verify", [site])
    (seen,) = admin.read("exivo.site", [("id", "=", site)], ["state", "failure_reason"])
    if seen["state"] != "verified":
        raise Stop(f"The site is not verified: {seen['failure_reason']}")
    admin.call("exivo.site", "action_synchronise_locks", [site])
    locks = admin.read(
        "exivo.lock", [("site_id", "=", site), ("name", "in", DOORS)], ["name"]
    )
    if len(locks) != len(DOORS):
        names = ", ".join(lock["name"] for lock in locks) or "none"
        raise Stop(f"The locks {DOORS} were expected, and there are: {names}.")
    room = admin.ref(ROOM)
    _save(
        admin,
        "exivo.access.rule",
        [("resource_id", "=", room)],
        {
            "resource_id": room,
            "lock_ids": [[6, 0, [lock["id"] for lock in locks]]],
            "minutes_before": MINUTES_BEFORE,
            "minutes_after": MINUTES_AFTER,
            "holders": "requester",
            "booking_state": "confirmed",
            "method": "link",
        },
    )
    return site


def add_room(admin, name):
    """Add a room like the demo room, with a rule for the same doors.

    :return: the id of the ``resource.booking.type`` that offers it.
    """
    call, ref = admin.call, admin.ref
    (room,) = call("resource.resource", "copy", [ref(ROOM)])
    call("resource.resource", "write", [room], {"name": name})
    locks = call("exivo.lock", "search", [("name", "in", DOORS)])
    rule = {"resource_id": room, "lock_ids": [[6, 0, locks]]}
    call("exivo.access.rule", "create", [rule])
    rooms = {"resource_ids": [[6, 0, [room]]]}
    (rooms,) = call("resource.booking.combination", "create", [rooms])
    (kind,) = call(
        *("resource.booking.type", "copy"),
        [ref("exivo_access.demo_booking_type")],
        {"combination_rel_ids": [[0, 0, {"combination_id": rooms}]]},
    )
    return kind


def open_shop(admin):
    """Sell the room in the web shop, and let its doors wait for the money."""
    _save(
        admin,
        "product.template",
        [("name", "=", PRODUCT)],
        {
            "name": PRODUCT,
            "type": "service",
            "list_price": 20,
            "invoice_policy": "order",
            "is_published": True,
            "resource_booking_type_id": admin.ref("exivo_access.demo_booking_type"),
        },
    )
    domain = [("code", "=", "demo"), ("company_id", "=", 1)]
    _save(admin, "payment.provider", domain, {"state": "test", "is_published": True})
    domain = [("resource_id", "=", admin.ref(ROOM))]
    _save(admin, "exivo.access.rule", domain, {"payment": "paid"})
    # Without the program that Odoo makes PDFs with, no order could be confirmed.
    with_pdf = admin.read("mail.template", [("report_template_ids", "!=", False)], [])
    ids = [template["id"] for template in with_pdf]
    admin.call("mail.template", "write", ids, {"report_template_ids": [[5, 0, 0]]})


def open_club(admin):
    """Let a community follow memberships. One is invoiced, and waits to be paid.

    A demo that was begun earlier has none before it is reset.
    """
    installed = [("name", "=", "exivo_access_membership"), ("state", "=", "installed")]
    if not admin.read("ir.module.module", installed, []):
        return
    year = date.today().year
    product = _save(
        admin,
        "product.product",
        [("name", "=", MEMBERSHIP)],
        {
            "name": MEMBERSHIP,
            "type": "service",
            "list_price": 100,
            "membership": True,
            "membership_date_from": f"{year}-01-01",
            "membership_date_to": f"{year}-12-31",
        },
    )
    community = _save(
        admin,
        "res.partner.category",
        [("name", "=", COMMUNITY)],
        {
            "name": COMMUNITY,
            "exivo_by_membership": True,
            "exivo_product_ids": [[6, 0, [product]]],
        },
    )
    (door, *_others) = admin.read("exivo.lock", [("name", "=", DOORS[0])], [])
    _save(
        admin,
        "exivo.access.rule",
        [("category_id", "=", community)],
        {
            "category_id": community,
            "lock_ids": [[6, 0, [door["id"]]]],
            "method": "link",
        },
    )
    member = admin.ref("base.res_partner_address_15")
    if admin.read("membership.membership_line", [("partner_id", "=", member)], []):
        return
    (wizard,) = admin.call(
        "membership.invoice", "create", [{"product_id": product, "member_price": 100}]
    )
    context = {"active_ids": [member]}
    admin.call("membership.invoice", "membership_invoice", [wizard], context=context)
    domain = [("partner_id", "=", member), ("state", "=", "draft")]
    (invoice, *_others) = admin.read("account.move", domain, [])
    admin.call("account.move", "action_post", [invoice["id"]])


def _save(admin, model, domain, values):
    """Create the record of a domain, or bring the one that is there up to date."""
    found = admin.read(model, domain, ["id"], limit=1)
    if not found:
        (created,) = admin.call(model, "create", [values])
        return created
    admin.call(model, "write", [found[0]["id"]], values)
    return found[0]["id"]
