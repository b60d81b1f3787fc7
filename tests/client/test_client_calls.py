# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the client sends, and what it makes of a good answer."""

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from written_exivo import API_KEY, API_SECRET, BASE, LINK, REQUEST, SITE_ID, URL, VISIT

from odoo.addons.exivo_access import api


def sent(exivo, number=0):
    return exivo.calls[number].request


def test_every_call_goes_to_the_site_with_key_and_secret_by_basic(exivo, client):
    exivo.answer("GET", "/info", {"id": SITE_ID})
    client.get_site_info()
    assert sent(exivo).url == f"{URL}/v1/{SITE_ID}/info"
    scheme, value = sent(exivo).headers["Authorization"].split()
    assert scheme == "Basic"
    assert base64.b64decode(value).decode() == f"{API_KEY}:{API_SECRET}"


def test_a_key_of_any_characters_is_sent_as_utf_8(exivo):
    exivo.answer("GET", "/info", {"id": SITE_ID})
    api.ExivoClient(URL, SITE_ID, "kéy…", "sécret–€").get_site_info()
    value = sent(exivo).headers["Authorization"].split()[1]
    assert base64.b64decode(value).decode() == "kéy…:sécret–€"


def test_no_call_waits_for_ever(exivo, client):
    exivo.answer("GET", "/info", {"id": SITE_ID})
    client.get_site_info()
    connect, read = sent(exivo).req_kwargs["timeout"]
    assert 0 < connect <= 10 and 0 < read <= 30


def test_certificates_are_checked(exivo, client):
    exivo.answer("GET", "/info", {"id": SITE_ID})
    client.get_site_info()
    assert sent(exivo).req_kwargs["verify"]


def test_the_site_says_name_language_zone_and_type(exivo, client):
    answer = {
        "id": SITE_ID,
        "name": "Riverside House",
        "language": "de",
        "timeZone": "Europe/Zurich",
        "type": "real-estate",
    }
    exivo.answer("GET", "/info", answer)
    assert client.get_site_info() == api.SiteInfo(
        SITE_ID, "Riverside House", "de", "Europe/Zurich", "real-estate"
    )


def test_a_site_that_says_little_is_of_the_usual_type(exivo, client):
    exivo.answer("GET", "/info", {"id": SITE_ID, "name": None})
    assert client.get_site_info() == api.SiteInfo(SITE_ID, "", "", "", "exivo")


def test_what_does_not_say_which_site_it_is_is_no_site(exivo, client):
    for answer in ({}, {"name": "Riverside House"}, {"id": ""}):
        exivo.answer("GET", "/info", answer)
        with pytest.raises(api.InvalidAnswer):
            client.get_site_info()


def test_who_answers_for_another_site_is_not_ours(exivo, client):
    exivo.answer("GET", "/info", {"id": "00000000-1111-4111-8111-111111111111"})
    with pytest.raises(api.OtherSite):
        client.get_site_info()


def test_a_site_is_the_same_one_in_capitals(exivo):
    site_id = "aaaaaaaa-1111-4111-8111-111111111111"
    exivo.add("GET", f"{URL}/v1/{site_id}/info", json={"id": site_id.upper()})
    api.ExivoClient(URL, site_id, API_KEY, API_SECRET).get_site_info()


def test_exivo_sees_who_calls(exivo, client):
    exivo.answer("GET", "/info", {"id": SITE_ID})
    client.get_site_info()
    assert "exivo_access" in sent(exivo).headers["User-Agent"]


def test_a_visit_is_ordered_exactly_as_the_api_wants_it(exivo, client):
    exivo.answer("POST", "/visit", VISIT)
    client.create_visit(REQUEST)
    assert sent(exivo).url == f"{BASE}/visit"
    assert sent(exivo).headers["Content-Type"] == "application/json"
    assert json.loads(sent(exivo).body) == {
        "name": "RB00007 x7f3",
        "code": "048213",
        "validFrom": "2026-01-31T09:00:00Z",
        "validTo": "2026-01-31T10:25:00Z",
        "components": ["entrance", "aare"],
    }


def test_times_of_another_zone_are_sent_as_utc(exivo, client):
    exivo.answer("POST", "/visit", VISIT)
    summer = timezone(timedelta(hours=2))
    start = datetime(2026, 7, 1, 1, 30, 15, 999999, tzinfo=summer)
    client.create_visit(replace(REQUEST, valid_from=start))
    assert json.loads(sent(exivo).body)["validFrom"] == "2026-06-30T23:30:15Z"


def test_a_time_without_zone_is_refused_rather_than_guessed():
    naive = replace(REQUEST, valid_to=datetime(2026, 7, 1))
    with pytest.raises(ValueError):
        naive.to_json()


def test_a_created_visit_is_answered_with_id_and_link(exivo, client):
    exivo.answer("POST", "/visit", VISIT, status=201)
    assert client.create_visit(REQUEST) == api.Visit(
        id="visit-1", name="RB00007 x7f3", link=LINK, revoked=False, expired=False
    )
    assert exivo.asked() == ["POST /visit"]


def test_a_link_that_the_creation_does_not_give_is_fetched_once(exivo, client):
    exivo.answer("POST", "/visit", {"id": "visit-1"})
    exivo.answer("GET", "/visit/visit-1", VISIT)
    assert client.create_visit(REQUEST).link == LINK
    assert exivo.asked() == ["POST /visit", "GET /visit/visit-1"]


