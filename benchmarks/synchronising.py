# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The synchroniser beside the bare client, with as many threads and the same orders.

Both make visits at one simulator in turn. The synchroniser's time runs until the last
access is *Created*: decided, written down before and after the call, each committed.
The customers of most rows have no e-mail address, because the bare client writes no
mails either; one row shows what the mails take.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from statistics import median

from odoo.addons.exivo_access.adapters import VisitOrder
from odoo.addons.exivo_access.models.site.site_connection import get_adapter

from .figures import Result, Row, Verdict, ratio
from .workplace import book, make_ruled_room

#: Calls that a site has side by side.
AT_ONCE = 4
#: What the design asks for.
LEAST_SPEED = 0.8


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    rows, verdicts = [], []
    with workplace.office() as office:
        for count, rounds in (
            (workplace.size(100, 8), workplace.size(3, 1)),
            (workplace.size(1000, 25), 1),
        ):
            ours, bare = _compare(office, count, rounds, email=False)
            rows.append(_row(f"{count} accesses", count, ours, bare))
            verdicts.append(
                Verdict(
                    f"{count} accesses are synchronised at least at {LEAST_SPEED:.1f} ×"
                    " the speed of the bare client",
                    f"{bare / ours:.2f} ×",
                    bare / ours >= LEAST_SPEED,
                )
            )
        count = workplace.size(100, 8)
        ours, bare = _compare(office, count, 1, email="anna@example.com")
        rows.append(_row(f"{count} accesses and their mails", count, ours, bare))
    return Result(rows, verdicts)


def _compare(office, count, rounds, email):
    """Medians of the seconds that both sides take."""
    ours, bare = [], []
    for number in range(rounds):
        type_id, customer_id = make_ruled_room(office, f"{count}.{number}", email)
        for first in range(0, count, 50):
            with office.env() as env:
                book(env, type_id, customer_id, first, min(50, count - first))
        bare.append(_bare(office, count))
        ours.append(_timed(office.synchronise))
        _all_are_created(office, type_id, count)
    return median(ours), median(bare)


def _bare(office, count):
    """Make as many visits with nothing but the client and its threads."""
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        adapter = get_adapter(site)
        rule = env["exivo.access.rule"].search([], limit=1)
        doors = tuple(rule.lock_ids.mapped("remote_id"))
    start = datetime.now(timezone.utc) + timedelta(days=1)
    stop = start + timedelta(hours=1)
    orders = [
        VisitOrder(f"bare{number:012d}", "B00000", "482915", start, stop, doors)
        for number in range(count)
    ]

    def make():
        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert all(grant.is_live for grant in pool.map(adapter.grant, orders))

    return _timed(make)


def _timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _all_are_created(office, type_id, count):
    with office.env() as env:
        created = env["exivo.access"].search_count(
            [("booking_id.type_id", "=", type_id), ("state", "=", "created")]
        )
    assert created == count, f"{created} of {count} accesses were made"


def _row(what, count, ours, bare):
    return Row(
        f"{what}: speed",
        f"{count / ours:.1f} per second",
        f"{count / bare:.1f} per second, bare client",
        ratio(bare, ours),
    )
