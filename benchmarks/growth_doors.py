# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Doors' reports are read and matched, however much they reported and was booked.

A log with nothing new is read where doors report a thousand and ten thousand events a
day. A batch of events is matched beside accesses of the past.
"""

import json
import tempfile
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from odoo.addons.exivo_access import adapters

from exivo_simulator.first_state import first_state

from .figures import Result, Row, Verdict, ratio, seconds
from .past import fill_past
from .workplace import measured, middle

#: What reading a log with nothing new may take.
MOST_CALLS = 3
#: How much dearer matching may be beside ten times as many accesses.
MOST_GROWTH = 1.2
DAYS_OF_LOG = 2
EVENTS = 200
ROUNDS = 15


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    reading, matching = _measure_reading(workplace), _measure_matching(workplace)
    return Result(reading.rows + matching.rows, reading.verdicts + matching.verdicts)


def _measure_reading(workplace):
    few, many = workplace.size((1000, 10_000), (300, 3000))
    usual, most = _count_calls(workplace, few), _count_calls(workplace, many)
    row = Row(
        f"reading a log with nothing new, {many:,} events a day",
        f"{most} calls",
        f"{usual} calls, {few:,} events a day",
        ratio(most, usual),
    )
    verdict = Verdict(
        f"a log with nothing new is read with at most {MOST_CALLS} calls",
        f"{most}",
        most <= MOST_CALLS,
    )
    return Result([row], [verdict])


def _count_calls(workplace, per_day):
    """Count the calls of reading a log of which everything is known.

    :param int per_day: so many events are reported a day.
    """
    with tempfile.TemporaryDirectory() as folder:
        state_file = Path(folder) / "state.json"
        state_file.write_text(json.dumps(_get_state(per_day)))
        with workplace.office(state_file=state_file, latency=0) as office:
            _read(office)
            before = len(_get_log_calls(office))
            _read(office)
            return len(_get_log_calls(office)) - before


def _get_state(per_day):
    """Return what the simulator knows, with a log that ends now."""
    state = first_state()
    door = next(iter(state["components"]))
    now = datetime.now(timezone.utc)
    ages = [number * timedelta(days=1) / per_day for number in range(1, 1 + per_day)]
    state["access_log"] = [
        {
            "id": str(uuid.uuid4()),
            "name": "accessPermitted",
            "data": {"component": {"id": door}, "medium": {"id": "m"}},
            "occurredAt": f"{now - age - timedelta(days=day):%Y-%m-%dT%H:%M:%S.000Z}",
        }
        for day in reversed(range(DAYS_OF_LOG))
        for age in reversed(ages)
    ]
    return state


def _read(office):
    with office.env() as env:
        env["exivo.site"].browse(office.site_id)._hear_doors()
    with office.env() as env:
        env["exivo.site"]._cron_read_events()


def _get_log_calls(office):
    return [one for one in office.simulator.requests() if "accesslog" in one["path"]]


def _measure_matching(workplace):
    few, many = workplace.size((10_000, 100_000), (100, 1000))
    with workplace.office_with_access() as (office, access):
        costs, first = [], 1
        for last in (few, many):
            fill_past(office, access["id"], first, last)
            # as many as a tenth of them are still to come
            ahead = -timedelta(minutes=6 * (many + last) + 60)
            fill_past(office, access["id"], many + first, many + last // 10, ahead)
            costs.append(_match(office))
            first = last + 1
    usual, most = costs
    row = Row(
        f"matching {EVENTS} events beside {many:,} accesses of the past",
        f"{seconds(most.seconds)}, {most.queries} queries",
        f"{seconds(usual.seconds)}, {usual.queries} queries beside {few:,}",
        ratio(most.seconds, usual.seconds),
    )
    verdict = Verdict(
        f"matching events beside ten times as many accesses takes at most {MOST_GROWTH}"
        " times as long",
        ratio(most.seconds, usual.seconds),
        most.seconds <= MOST_GROWTH * usual.seconds,
    )
    return Result([row], [verdict])


def _match(office):
    """Measure finding whose a batch of events is, of the last two hours."""
    now = datetime.now(timezone.utc)

    def work(env):
        site = env["exivo.site"].browse(office.site_id)
        locks = site.lock_ids.mapped("remote_id")
        events = [
            adapters.DoorEvent(
                id=str(number),
                kind=adapters.OPENED,
                name="accessPermitted",
                at=now - timedelta(hours=2) + timedelta(seconds=30 * number),
                lock_id=locks[number % len(locks)],
                actor="",
                words=frozenset({f"bench{number}", "Door", "Key"}),
            )
            for number in range(EVENTS)
        ]
        env["exivo.door.event"]._match(site, events)

    measured(office.registry, work)
    return middle([measured(office.registry, work) for _round in range(ROUNDS)])
