# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What Odoo relies on, whichever lock system is behind the seam.

Each test runs with every adapter in :data:`MAKERS`. Whoever writes another adapter
adds it there; ``docs/adapters.md`` says what else there is to do.
"""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from memory_adapter import MemoryAdapter, list_all
from real_client import real_client

from odoo.addons.exivo_access import adapters, api


def exivo_adapter(simulator):
    """The adapter for Exivo, over HTTP to the simulator."""
    simulator.reset()
    client = real_client(simulator)
    return adapters.ExivoAdapter(client)


def memory_adapter(_simulator):
    """The adapter for a lock system in memory."""
    names = ("Entrance", "Meeting room")
    return MemoryAdapter(
        [
            adapters.Lock(str(number), name, "", "door", True, "", False)
            for number, name in enumerate(names)
        ]
    )


MAKERS = [exivo_adapter, memory_adapter]


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def adapter(request, shared_simulator):
    """Each adapter at a site with at least two locks, and without grants."""
    return request.param(shared_simulator)


def visit_order(**common):
    """A visit, with a PIN."""
    return adapters.VisitOrder(pin="048213", **common)


def keypad_order(**common):
    """A visit whose PIN is typed at the doors."""
    return visit_order(at_keypad=True, **common)


def key_order(**common):
    """A key in an app, for a phone."""
    return adapters.KeyOrder(
        phone="+41791234567",
        email="",
        app_id="20001",
        app_name="House Keys",
        notify=False,
        callback_url="http://127.0.0.1:9/nobody",
        **common,
    )


def common_order(adapter):
    """What all orders have: two locks, from ten minutes ahead."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    return {
        "token": "a1b2c30000000001",
        "reference": "B00007",
        "start": now + timedelta(minutes=10),
        "stop": now + timedelta(minutes=95),
        "lock_ids": tuple(lock.id for lock in adapter.list_locks()[:2]),
    }


ORDERS = [visit_order, keypad_order, key_order]


@pytest.fixture(params=ORDERS, ids=lambda one: one.__name__)
def order(request, adapter):
    """Each kind of order for some time that can be carried out."""
    return request.param(**common_order(adapter))


@pytest.fixture
def visit(adapter):
    return visit_order(**common_order(adapter))


@pytest.fixture
def key(adapter):
    return key_order(**common_order(adapter))


def confirmed(grant):
    """A grant as it is once the lock system has confirmed it."""
    return dataclasses.replace(grant, is_confirmed=True)


def test_the_site_says_its_name_and_zone(adapter):
    site = adapter.test()
    assert site.name and site.time_zone


def test_locks_have_ids_of_their_own_and_names(adapter):
    locks = adapter.list_locks()
    assert len({lock.id for lock in locks}) == len(locks) >= 2
    assert all(lock.name for lock in locks)


def test_what_is_granted_lives_and_carries_its_token(adapter, order):
    grant = adapter.grant(order)
    assert grant.is_live
    assert grant.kind == order.kind
    assert grant.token == order.token


def test_a_visit_counts_at_once_and_has_a_link(adapter, visit):
    grant = adapter.grant(visit)
    assert grant.is_confirmed
    assert grant.link.startswith(("https://", "http://127.0.0.1"))


def test_a_visit_opens_all_doors_or_says_which_were_left_out(adapter, visit):
    assert not adapter.grant(visit).left_out


def test_pins_of_the_lengths_that_the_site_says_are_taken_and_no_others(adapter, visit):
    lengths = adapter.test().pin_lengths
    for number, length in enumerate((lengths[0], lengths[-1])):
        order = dataclasses.replace(
            visit, pin="9048213576"[:length], token=f"a1b2c3{number:010d}"
        )
        assert adapter.grant(order).is_live
    for length in (lengths[0] - 1, lengths[-1] + 1):
        with pytest.raises(api.Rejected) as raised:
            adapter.grant(dataclasses.replace(visit, pin="9048213576"[:length]))
        assert not raised.value.transient and not raised.value.maybe_done
    assert len(list(list_all(adapter))) == 2


def test_a_key_counts_once_it_is_read_back_and_has_no_link(adapter, key):
    grant = adapter.grant(key)
    assert not grant.is_confirmed and not grant.link
    assert adapter.get(grant.kind, grant.id).is_confirmed


def test_a_key_goes_to_an_e_mail_address_where_there_is_no_phone(adapter, key):
    order = dataclasses.replace(key, phone="", email="anna@example.com")
    assert adapter.grant(order).is_live


def test_what_a_key_is_sent_to_does_not_show_when_printed(key):
    for secret in (key.phone, key.callback_url):
        assert secret not in repr(key)


