# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exivo is away or cuts calls, while a real Odoo with its real scheduler books."""

from playwright.sync_api import expect
from test_journey import log_in


def book(house, name):
    booking = house.pending_booking(name, house.free_hour())
    house.admin.call("resource.booking", "action_confirm", [booking])
    return booking


def test_booking_succeeds_while_exivo_is_away_and_the_access_follows(house):
    house.simulator.stop()
    booking = book(house, "Meeting in an outage")
    house.wait_for_access(booking, state="in_progress", failure_type="unreachable")
    (row,) = house.admin.read("resource.booking", [("id", "=", booking)], ["state"])
    assert row["state"] == "confirmed"
    house.simulator.start()
    house.let_pauses_end()
    house.wait_for_access(booking, state="created", mail_state="sent")
    assert len(house.live_visits(booking)) == 1


def test_visit_whose_answer_was_cut_is_adopted_and_not_made_twice(house):
    house.simulator.fault("cut_after", times=1, method="POST", path="/visit")
    booking = book(house, "Meeting with a cut line")
    house.wait_for_access(booking, state="in_progress", failure_type="unclear")
    access = house.wait_for_access(booking, state="created", mail_state="sent")
    (visit,) = house.live_visits(booking)
    assert visit["link"] == house.link(access)


def test_open_page_hears_of_the_access_after_the_phone_was_without_a_network(
    house, phone
):
    house.simulator.stop()
    booking = book(house, "Meeting in a lift")
    house.wait_for_access(booking, state="in_progress", failure_type="unreachable")
    log_in(phone, house, "portal")
    page = f"/my/bookings/{booking}?"
    phone.goto(f"{house.url}{page}")
    card = phone.locator(".o_exivo_access")
    expect(card).to_be_visible()
    phone.context.set_offline(True)
    for _look in range(2):
        phone.wait_for_event("requestfailed", lambda one: one.url.endswith(page))
    phone.context.set_offline(False)
    house.simulator.start()
    house.let_pauses_end()
    house.wait_for_access(booking, state="created")
    # whoever comes back to the page need not wait for the next look
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(card.locator(".o_exivo_link")).to_be_visible()
