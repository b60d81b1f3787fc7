# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Lists: paged through to their end, whatever the server makes of paging."""

import json
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_exivo import BASE

from odoo.addons.exivo_access import adapters, api
from odoo.addons.exivo_access.api import client as client_module
from odoo.addons.exivo_access.api import lists


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
        shrinks=0,
    ):
        self.rows = [{"id": f"visit-{number}"} for number in range(total)]
        self.most = most
        self.heeds_skip = heeds_skip
        self.heeds_limit = heeds_limit
        self.grows = grows
        #: after how many pages the first entry is taken out, each time
        self.shrinks = shrinks
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
        if self.shrinks:
            self.shrinks -= 1
            del self.rows[0]
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
    assert listing.skips == [0, 99, 198, 249]


@pytest.mark.parametrize("total", [0, 1, 2, 100])
def test_a_short_list_takes_two_requests_at_most(exivo, client, total):
    listing = Listing(exivo, total)
    found(client)
    assert len(listing.skips) <= 2


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


def test_a_list_that_shrinks_while_it_is_read_is_read_again(exivo, client):
    """Else what slips to the page before would be missed, and made a second time."""
    listing = Listing(exivo, 250, shrinks=1)
    assert {f"visit-{number}" for number in range(250)} == {*found(client)}
    assert listing.skips[-1] == 248


def test_a_list_that_never_stands_still_is_left_to_the_next_time(exivo, client):
    Listing(exivo, 250, shrinks=100)
    with pytest.raises(api.InvalidAnswer, match="changes while it is read") as caught:
        found(client)
    assert caught.value.transient


def test_a_server_that_gives_one_entry_at_a_time_is_read_whole(exivo, client):
    listing = Listing(exivo, 5, most=1)
    assert found(client) == [row["id"] for row in listing.rows]


def test_a_server_that_skips_whole_pages_only_is_read_whole(exivo, client):
    rows = [{"id": f"visit-{number}"} for number in range(250)]

    def page(request):
        first = int(request.params["skip"]) // 100 * 100
        return 200, {}, json.dumps(rows[first : first + 100])

    exivo.add_callback("GET", f"{BASE}/visit", page)
    assert found(client) == [row["id"] for row in rows]


def test_a_list_of_a_hundred_thousand_and_more_is_read_whole(exivo, client):
    Listing(exivo, 120_000)
    assert len(found(client)) == 120_000


def test_a_list_without_end_is_given_up(exivo, client, monkeypatch):
    def page(request):
        skip = int(request.params["skip"])
        rows = [{"id": f"visit-{number}"} for number in range(skip, skip + 100)]
        return 200, {}, json.dumps(rows)

    monkeypatch.setattr("odoo.addons.exivo_access.api.lists.MAX_PAGES", 5)
    exivo.add_callback("GET", f"{BASE}/visit", page)
    with pytest.raises(api.InvalidAnswer, match="does not end after 496 entries"):
        found(client)
    assert len(exivo.calls) == 5


#: What becomes of a list before one of its pages is read: how many entries come in at
#: its front, and which of its entries is taken out.
CHANGES = st.tuples(st.integers(0, 6), st.none() | st.integers(0, 20))


@given(
    total=st.integers(0, 20),
    most=st.integers(2, 3),
    changes=st.dictionaries(st.integers(1, 12), CHANGES, max_size=3),
)
def test_what_is_in_a_list_all_the_time_is_never_missed(total, most, changes):
    rows, pages, taken = [*range(total)], 0, set()

    def get_page(skip, limit):
        nonlocal pages
        pages += 1
        coming, index = changes.get(pages, (0, None))
        rows[:0] = [1000 * pages + one for one in range(coming)]
        if index is not None and index < len(rows):
            taken.add(rows.pop(index))
        return rows[skip : skip + min(limit, most)]

    with patch.object(lists, "PAGE_SIZE", 3):
        found = [*lists.read_list("/list", get_page, lambda row: row)]
    assert len(found) == len({*found})
    assert {*found} >= {*range(total)} - taken


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
        [*client.find_visits("")]
    with pytest.raises(api.InvalidAnswer):
        client.list_components()


@pytest.mark.parametrize("size", [30, 250])
def test_a_list_whose_pages_are_too_long_is_read_in_shorter_ones(
    exivo, client, monkeypatch, size
):
    """Visits that open thousands of doors; the largest page has 1,000 bytes."""
    listing = Listing(exivo, 120)
    for row in listing.rows:
        row["components"] = ["door" * (size // 4)]
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 1000)
    assert found(client) == [row["id"] for row in listing.rows]


def test_an_entry_that_is_too_long_by_itself_is_no_valid_answer(
    exivo, client, monkeypatch
):
    Listing(exivo, 2)
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 10)
    with pytest.raises(api.InvalidAnswer):
        found(client)


def test_a_list_of_all_visits_keeps_nothing_of_their_doors(exivo, client):
    """Ten thousand visits to thousands of doors would take a gigabyte."""
    listing = Listing(exivo, 2)
    for row in listing.rows:
        row["components"] = ["entrance", "aare"]
    grants = adapters.ExivoAdapter(client).list_grants(adapters.VISIT)
    assert [grant.opens for grant in grants] == [None, None]