def test_what_is_granted_can_be_read_looked_up_and_listed(adapter, order):
    grant = adapter.grant(order)
    assert adapter.get(grant.kind, grant.id) == confirmed(grant)
    assert adapter.look_up(order.kind, order.token) == [confirmed(grant)]
    assert confirmed(grant) in list(list_all(adapter))


def test_what_was_never_granted_is_not_found(adapter, order):
    adapter.grant(order)
    assert adapter.look_up(order.kind, "a1b2c30000000002") == []
    with pytest.raises(api.NotFound):
        adapter.get(order.kind, "00000000-0000-4000-8000-000000000000")


def test_what_is_revoked_is_gone_and_still_found(adapter, order):
    grant = adapter.grant(order)
    adapter.revoke(grant.kind, grant.id)
    assert not adapter.get(grant.kind, grant.id).is_live
    (found,) = adapter.look_up(order.kind, order.token)
    assert (found.id, found.is_live) == (grant.id, False)


def test_revoking_again_or_what_is_not_there_is_no_error(adapter, order):
    grant = adapter.grant(order)
    adapter.revoke(grant.kind, grant.id)
    adapter.revoke(grant.kind, grant.id)
    adapter.revoke(grant.kind, "00000000-0000-4000-8000-000000000000")


def test_revoking_one_leaves_the_others(adapter, order):
    one = adapter.grant(order)
    other = adapter.grant(dataclasses.replace(order, token="a1b2c30000000002"))
    adapter.revoke(one.kind, one.id)
    assert adapter.get(other.kind, other.id).is_live


def test_what_cannot_be_granted_is_rejected_and_leaves_nothing(adapter, order):
    wrong = dataclasses.replace(
        order, lock_ids=("00000000-0000-4000-8000-000000000000",)
    )
    with pytest.raises(api.Rejected) as raised:
        adapter.grant(wrong)
    assert not raised.value.transient and not raised.value.maybe_done
    assert list(list_all(adapter)) == []


def test_orders_side_by_side_are_all_carried_out_and_all_listed(adapter, order):
    orders = [
        dataclasses.replace(order, token=f"a1b2c3{number:010d}")
        for number in range(120)
    ]
    with ThreadPoolExecutor(4) as pool:
        grants = list(pool.map(adapter.grant, orders))
    assert len({grant.id for grant in grants}) == len(orders)
    listed = {grant.token for grant in list_all(adapter)}
    assert listed == {one.token for one in orders}


def test_an_opened_door_reports_it_with_the_words_of_who_asked(adapter):
    lock = adapter.list_locks()[0]
    asked_at = datetime.now(timezone.utc) - timedelta(seconds=1)
    adapter.open(lock.id, "B00007 a1b2c3ffff000001")
    (event,) = adapter.list_events(asked_at)
    assert (event.kind, event.lock_id) == (adapters.OPENED, lock.id)
    assert {"B00007", "a1b2c3ffff000001"} <= event.words
    assert event.actor and event.name
    assert asked_at <= event.at <= datetime.now(timezone.utc)


def test_events_come_oldest_first_and_are_the_same_each_time(adapter):
    locks = [lock.id for lock in adapter.list_locks()[:2]]
    since = datetime.now(timezone.utc) - timedelta(days=1)
    assert adapter.list_events(since) == []
    for lock_id in (*locks, locks[0]):
        adapter.open(lock_id, "B00007")
    events = adapter.list_events(since)
    assert events == adapter.list_events(since)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert len({event.id for event in events}) == 3


def test_only_events_since_a_moment_are_listed(adapter):
    adapter.open(adapter.list_locks()[0].id, "B00007")
    assert adapter.list_events(datetime.now(timezone.utc) + timedelta(days=1)) == []


def test_hundreds_of_events_are_all_listed(adapter):
    lock = adapter.list_locks()[0]
    references = {f"B{number:05d}" for number in range(250)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda reference: adapter.open(lock.id, reference), references))
    events = adapter.list_events(datetime.now(timezone.utc) - timedelta(days=1))
    assert len(events) == len(references)
    assert references <= frozenset().union(*(event.words for event in events))


def test_a_lock_that_is_not_there_is_not_opened(adapter):
    with pytest.raises((api.Rejected, api.NotFound)) as raised:
        adapter.open("00000000-0000-4000-8000-000000000000", "B00007")
    assert not raised.value.transient and not raised.value.maybe_done


def test_neither_pin_nor_link_shows_when_printed(adapter, visit):
    grant = adapter.grant(visit)
    assert visit.pin not in repr(visit)
    assert grant.link not in repr(grant)
