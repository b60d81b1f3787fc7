# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The real client and the simulator agree on what a key in an app is."""

import dataclasses
from datetime import datetime, timedelta, timezone

import pytest
import requests
from real_client import real_client

from odoo.addons.exivo_access import api
from odoo.addons.exivo_access.api.types import format_stamp

PHONE = "+41791234567"


@pytest.fixture
def client(simulator):
    return real_client(simulator)


@pytest.fixture
def order(simulator):
    """A key that is accepted: entrance and room, from ten minutes ahead."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    return api.KeyVisitRequest(
        name="RB00007 x7f3",
        phone=PHONE,
        email="",
        valid_from=now + timedelta(minutes=10),
        valid_to=now + timedelta(minutes=95),
        component_ids=(
            simulator.component("Entrance")["id"],
            simulator.component("Meeting room Aare")["id"],
        ),
        app_id="20001",
        app_name="House Keys",
        notify=True,
        callback_url="http://127.0.0.1:9/exivo/key/1/secret",
    )


def test_a_key_holds_exactly_what_was_ordered(simulator, client, order):
    key = client.create_key_visit(order)
    assert key.is_live and not key.is_pending
    (held,) = simulator.get("/digitalKeyVisits").json()
    assert (held["id"], held["name"]) == (key.id, order.name)
    assert (held["formFactor"], held["publicRegistrationId"]) == ("ma-phone", PHONE)
    assert held["mobileApp"] == {"id": "20001", "name": "House Keys"}
    assert held["installNotification"] is True
    assert held["callbackUri"] == order.callback_url
    assert held["components"] == list(order.component_ids)
    assert held["validFrom"][:19] == format_stamp(order.valid_from)[:19]
    assert held["validTo"][:19] == format_stamp(order.valid_to)[:19]


def test_without_a_phone_it_goes_to_the_e_mail_and_an_app_needs_no_name(
    simulator, client, order
):
    client.create_key_visit(
        dataclasses.replace(order, phone="", email="anna@example.com", app_name="")
    )
    (held,) = simulator.get("/digitalKeyVisits").json()
    assert held["formFactor"] == "ma-email"
    assert held["publicRegistrationId"] == "anna@example.com"
    assert held["mobileApp"] == {"id": "20001"}


def test_a_key_that_waits_for_its_phone_is_pending_until_then(simulator, client, order):
    simulator.control("POST", "/phones", {"wait": True})
    key = client.create_key_visit(order)
    assert key.is_pending and client.get_key_visit(key.id).is_pending
    requests.post(f"{simulator.url}/phone/{PHONE}/fetch", timeout=30)
    assert not client.get_key_visit(key.id).is_pending


def test_a_key_is_found_by_its_name_revoked_and_still_found(client, order):
    key = client.create_key_visit(order)
    assert [*client.find_key_visits("x7f3")] == [key]
    assert [*client.find_key_visits("x7f4")] == []
    client.revoke_key_visit(key.id)
    client.revoke_key_visit(key.id)
    assert not client.get_key_visit(key.id).is_live
    assert [one.id for one in client.find_key_visits("x7f3")] == [key.id]


def test_a_key_whose_answer_was_cut_off_is_found_by_its_token(simulator, client, order):
    simulator.fault("cut_after", method="POST", path="/digitalKeyVisits")
    with pytest.raises(api.TimedOut) as caught:
        client.create_key_visit(order)
    assert caught.value.maybe_done
    (key,) = client.find_key_visits("x7f3")
    assert key.is_live


def test_a_revocation_whose_answer_was_cut_off_is_seen_to_be_done(
    simulator, client, order
):
    key = client.create_key_visit(order)
    simulator.fault("cut_after", method="POST", path="/revoke")
    with pytest.raises(api.TimedOut):
        client.revoke_key_visit(key.id)
    client.revoke_key_visit(key.id)
    assert not client.get_key_visit(key.id).is_live


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "0791234567"},
        {"phone": "", "email": "nobody"},
        {"app_id": ""},
        {"app_id": "12a"},
        {"component_ids": ()},
        {"valid_to": datetime(2020, 1, 1, tzinfo=timezone.utc)},
    ],
    ids=str,
)
def test_a_wrong_order_is_refused_with_a_reason(client, order, wrong):
    with pytest.raises(api.Rejected) as caught:
        client.create_key_visit(dataclasses.replace(order, **wrong))
    assert len(caught.value.message) > len("Bad Request")
    assert [*client.find_key_visits("")] == []


def test_what_is_not_there_is_not_found(client):
    with pytest.raises(api.NotFound):
        client.get_key_visit("00000000-0000-4000-8000-000000000000")
