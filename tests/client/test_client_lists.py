# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Lists: paged through to their end, whatever the server makes of paging."""

import json

import pytest
from written_exivo import BASE

from odoo.addons.exivo_access import api


class Listing:
    """A list of visits that a server pages in its own way."""

    def __init__(
        self,
        exivo,
        total,
        most=None,
        heeds_skip=True,
        heeds_limit=True,
        grows=False,
    ):
        self.rows = [{"id": f"visit-{number}"} for number in range(total)]
        self.most = most
        self.heeds_skip = heeds_skip
        self.heeds_limit = heeds_limit
        self.grows = grows
        self.skips = []
        exivo.add_callback("GET", f"{BASE}/visit", self.page)

    def page(self, request):
        skip, limit = (int(request.params[name]) for name in ("skip", "limit"))
        self.skips.append(skip)
        rows = self.rows[skip if self.heeds_skip else 0 :]
        if self.heeds_limit:
            rows = rows[: min(limit, self.most or limit)]
        if self.grows and len(self.skips) == 1:
            self.rows.insert(0, {"id": "visit-new"})
        return 200, {}, json.dumps(rows)


def found(client):
    return [visit.id for visit in client.find_visits("")]


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 200, 250])
def test_a_list_of_any_length_is_read_whole(exivo, client, total):
    listing = Listing(exivo, total)
    assert found(client) == [row["id"] for row in listing.rows]


def test_pages_of_a_hundred_are_asked_for(exivo, client):
    listing = Listing(exivo, 250)
    found(client)
    assert listing.skips[:3] == [0, 100, 200]
    assert len(listing.skips) <= 4


def test_a_server_that_gives_less_per_page_than_asked_is_read_whole(exivo, client):
    """Else a visit would be missed, and made a second time."""
    listing = Listing(exivo, 120, most=50)
    assert found(client) == [row["id"] for row in listing.rows]


def test_a_server_that_ignores_skip_gives_every_entry_once(exivo, client):
    listing = Listing(exivo, 150, heeds_skip=False)
    assert found(client) == [row["id"] for row in listing.rows[:100]]


def test_a_server_that_ignores_paging_gives_every_entry_once(exivo, client):
    listing = Listing(exivo, 150, heeds_skip=False, heeds_limit=False)
    assert found(client) == [row["id"] for row in listing.rows]


def test_an_entry_that_moves_to_the_next_page_comes_once(exivo, client):
    """As happens when a visit is made while we read, and the newest come first."""
    Listing(exivo, 150, grows=True)
    ids = found(client)
    assert len(ids) == len(set(ids))
    assert {f"visit-{number}" for number in range(150)} <= set(ids)


def test_a_list_without_end_is_given_up(exivo, client, monkeypatch):
    def page(request):
        skip = int(request.params["skip"])
        rows = [{"id": f"visit-{number}"} for number in range(skip, skip + 100)]
        return 200, {}, json.dumps(rows)

    monkeypatch.setattr("odoo.addons.exivo_access.api.client.MAX_PAGES", 5)
    exivo.add_callback("GET", f"{BASE}/visit", page)
    with pytest.raises(api.InvalidAnswer):
        found(client)
    assert len(exivo.calls) == 5


def test_visits_are_found_by_a_part_of_their_name(exivo, client):
    rows = [
        {"id": "1", "name": "RB00007 x7f3"},
        {"id": "2", "name": "RB00008 99aa"},
        {"id": "3", "name": None},
        {"id": "4"},
        {"id": "5", "name": "again x7f3", "revoked": True},
    ]
    exivo.answer("GET", "/visit", rows)
    assert [visit.id for visit in client.find_visits("x7f3")] == ["1", "5"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"message": "no list"},
        "text",
        7,
        [1],
        [None],
        [[]],
        [{}],
        [{"id": None}],
        [{"id": ""}],
        [{"id": 7}],
        [{"id": []}],
        [{"id": "a\0"}],
        [{"id": "\ud800"}],
        [{"id": "1"}, {"name": "no id"}],
    ],
)
def test_what_is_no_list_of_things_with_ids_is_no_valid_answer(exivo, client, answer):
    exivo.answer("GET", "/visit", answer)
    exivo.answer("GET", "/component", answer)
    with pytest.raises(api.InvalidAnswer):
        client.find_visits("")
    with pytest.raises(api.InvalidAnswer):
        client.list_components()
