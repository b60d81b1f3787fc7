# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The real client and the simulator, over HTTP: they agree on what the API is."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
import requests
from freezegun import freeze_time
from real_client import real_client

from odoo.addons.exivo_access import adapters, api
from odoo.addons.exivo_access.api import client as client_module
from odoo.addons.exivo_access.api.types import format_stamp


@pytest.fixture
def client(simulator):
    return real_client(simulator)


@pytest.fixture
def order(simulator):
    """A visit that is accepted: entrance and room, from ten minutes ahead."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    return api.VisitRequest(
        name="RB00007 x7f3",
        code="048213",
        valid_from=now + timedelta(minutes=10),
        valid_to=now + timedelta(minutes=95),
        component_ids=(
            simulator.component("Entrance")["id"],
            simulator.component("Meeting room Aare")["id"],
        ),
    )


# The site


def test_the_site_is_read(simulator, client):
    info = client.get_site_info()
    assert info.id == simulator.site_id
    assert info.name and info.time_zone and info.language
    assert info.type == "exivo"


def test_all_components_are_read_with_their_peculiarities(simulator, client):
    components = {one.name: one for one in client.list_components()}
    assert len(components) == len(simulator.get("/component").json())
    assert [one.name for one in components.values() if one.is_gateway] == [
        "Gateway first floor"
    ]
    assert [one.name for one in components.values() if one.is_alarm] == ["Back door"]
    assert components["Workshop"].mode == ""
    assert components["Entrance"].mode == "normal"
    assert components["Meeting room Reuss"].labelling == ""
    assert not components["Bike shed"].ready


# Visits


def test_a_visit_holds_exactly_what_was_ordered(simulator, client, order):
    visit = client.create_visit(order)
    assert visit.is_live and visit.link.startswith(simulator.url)
    (held,) = simulator.visits()
    assert held["id"] == visit.id
    assert held["code"] == order.code
    assert held["components"] == list(order.component_ids)
    assert held["validFrom"][:19] == format_stamp(order.valid_from)[:19]
    assert held["validTo"][:19] == format_stamp(order.valid_to)[:19]
    assert not held.get("email") and not held.get("smsNr")


@pytest.mark.parametrize(
    "receiver", [{"sms_number": "+41791234567"}, {"email": "anna@example.com"}]
)
def test_exivos_own_invitation_brings_the_link_and_no_code(
    simulator, client, order, receiver
):
    visit = client.create_visit(dataclasses.replace(order, **receiver))
    (mail,) = simulator.mails()
    assert mail["to"] == list(receiver.values())
    assert visit.link in mail["text"]
    assert order.code not in mail["text"]


def test_the_body_is_sent_as_the_api_wants_it(simulator, client, order):
    client.create_visit(order)
    (call,) = [one for one in simulator.requests() if one["method"] == "POST"]
    assert call["body"] == order.to_json()
    assert call["path"].endswith("/visit")


def test_a_visit_is_read_as_it_was_made(client, order):
    visit = client.create_visit(order)
    assert client.get_visit(visit.id) == visit


def test_an_unknown_visit_is_not_found(client):
    with pytest.raises(api.NotFound):
        client.get_visit("00000000-0000-4000-8000-000000000000")


def test_a_visit_is_found_by_its_token(client, order):
    visit = client.create_visit(order)
    client.create_visit(dataclasses.replace(order, name="RB00008 99aa"))
    assert [*client.find_visits("x7f3")] == [visit]
    assert [*client.find_visits("nobody")] == []


def test_a_visit_is_found_among_hundreds(client, order):
    names = [f"RB{number:05d}" for number in range(255)]
    with ThreadPoolExecutor(4) as pool:
        ids = {
            visit.id
            for visit in pool.map(
                lambda name: client.create_visit(dataclasses.replace(order, name=name)),
                names,
            )
        }
    found = [*client.find_visits("RB")]
    assert len(found) == len(names)
    assert {visit.id for visit in found} == ids
    assert [visit.name for visit in client.find_visits("RB00254")] == ["RB00254"]


def test_a_revoked_visit_is_gone_and_stays_listed(client, order):
    visit = client.create_visit(order)
    client.revoke_visit(visit.id)
    assert not client.get_visit(visit.id).is_live
    assert [one.revoked for one in client.find_visits("x7f3")] == [True]


def test_a_second_revocation_is_done_without_asking_for_it(simulator, client, order):
    visit = client.create_visit(order)
    client.revoke_visit(visit.id)
    client.revoke_visit(visit.id)
    revocations = [one for one in simulator.requests() if "revoke" in one["path"]]
    assert len(revocations) == 1


def test_a_visit_that_is_over_needs_no_revocation(simulator, client, order):
    visit = client.create_visit(order)
    simulator.clock(3 * 3600)
    with freeze_time(datetime.now(timezone.utc) + timedelta(hours=3), tick=True):
        assert client.get_visit(visit.id).expired
        client.revoke_visit(visit.id)
    assert not [one for one in simulator.requests() if "revoke" in one["path"]]


def test_a_clock_that_is_ahead_ends_no_visit(simulator, client, order):
    visit = client.create_visit(order)
    simulator.clock(3 * 3600)
    assert client.get_visit(visit.id).is_live
    with pytest.raises(api.ExivoError):
        client.revoke_visit(visit.id)  # it is owed until the clock is right
    simulator.clock(0)
    client.revoke_visit(visit.id)
    assert client.get_visit(visit.id).revoked


def test_a_visit_that_never_was_needs_no_revocation(client):
    client.revoke_visit("00000000-0000-4000-8000-000000000000")


# Doors


def test_what_a_visitor_does_is_in_the_log_with_the_visits_words(
    simulator, client, order
):
    visit = client.create_visit(order)
    simulator.clock(20 * 60)
    with requests.Session() as browser:
        browser.post(visit.link, {"pin": order.code}, timeout=30)
        for component_id in order.component_ids:
            browser.post(f"{visit.link}/open/{component_id}", timeout=30)
    entries = client.list_log(datetime.now(timezone.utc).date() - timedelta(days=1))
    assert [entry.component_id for entry in reversed(entries)] == list(
        order.component_ids
    )
    for entry in entries:
        assert entry.name == "accessPermitted"
        assert {visit.id, "RB00007", "x7f3"} <= entry.words
        assert order.code not in entry.words


def test_a_door_is_opened_and_the_log_says_for_whom(simulator, client, order):
    entrance = order.component_ids[0]
    client.unlock(entrance, "B00007 a1b2")
    yesterday = datetime.now(timezone.utc).date() - timedelta(days=1)
    (entry,) = client.list_log(yesterday)
    assert (entry.name, entry.component_id) == ("componentUnlocked", entrance)
    assert {"B00007", "a1b2"} <= entry.words
    (door,) = [one for one in simulator.doors() if one["id"] == entrance]
    assert door["open_until"]


# Refusals


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "123"},
        {"code": "12345x"},
        {"valid_to": datetime(2020, 1, 1, tzinfo=timezone.utc)},
        {"component_ids": ("00000000-0000-4000-8000-000000000000",)},
        {"component_ids": ()},
    ],
    ids=str,
)
def test_a_wrong_order_is_refused_with_a_reason(client, order, wrong):
    with pytest.raises(api.Rejected) as caught:
        client.create_visit(dataclasses.replace(order, **wrong))
    assert len(caught.value.message) > len("Bad Request")
    assert wrong.get("code", "123456") not in caught.value.message
    assert [*client.find_visits("")] == []


@pytest.mark.parametrize("value", ["api_key", "api_secret"])
def test_a_wrong_key_or_secret_is_unauthorized(simulator, value):
    wrong = real_client(simulator, **{value: "00000000-0000-4000-8000-000000000000"})
    with pytest.raises(api.Unauthorized):
        wrong.get_site_info()


def test_a_key_with_any_characters_is_only_wrong(simulator):
    with pytest.raises(api.Unauthorized):
        real_client(simulator, api_secret="schlüssel…").get_site_info()


def test_an_unknown_site_is_not_found(simulator):
    wrong = real_client(simulator, site_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(api.NotFound):
        wrong.get_site_info()
    with pytest.raises(api.NotFound):
        wrong.list_components()


def test_no_visit_counts_as_gone_at_an_unknown_site(simulator, client, order):
    visit = client.create_visit(order)
    wrong = real_client(simulator, site_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(api.NotFound):
        wrong.revoke_visit(visit.id)


# Faults


@pytest.mark.parametrize(
    "kind, error",
    [
        ("error_500", api.ServerError),
        ("error_500_html", api.ServerError),
        ("rate_limit", api.RateLimited),
        ("rate_limit_retry_after", api.RateLimited),
        ("wrong_key", api.Unauthorized),
        ("wrong_key_html", api.Unauthorized),
        ("wrong_key_403", api.Forbidden),
        ("validation_errors", api.Rejected),
        ("html", api.InvalidAnswer),
        ("cut_after", api.TimedOut),
    ],
)
def test_a_fault_becomes_the_right_error(simulator, client, kind, error):
    simulator.fault(kind)
    with pytest.raises(api.ExivoError) as caught:
        client.get_site_info()
    assert type(caught.value) is error
    client.get_site_info()


def test_the_details_of_a_refusal_are_said_without_the_code(simulator, client, order):
    simulator.fault("validation_errors", method="POST", path="/visit")
    with pytest.raises(api.Rejected) as caught:
        client.create_visit(order)
    said = caught.value.message
    assert said.startswith("Validation errors: Invalid parameter (visit)")
    assert "String does not match pattern" in said
    assert "90817263" not in said
    assert not caught.value.maybe_done
    assert simulator.visits() == []


def test_no_html_of_an_internal_error_is_said(simulator, client, order):
    simulator.fault("error_500_html", method="POST", path="/visit")
    with pytest.raises(api.ServerError) as caught:
        client.create_visit(order)
    assert caught.value.message == "Internal Server Error"
    assert caught.value.maybe_done


@pytest.mark.parametrize("kind", ["wrong_key", "wrong_key_html", "wrong_key_403"])
def test_a_key_that_is_refused_everywhere_refuses_the_site(simulator, client, kind):
    simulator.fault(kind, times=None)
    with pytest.raises(api.ExivoError) as caught:
        adapters.ExivoAdapter(client).get(adapters.VISIT, "1")
    assert caught.value.refuses_site
    assert not caught.value.maybe_done


def test_exivo_says_how_long_to_pause_or_does_not(simulator, client):
    simulator.fault("rate_limit_retry_after", seconds=7)
    with pytest.raises(api.RateLimited) as caught:
        client.get_site_info()
    assert caught.value.retry_after == 7
    simulator.fault("rate_limit")
    with pytest.raises(api.RateLimited) as caught:
        client.get_site_info()
    assert caught.value.retry_after is None


def test_a_slow_exivo_times_out(simulator, client, monkeypatch):
    monkeypatch.setattr(client_module, "TIMEOUT", (5, 0.05))
    simulator.fault("latency", seconds=30)
    with pytest.raises(api.TimedOut) as caught:
        client.get_site_info()
    assert caught.value.maybe_done


def test_a_visit_whose_answer_was_cut_off_is_found_by_its_token(
    simulator, client, order
):
    simulator.fault("cut_after", method="POST", path="/visit")
    with pytest.raises(api.TimedOut) as caught:
        client.create_visit(order)
    assert caught.value.maybe_done
    (visit,) = client.find_visits("x7f3")
    assert visit.is_live and visit.link


def test_a_revocation_whose_answer_was_cut_off_is_seen_to_be_done(
    simulator, client, order
):
    visit = client.create_visit(order)
    simulator.fault("cut_after", method="POST", path="/revoke")
    with pytest.raises(api.TimedOut):
        client.revoke_visit(visit.id)
    client.revoke_visit(visit.id)
    assert not client.get_visit(visit.id).is_live


def test_an_exivo_that_is_switched_off_is_unreachable(order, own_simulator):
    client = real_client(own_simulator)
    own_simulator.stop()
    with pytest.raises(api.Unreachable) as caught:
        client.create_visit(order)
    assert not caught.value.maybe_done
