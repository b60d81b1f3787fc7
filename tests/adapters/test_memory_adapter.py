# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the seam lets a lock system say, and Exivo never says."""

import dataclasses
from unittest.mock import patch

import pytest
from memory_adapter import MemoryAdapter, MemoryHouse, list_all
from test_adapters import common_order, keypad_order, memory_adapter, visit_order

from odoo.addons.exivo_access import adapters, api
from odoo.addons.exivo_access.pure import pin


@pytest.fixture
def adapter():
    return memory_adapter(None)


def test_a_link_and_a_pin_at_the_doors_are_two_things(adapter):
    common = common_order(adapter)
    assert adapter.grant(visit_order(**common)).link
    assert not adapter.grant(keypad_order(**common)).link


def test_pins_of_all_its_lengths_are_drawn_and_taken(adapter):
    visit = visit_order(**common_order(adapter))
    lengths = adapter.test().pin_lengths
    assert set(lengths) <= pin.USABLE.keys()
    for number, length in enumerate(lengths):
        drawn = pin.draw(frozenset().intersection, length)
        order = dataclasses.replace(visit, pin=drawn, token=f"a1b2c3{number:010d}")
        assert adapter.grant(order).is_live


def test_doors_that_were_left_out_are_named_wherever_the_grant_is_read(adapter):
    common = common_order(adapter)
    offline = common["lock_ids"][:1]
    adapter = MemoryAdapter(adapter.list_locks(), offline)
    made = adapter.grant(visit_order(**common))
    (found,) = adapter.look_up(made.kind, made.token)
    for grant in (made, found, adapter.get(made.kind, made.id)):
        assert grant.left_out == set(offline)


def test_what_is_not_revoked_yet_lives_and_is_revoked_again(adapter):
    grant = adapter.grant(visit_order(**common_order(adapter)))
    adapter.pending = 1
    with pytest.raises(adapters.RevocationPending) as raised:
        adapter.revoke(grant.kind, grant.id)
    assert raised.value.transient and not raised.value.refuses_site
    assert adapter.get(grant.kind, grant.id).is_live
    adapter.revoke(grant.kind, grant.id)
    assert not adapter.get(grant.kind, grant.id).is_live


def test_a_token_that_has_expired_is_renewed_and_nothing_is_made_twice(adapter):
    adapter.test()
    adapter.house.tokens.clear()
    adapter.grant(visit_order(**common_order(adapter)))
    assert len(list_all(adapter)) == 1


def test_a_house_that_refuses_the_new_token_as_well_has_refused(adapter):
    order = visit_order(**common_order(adapter))
    adapter.house.tokens.clear()
    refused = api.Unauthorized("The token has expired", 401)
    with patch.object(adapter.house, "check", side_effect=refused):
        with pytest.raises(api.Unauthorized):
            adapter.grant(order)
    assert not list_all(adapter)


def test_what_the_house_does_not_know_any_more_is_refused(adapter):
    house = MemoryHouse()
    for account in ({"secret": "wrong"}, {"version": "v5"}):
        refused = MemoryAdapter(adapter.list_locks(), house=house, **account)
        with pytest.raises((api.Unauthorized, api.NotFound)) as raised:
            refused.test()
        assert raised.value.refuses_site
    assert MemoryAdapter(adapter.list_locks(), house=house).test()
