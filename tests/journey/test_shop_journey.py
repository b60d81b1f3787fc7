# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A paid room and a paid membership in a real browser.

The steps of the room are those of `./dev demo --shop --check`.
"""

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect
from shop_browser import ShopBrowser
from test_accessibility import assert_accessible, assert_speaks
from test_journey import log_in

from devkit.commands import bookkeeping, journey_shop
from devkit.commands.house import COMMUNITY, MEMBERSHIP, add_room
from devkit.commands.journey import Journey


def test_customer_buys_a_room_opens_the_door_and_is_locked_out_when_credited(
    shop, windows
):
    journey = Journey(
        *(shop.admin, shop.url, shop.database, shop.simulator.ready),
        person=lambda: ShopBrowser(windows()),
    )
    for step in journey_shop.STEPS:
        step(journey)
    assert not shop.live_visits(journey.booking)


def test_staff_see_on_the_community_who_is_in_by_a_membership(shop, desk):
    admin = shop.admin
    (line,) = admin.read(
        "membership.membership_line",
        [("membership_id.name", "=", MEMBERSHIP)],
        ["account_invoice_id", "partner_id"],
    )
    bookkeeping.pay(admin, line["account_invoice_id"][0])
    (community,) = admin.read(
        "res.partner.category", [("name", "=", COMMUNITY)], ["id"]
    )
    log_in(desk, shop, "admin")
    form = f"{shop.url}/odoo/action-exivo_access.exivo_community_action"
    desk.goto(f"{form}/{community['id']}")
    products = desk.locator(".o_field_widget[name=exivo_product_ids]")
    expect(products).to_contain_text(MEMBERSHIP)
    buttons = desk.locator(".o-form-buttonbox")
    expect(buttons).not_to_contain_text("By Hand")
    buttons.get_by_role("button", name="By Membership").click()
    row = desk.locator(".o_list_view .o_data_row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(line["partner_id"][1].rpartition(",")[2].strip())
    row.locator("td[name=partner_id]").click()
    expect(desk.locator(".o_form_view [name=category_id]")).to_contain_text(COMMUNITY)


@pytest.fixture(scope="module")
def used_room(shop):
    """A room that is in use now, so that the timeline shows it."""
    kind = add_room(shop.admin, "Small Hall")
    start = datetime.now(timezone.utc) - timedelta(minutes=2)
    booking = shop.pending_booking("Use", start, type_id=kind, duration=2)
    shop.admin.call("resource.booking", "action_confirm", [booking])
    shop.wait_for_access(booking, state="created")


@pytest.mark.parametrize("language", ["en", "de", "fr", "it"])
def test_timeline_has_no_grave_hindrance_in_any_language(
    shop, desk, used_room, language
):
    log_in(desk, shop, shop.staff_in(language))
    action = "exivo_access_timeline.exivo_room_use_action"
    desk.goto(f"{shop.url}/odoo/action-{action}")
    expect(desk.locator(".vis-item.vis-range").first).to_be_visible()
    assert_speaks(desk, language)
    assert_accessible(desk, ".o_content")
