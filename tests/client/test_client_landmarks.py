# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A look-up reads what may be of its order, and no visit of its order is missed."""

import json
import random
from datetime import datetime, timedelta

import pytest
from written_exivo import BASE

from odoo.addons.exivo_access import api

FIRST = datetime(2026, 1, 1)
#: What became of a visit that was made so many minutes ago, and for when it is.
LEADS = (1, 3000, 20, 700, 5, 10_000)


def visit(number):
    """Return the visit that was made as the n-th, one each ten minutes."""
    made_at = FIRST + timedelta(minutes=10 * number)
    start = made_at + timedelta(minutes=LEADS[number % len(LEADS)])
    return {
        "id": f"id-{number}",
        # now and then a booking of before gets another visit
        "name": f"RB{number - number % 7 * 30:06d} token{number}",
        "validFrom": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "validTo": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        "revoked": number % 10 == 0,
        "expired": False,
    }


class Visits:
    """The visits of a site, in an order of its own, and which calls read them."""

    def __init__(self, exivo, rows, most=100):
        self.rows, self.most, self.calls = rows, most, 0
        exivo.add_callback("GET", f"{BASE}/visit", self.page)

    def page(self, request):
        self.calls += 1
        skip, limit = (int(request.params[name]) for name in ("skip", "limit"))
        return 200, {}, json.dumps(self.rows[skip : skip + min(limit, self.most)])


def landmarks(order, count, known=200):
    """Return what is known of the visits before an order, and of the newest."""
    numbers = {*range(max(0, order - known), order), *range(count - known // 2, count)}
    made_at = {
        f"id-{one}": FIRST + timedelta(minutes=10 * one) for one in numbers - {order}
    }
    return api.Landmarks(made_at, FIRST + timedelta(minutes=10 * order - 2))


def find(client, order, count):
    found = client.find_visits(f"token{order}", landmarks(order, count))
    return [one.id for one in found if one.name.endswith(f" token{order}")]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_look_up_costs_the_same_after_ten_times_as_many_visits(
    exivo, client, newest_first
):
    calls = []
    for count in (2000, 20_000):
        rows = [visit(number) for number in range(count)]
        listed = Visits(exivo, rows[::-1] if newest_first else rows)
        order = count - 40
        assert find(client, order, count) == [f"id-{order}"]
        calls.append(listed.calls)
        exivo.reset()
    few, many = calls
    assert many <= few + 10 and many < 40, calls


def by_state(row):
    return row["revoked"], int(row["id"][3:])


def by_name(row):
    return row["name"]


def by_start(row):
    return row["validFrom"]


def by_chance(row):
    return random.Random(row["id"]).random()


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("key", [by_state, by_name, by_start, by_chance])
@pytest.mark.parametrize("order", [3, 700, 1491, 1499])
def test_a_list_in_any_other_order_is_read_until_the_visit_is_found(
    exivo, client, key, backwards, order
):
    rows = [visit(number) for number in range(1500)]
    Visits(exivo, sorted(rows, key=key, reverse=backwards))
    assert find(client, order, 1500) == [f"id-{order}"]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("key", [by_name, by_start])
def test_a_list_that_could_as_well_go_by_something_else_is_read_whole(
    exivo, client, key, backwards
):
    """A booking of long ago was moved: its new visit stands among the old ones."""
    rows = [
        {**visit(number), "name": f"RB{number:06d} t{number}", "validFrom": f"{number}"}
        for number in range(1500)
    ]
    rows[1400] = {**rows[1400], "name": "RB000003 token1400", "validFrom": "3"}
    Visits(exivo, sorted(rows, key=key, reverse=backwards))
    assert find(client, 1400, 1500) == ["id-1400"]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_server_that_gives_less_than_asked_hides_no_visit(
    exivo, client, newest_first
):
    rows = [visit(number) for number in range(1500)]
    Visits(exivo, rows[::-1] if newest_first else rows, most=40)
    for order in (700, 1450, 1499):
        assert find(client, order, 1500) == [f"id-{order}"]
