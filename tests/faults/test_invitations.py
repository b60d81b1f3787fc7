# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exivo's own text messages: one for each link, whatever goes wrong on the way."""

import itertools
from collections import Counter

from mishaps import SLOW, synchronise

#: What becomes of an order: not sent on, carried out without an answer, or too late.
MISHAPS = (
    "cut_before",
    "cut_after",
    "error_500",
    "error_500_after",
    "html",
    "latency",
    "rate_limit",
)
PHONE = "+41791234567"


def texts(office):
    """How often each text has come, at each number."""
    return Counter(
        (*mail["to"], mail["text"].strip())
        for mail in office.simulator.mails()
        if mail["subject"] == "SMS"
    )


def test_each_link_is_texted_once_whatever_becomes_of_orders_and_workers(office):
    with office.env() as env:
        env["exivo.access.rule"].search([]).invitation = "sms"
    bookings = []
    ways = itertools.product(MISHAPS, (None, 0))
    for number, (mishap, dies_after) in enumerate(ways, 1):
        bookings.append(office.book(hours=24 * number))
        with office.env() as env:
            booking = env["resource.booking"].browse(bookings[-1])
            booking.partner_ids.phone = PHONE
        office.simulator.fault(mishap, seconds=SLOW, method="POST", path="/visit")
        synchronise(office, dies_after)
        office.make_due()
        synchronise(office, dies_after)
        office.make_due()
        office.synchronise()
    states = [access["state"] for access in office.accesses(*bookings)]
    assert states == ["created"] * len(bookings)
    visits = office.simulator.visits()
    assert len(visits) == len(bookings)
    assert texts(office) == {(PHONE, visit["link"]): 1 for visit in visits}


def test_a_moved_booking_is_texted_once_more_with_its_new_link(office):
    with office.env() as env:
        env["exivo.access.rule"].search([]).invitation = "sms"
    booking_id = office.book(hours=24)
    with office.env() as env:
        env["resource.booking"].browse(booking_id).partner_ids.phone = PHONE
    office.synchronise()
    with office.env() as env:
        booking = env["resource.booking"].browse(booking_id)
        booking.start = booking.start.replace(minute=30)
    office.simulator.fault("cut_after", method="POST", path="/visit")
    office.synchronise()
    office.make_due()
    office.synchronise()
    links = [visit["link"] for visit in office.simulator.visits()]
    assert len(links) == 2
    assert texts(office) == {(PHONE, link): 1 for link in links}