def test_a_link_that_nobody_gives_stays_empty(exivo, client):
    exivo.answer("POST", "/visit", {"id": "visit-1"})
    exivo.answer("GET", "/visit/visit-1", {"id": "visit-1", "link": None})
    visit = client.create_visit(REQUEST)
    assert (visit.id, visit.link) == ("visit-1", "")
    assert len(exivo.calls) == 2


def test_a_visit_is_not_lost_when_fetching_its_link_fails(exivo, client):
    exivo.answer("POST", "/visit", {"id": "visit-1"})
    exivo.answer("GET", "/visit/visit-1", status=500)
    assert client.create_visit(REQUEST).id == "visit-1"


@pytest.mark.parametrize(
    "extra, live",
    [
        ({}, True),
        ({"revoked": None, "expired": None}, True),
        ({"revoked": False, "expired": False}, True),
        ({"revoked": True}, False),
        ({"expired": True}, False),
    ],
)
def test_a_visit_lives_unless_it_is_said_to_be_revoked_or_expired(
    exivo, client, extra, live
):
    exivo.answer("GET", "/visit/visit-1", {**VISIT, **extra})
    assert client.get_visit("visit-1").is_live is live


@pytest.mark.parametrize("odd", ["false", "true", 0, 1, [], {}])
def test_only_a_true_true_counts_as_gone(exivo, client, odd):
    """Taking a living visit for a gone one would leave a door open."""
    exivo.answer("GET", "/visit/visit-1", {**VISIT, "revoked": odd, "expired": odd})
    assert client.get_visit("visit-1").is_live


@pytest.mark.parametrize(
    "bad",
    ["", None, "../info", "a/b", "a?b", "a#b", "a b", "a%2fb", "..", "a\n", "é", 7],
)
def test_an_id_that_would_leave_the_path_is_refused_and_nothing_is_sent(
    exivo, client, bad
):
    with pytest.raises(api.Rejected):
        client.get_visit(bad)
    with pytest.raises(api.Rejected):
        client.revoke_visit(bad)
    with pytest.raises(api.Rejected):
        api.ExivoClient(URL, bad, API_KEY, API_SECRET)
    assert exivo.asked() == []


def test_an_answer_about_something_else_is_none(exivo, client):
    """A mix-up on the way must not end what was asked for."""
    other = {"id": "visit-2", "name": "RB00008 x7f4", "revoked": True}
    for path in ("/visit", "/digitalKeyVisit", "/person", "/accessgroup"):
        exivo.answer("GET", f"{path}/visit-1", other)
    exivo.answer("POST", "/person/visit-1", other)
    change = api.PersonRequest("Anna", "Muster", "Janitor")
    for ask in (
        lambda: client.get_visit("visit-1"),
        lambda: client.revoke_visit("visit-1"),
        lambda: client.get_key_visit("visit-1"),
        lambda: client.revoke_key_visit("visit-1"),
        lambda: client.get_person("visit-1"),
        lambda: client.get_access_group("visit-1"),
        lambda: client.update_person("visit-1", change),
    ):
        with pytest.raises(api.InvalidAnswer, match="something else"):
            ask()


def test_a_visit_whose_end_is_to_come_is_not_over(exivo, client):
    """The clock over there is wrong, and will be set right again."""
    for expired, stop, is_over in (
        (True, "2001-01-31T10:25:00Z", True),
        (True, "2999-01-31T10:25:00Z", False),
        (True, None, True),
        (True, "soon", True),
        (None, "2001-01-31T10:25:00Z", True),
        (False, "2999-01-31T10:25:00Z", False),
        (None, None, False),
    ):
        answer = {**VISIT, "expired": expired, "validTo": stop}
        exivo.answer("GET", "/visit/visit-1", answer)
        exivo.answer("GET", "/digitalKeyVisit/visit-1", answer)
        for visit in (client.get_visit("visit-1"), client.get_key_visit("visit-1")):
            assert (visit.is_over, visit.is_live) == (is_over, not is_over)


@pytest.mark.parametrize(
    ("state", "is_pending"),
    [
        (None, False),
        ("active", False),
        ("assignedButPending", True),
        ("blocked", True),
        ("lost", True),
    ],
)
def test_a_key_that_opens_nothing_on_a_phone_is_pending(
    exivo, client, state, is_pending
):
    exivo.answer("GET", "/digitalKeyVisit/key-1", {"id": "key-1", "state": state})
    assert client.get_key_visit("key-1").is_pending is is_pending


def test_components_come_with_their_peculiarities(exivo, client):
    rows = [
        {
            "id": "1",
            "identifier": "Entrance",
            "labelling": "Street",
            "templateIdentifier": "electric-lock",
            "ready": True,
            "mode": "normal",
        },
        {"id": "2", "identifier": "Room", "labelling": None, "ready": False},
        {"id": "3", "templateIdentifier": "Wireless-GATEWAY"},
        {"id": "4", "identifier": "Yard", "templateIdentifier": "lock-Alarm"},
    ]
    exivo.answer("GET", "/component", rows)
    entrance, room, gateway, yard = client.list_components()
    assert entrance == api.Component(
        "1", "Entrance", "Street", "electric-lock", True, "normal"
    )
    assert room == api.Component("2", "Room", "", "", False, "")
    assert gateway.name == "3" and gateway.is_gateway and not gateway.is_alarm
    assert yard.is_alarm and not yard.is_gateway
