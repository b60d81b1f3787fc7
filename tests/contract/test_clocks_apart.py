# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever needs the door now gets in, whatever the simulator's clock shows."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from real_client import real_client

from odoo.addons.exivo_access import adapters, api

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def adapter(simulator):
    return adapters.ExivoAdapter(real_client(simulator))


@pytest.fixture(params=["visit", "key"])
def order(request, simulator):
    """Something that should have begun five minutes ago."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    common = {
        "token": "a1b2c30000000001",
        "reference": "B00007",
        "start": now - timedelta(minutes=5),
        "stop": now + timedelta(hours=1),
        "lock_ids": (simulator.component("Entrance")["id"],),
    }
    if request.param == "visit":
        return adapters.VisitOrder(pin="482915", **common)
    return adapters.KeyOrder(
        phone="+41791234567",
        email="",
        app_id="20001",
        app_name="",
        notify=False,
        callback_url="http://127.0.0.1:9/",
        **common,
    )


@pytest.mark.parametrize("ahead", [0, 10, 55, 300, -10, -300])
def test_clocks_that_are_apart_keep_nobody_out(simulator, adapter, order, ahead):
    simulator.clock(ahead)
    if ahead < 0:
        adapter.test()  # else it begins by our clock, and so over there a little later
    grant = adapter.grant(order)
    assert grant.is_live
    # it begins at once, by both clocks
    assert timedelta() < grant.start - datetime.now(timezone.utc) < timedelta(seconds=8)


def test_an_answer_that_comes_late_is_tried_again_with_more_time(
    simulator, adapter, order
):
    simulator.fault("latency", seconds=1.5, times=2, method="POST")
    with pytest.raises(adapters.StartRefused):
        adapter.grant(replace(order, margin=timedelta()))
    assert adapter.look_up(order.kind, order.token) == []
    assert adapter.grant(replace(order, margin=timedelta(seconds=20))).is_live


def test_a_door_that_is_gone_is_named(adapter, order):
    with pytest.raises(adapters.LocksGone) as caught:
        adapter.grant(replace(order, lock_ids=(*order.lock_ids, UNKNOWN)))
    assert caught.value.lock_ids == {UNKNOWN}
    with pytest.raises(adapters.LocksGone):
        adapter.open(UNKNOWN, "B00007")


@pytest.mark.parametrize("kind", ["forbidden", "not_found"])
def test_a_refusal_of_one_order_leaves_the_site_be(simulator, adapter, order, kind):
    simulator.fault(kind, method="POST")
    with pytest.raises(api.Rejected) as caught:
        adapter.grant(order)
    assert not caught.value.refuses_site
    simulator.fault(kind, times=None)
    with pytest.raises(api.ExivoError) as caught:
        adapter.grant(order)
    assert caught.value.refuses_site
