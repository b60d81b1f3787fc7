# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an administrator does once: connect the site, fetch its locks, set a rule."""

from datetime import timedelta

from ..machine.report import Stop

ROOM = "exivo_access.demo_room"
#: What the shop sells.
PRODUCT = "Half an hour in the meeting room Aare"
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


def _save(admin, model, domain, values):
    """Create the record of a domain, or bring the one that is there up to date."""
    found = admin.read(model, domain, ["id"], limit=1)
    if not found:
        (created,) = admin.call(model, "create", [values])
        return created
    admin.call(model, "write", [found[0]["id"]], values)
    return found[0]["id"]
