# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A booking for now waits for its access while much else is due.

Customers book one after the other at a site that answers. Beside it are sites that take
a call and never answer, answer late or refuse for a while, each with something due; or
very much is due at the site itself, to make or to take away. The scheduled action runs
again and again, as Odoo runs it; one scene lasts longer than several of its runs.
"""

import threading
import time
import uuid
from datetime import timedelta

from odoo import fields

from devkit.commands.patience import within_seconds

from .figures import Result, Row, Verdict, ratio, seconds
from .sites import answering, hanging, sites_at
from .workplace import LATENCY, book, make_ruled_room

#: What is to be reached: nineteen of twenty, and the last one, within so many seconds.
MOST_WAIT_LESS, NOBODY_WAITS_LONGER = 2, 5
#: How long a booking is waited for, in seconds.
PATIENCE = 60
#: Sites that hang, and how many accesses are due at each.
HANGING = ((1, 5), (4, 3), (10, 1), (10, 20))
#: Seconds that a slow site takes to answer.
SLOWNESS = 8


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    count = workplace.size(20, 2)
    with workplace.office() as office:
        usual = _measure(office, count)
        rows = [_row("nothing else is due", usual, usual)]
        verdicts = []
        for sites, due in workplace.size(HANGING, ((2, 2),)):
            with hanging() as url, sites_at(office, url, sites, due):
                waits = _measure(office, count, called=sites)
            what = f"{sites} sites hang with {due} due each"
            rows.append(_row(what, waits, usual))
            verdicts.append(_verdict(what, waits))
        sites, due, lasting, often = workplace.size((10, 20, 90, 30), (2, 2, 2, 2))
        with hanging() as url, sites_at(office, url, sites, due):
            waits = _measure(office, often, called=sites, lasting=lasting)
        what = f"{sites} sites hang for {lasting} s with {due} due each"
        rows.append(_row(what, waits, usual))
        verdicts.append(_verdict(what, waits))
        slowly = f"answer in {SLOWNESS} s", workplace.size(SLOWNESS, 1)
        for number, (manner, late), status in (
            (sites, slowly, 201),
            (2 * sites, slowly, 201),
            (sites, ("say 429 with Retry-After", 0), 429),
        ):
            server = answering(late=late, status=status)
            with server as url, sites_at(office, url, number, due):
                waits = _measure(office, count)
            what = f"{number} sites {manner} with {due} due each"
            rows.append(_row(what, waits, usual))
            verdicts.append(_verdict(what, waits))
        away = lasting / 2
        with answering(away=away) as url, sites_at(office, url, sites, due):
            waits = _measure(office, often, called=sites, lasting=lasting)
        what = f"{sites} sites come back after {away:.0f} s with {due} due each"
        rows.append(_row(what, waits, usual))
        verdicts.append(_verdict(what, waits))
        many = workplace.size(1000, 10)
        with answering(late=LATENCY) as url, sites_at(office, url, 1, many):
            waits = _measure(office, count, called=1)
        what = f"{many} are due at another site"
        rows.append(_row(what, waits, usual))
        verdicts.append(_verdict(what, waits))
        type_id, customer_id = make_ruled_room(office, "Much to do", email=False)
        for first in range(0, many, 50):
            with office.env() as env:
                book(env, type_id, customer_id, first, min(50, many - first))
        waits = _measure(office, count)
        what = f"{many} are due at the same site"
        rows.append(_row(what, waits, usual))
        verdicts.append(_verdict(what, waits))
        found = _measure_revocations(office, many, count, usual)
    return Result(rows + found.rows, verdicts + found.verdicts)


def _measure_revocations(office, many, count, usual):
    """Cancel very many bookings, once alone and once while others book for now.

    :param list[float] usual: how long a booking for now waits otherwise.
    :rtype: Result
    """
    alone, _none = _cancel(office, many, 0)
    beside, waits = _cancel(office, many, count)
    what = f"{many} are revoked at the same site"
    return Result(
        [
            _row(what, waits, usual),
            Row(
                f"{many} revocations, the last one",
                f"{seconds(beside)} with bookings for now",
                f"{seconds(alone)} alone",
                ratio(beside, alone),
            ),
        ],
        [
            _verdict(what, waits),
            Verdict(
                "No revocation waits twice as long because of bookings for now",
                ratio(beside, alone),
                beside <= 2 * alone,
            ),
        ],
    )


def _cancel(office, many, count):
    """Cancel bookings that have their accesses, and book some for now meanwhile.

    :return: after how many seconds the last one was revoked, and how long those waited
        that were booked meanwhile.
    :rtype: tuple[float, list[float]]
    """
    type_id, customer_id = make_ruled_room(office, str(uuid.uuid4()), email=False)
    ours = ("booking_id.type_id", "=", type_id)
    with office.env() as env:
        for first in range(0, many, 50):
            book(env, type_id, customer_id, first, min(50, many - first))
    while _count(office, [ours, ("state", "=", "created")]) < many:
        office.synchronise()
    with office.env() as env:
        env["resource.booking"].search([("type_id", "=", type_id)]).action_cancel()
    started = time.perf_counter()
    waits = _measure(office, count)
    while _count(office, [ours, ("state", "=", "in_progress")]):
        office.synchronise()
    return time.perf_counter() - started, waits


def _count(office, domain):
    with office.env() as env:
        return env["exivo.access"].search_count(domain)


def _row(what, waits, usual):
    middle = len(waits) // 2
    return Row(
        f"a booking for now, while {what}: the middle one, the longest",
        f"{seconds(waits[middle])}, {seconds(waits[-1])}",
        f"{seconds(usual[middle])}, {seconds(usual[-1])}",
        ratio(waits[middle], usual[middle]),
    )


def _verdict(what, waits):
    most = waits[int(len(waits) * 0.95) - 1]
    return Verdict(
        f"While {what}, 19 of 20 bookings for now have their access within"
        f" {MOST_WAIT_LESS} s, and all within {NOBODY_WAITS_LONGER} s",
        f"{seconds(most)} and {seconds(waits[-1])}",
        most <= MOST_WAIT_LESS and waits[-1] <= NOBODY_WAITS_LONGER,
    )


def _count_called(office):
    """At how many sites an order is under way."""
    with office.env() as env:
        ordered = env["exivo.credential"].search([("state", "=", "creating")])
        return len(ordered.site_id)


def _measure(office, count, called=0, lasting=0):
    """Book for now, one after the other, while the scheduled action runs.

    :param int called: it begins once so many sites are called.
    :param float lasting: seconds over which the bookings are spread, at least.
    :return: how long each waited for its access, in seconds, the longest last.
    :rtype: list[float]
    """
    type_id, customer_id = make_ruled_room(office, str(uuid.uuid4()), email=False)
    over = threading.Event()

    def schedule():
        while not over.is_set():
            office.synchronise()
            over.wait(0.1)

    scheduler = threading.Thread(target=schedule)
    scheduler.start()
    try:
        within_seconds(lambda: _count_called(office) >= called, "they are not called")
        began, waits = time.perf_counter(), []
        for number in range(count):
            moment = began + lasting * number / count
            time.sleep(max(0, moment - time.perf_counter()))
            waits.append(_book_and_wait(office, type_id, customer_id, number))
        return sorted(waits)
    finally:
        over.set()
        scheduler.join()


def _book_and_wait(office, type_id, customer_id, number):
    with office.env() as env:
        now = fields.Datetime.now().replace(second=0)
        booking = env["resource.booking"].create(
            {
                "type_id": type_id,
                "partner_ids": [(6, 0, [customer_id])],
                "start": now + timedelta(minutes=1 + number),
                "duration": 1 / 60,
            }
        )
        booking.action_confirm()
        booking_id = booking.id
    started = time.perf_counter()
    while time.perf_counter() - started < PATIENCE:
        (access,) = office.accesses(booking_id)
        if access["state"] == "created":
            break
        time.sleep(0.05)
    return time.perf_counter() - started
