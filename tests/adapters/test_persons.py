# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What Odoo relies on when persons get standing access, with every adapter."""

import dataclasses

import pytest
from memory_adapter import list_all
from test_adapters import MAKERS

from odoo.addons.exivo_access import adapters, api

MORNINGS = ((0, 480, 720), (6, 480, 720))


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def adapter(request, shared_simulator):
    """Each adapter at a site without grants."""
    return request.param(shared_simulator)


@pytest.fixture
def order(adapter):
    """Standing access to all doors."""
    return adapters.PersonOrder(
        token="a1b2c30000000001",
        member="a1b2c3-42",
        owner="a1b2c3",
        first_name="Member",
        last_name="M00042",
        rights=tuple((lock.id, ()) for lock in adapter.list_locks()),
        pin="048213",
    )


def again(order, number, **changes):
    """The next order for the same person."""
    return dataclasses.replace(order, token=f"a1b2c3{number:010d}", **changes)


def mornings(order):
    return tuple((lock_id, MORNINGS) for lock_id, _hours in order.rights)


def is_live(adapter, grant):
    return adapter.get(grant.kind, grant.id).is_live


def test_what_is_granted_can_be_read_looked_up_and_listed(adapter, order):
    grant = adapter.grant(order)
    assert (grant.kind, grant.token, grant.is_live) == (
        adapters.PERSON,
        order.token,
        True,
    )
    assert grant.member == order.member
    assert adapter.get(grant.kind, grant.id) == grant
    assert adapter.look_up(order.kind, order.token) == [grant]
    assert list(list_all(adapter)) == [grant]


def test_what_is_revoked_is_gone_and_still_found(adapter, order):
    grant = adapter.grant(order)
    for _time in range(2):
        adapter.revoke(grant.kind, grant.id)
        assert not is_live(adapter, grant)
    (found,) = adapter.look_up(order.kind, order.token)
    assert (found.id, found.is_live) == (grant.id, False)
    assert not [one for one in list_all(adapter) if one.is_live]


@pytest.mark.parametrize("change", ["rights", "pin", "last_name"])
def test_a_new_order_takes_over_and_the_old_ones_end_changes_nothing(
    adapter, order, change
):
    changes = {"rights": mornings(order), "pin": "531907", "last_name": "Muster"}
    old = adapter.grant(order)
    new = adapter.grant(again(order, 2, **{change: changes[change]}))
    assert old.id != new.id
    assert (is_live(adapter, old), is_live(adapter, new)) == (False, True)
    adapter.revoke(old.kind, old.id)
    assert is_live(adapter, new)
    assert [one for one in list_all(adapter) if one.is_live] == [new]
    adapter.revoke(new.kind, new.id)
    assert not [one for one in list_all(adapter) if one.is_live]


def test_a_grant_says_who_the_person_is_and_the_next_order_may_name_it(adapter, order):
    first = adapter.grant(order)
    assert first.person_id
    second = adapter.grant(again(order, 2, person_id=first.person_id))
    assert second.person_id == first.person_id
    assert adapter.get(second.kind, second.id).person_id == first.person_id


def test_who_comes_back_is_let_in_again(adapter, order):
    old = adapter.grant(order)
    adapter.revoke(old.kind, old.id)
    new = adapter.grant(again(order, 2))
    assert is_live(adapter, new)
    adapter.revoke(old.kind, old.id)
    assert is_live(adapter, new)


def test_persons_with_the_same_rights_do_not_disturb_each_other(adapter, order):
    one = adapter.grant(order)
    other = adapter.grant(again(order, 2, member="a1b2c3-43"))
    adapter.revoke(one.kind, one.id)
    assert is_live(adapter, other)


def test_a_door_that_cannot_be_opened_this_way_is_refused(adapter, order):
    unknown = "00000000-0000-4000-8000-000000000000"
    wrong = dataclasses.replace(order, rights=((unknown, ()),))
    with pytest.raises((adapters.ZonesDiffer, adapters.LocksGone)) as raised:
        adapter.grant(wrong)
    is_gone = isinstance(raised.value, adapters.LocksGone)  # if it looks for the door
    named = raised.value.lock_ids if is_gone else raised.value.uncovered
    assert named == {unknown}
    assert not raised.value.transient and not raised.value.maybe_done
    assert list(list_all(adapter)) == []


def test_who_is_not_there_is_not_found(adapter):
    with pytest.raises(api.NotFound):
        adapter.get(adapters.PERSON, "00000000-0000-4000-8000-000000000000")
    adapter.revoke(adapters.PERSON, "00000000-0000-4000-8000-000000000000")


def test_neither_pin_nor_name_shows_when_printed(order):
    shown = repr(dataclasses.replace(order, last_name="Muster", email="a@example.com"))
    assert order.pin not in shown and "Muster" not in shown and "@" not in shown
