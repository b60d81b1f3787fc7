# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may call the API, and what unknown calls get."""

import json

import pytest
import requests


def without_key(simulator):
    return None


def wrong_key(simulator):
    return ("00000000-0000-4000-8000-00000000000f", simulator.api_secret)


def wrong_secret(simulator):
    return (simulator.api_key, "00000000-0000-4000-8000-00000000000f")


@pytest.mark.parametrize("auth", [without_key, wrong_key, wrong_secret])
@pytest.mark.parametrize("path", ["/info", "/visit", "/nothing/of/the/kind"])
def test_a_wrong_key_or_secret_is_refused_on_every_call(simulator, auth, path):
    response = simulator.call("GET", path, auth=auth(simulator))
    assert response.status_code == 401
    assert response.json() == {"message": "Invalid credentials."}


@pytest.mark.parametrize("header", ["Bearer abc", "Basic", "Basic %%%", "Basic abc"])
def test_a_malformed_authorization_is_refused(simulator, header):
    response = simulator.call(
        "GET", "/info", auth=lambda r: r.headers.update(Authorization=header) or r
    )
    assert response.status_code == 401


def test_an_unknown_site_id_is_told_apart_from_a_wrong_key(simulator):
    other = f"{simulator.url}/v1/00000000-0000-4000-8000-0000000000ff/info"
    auth = (simulator.api_key, simulator.api_secret)
    response = requests.get(other, auth=auth, timeout=30)
    assert response.status_code == 404
    assert response.json() == {"message": "There is no site with this id."}


def test_an_unknown_path_and_a_wrong_method_answer_with_a_message(simulator):
    for response, status in (
        (simulator.get("/nonsense"), 404),
        (simulator.call("PUT", "/visit", json={}), 405),
    ):
        assert response.status_code == status
        assert response.json()["message"]


@pytest.mark.parametrize(
    "path, methods",
    [
        ("/visit", {"GET", "POST"}),
        ("/person/1", {"GET", "POST", "DELETE"}),
        ("/visit/1/revoke", {"POST"}),
        ("/info", {"GET"}),
    ],
)
def test_a_wrong_method_is_answered_with_all_that_there_are(simulator, path, methods):
    response = simulator.call("PUT", path, json={})
    assert response.status_code == 405
    assert {*response.headers["Allow"].split(", ")} - {"HEAD"} == methods


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/info?verbose=1"),
        ("GET", "/visit?Limit=5"),
        ("GET", "/visit/1?limit=5"),
        ("POST", "/visit?limit=5"),
    ],
)
def test_a_query_parameter_that_does_not_exist_is_refused(simulator, method, path):
    response = simulator.call(method, path)
    assert response.status_code == 400
    assert "query parameter" in response.json()["message"]


def post_raw(simulator, path, body, kind="application/json"):
    headers = {"Content-Type": kind} if kind else {}
    return simulator.call("POST", path, data=body, headers=headers)


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "text/json; application/json",
    ],
)
def test_a_body_that_is_not_said_to_be_json_is_refused(simulator, payload, kind):
    response = post_raw(simulator, "/visit", json.dumps(payload).encode(), kind)
    assert response.status_code == 400
    assert "application/json" in response.json()["message"]
    assert simulator.visits() == []


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON ; charset=utf-8"]
)
def test_a_body_that_is_said_to_be_json_is_taken(simulator, payload, kind):
    response = post_raw(simulator, "/visit", json.dumps(payload).encode(), kind)
    assert response.status_code == 200


@pytest.mark.parametrize("kind", [None, "application/json"])
def test_no_body_needs_no_content_type(simulator, kind):
    entrance = simulator.component("Entrance")
    response = post_raw(simulator, f"/component/{entrance['id']}/unlock", b"", kind)
    assert response.status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[" * 190 + b"]" * 190,
        b'{"code": NaN}',
        b'{"code": 1e999}',
        b'{"code": "\\ud800"}',
        b"1" * 5_000,
        b"\xff",
        b"{",
    ],
    ids=lambda body: ascii(body[:16]),
)
def test_json_that_nobody_can_read_is_refused_and_noted(simulator, body):
    group = simulator.post("/accessgroup", {"name": "Members"}).json()["id"]
    zone = simulator.get("/accessZone").json()[0]["id"]
    for path in ("/visit", f"/accessgroup/{group}/accesszone/{zone}"):
        response = post_raw(simulator, path, body)
        assert response.status_code == 400
        assert response.json()["message"]
    assert [one["status"] for one in simulator.requests()[-2:]] == [400, 400]


def test_the_journal_keeps_calls_but_never_the_secret(simulator, payload):
    simulator.control("DELETE", "/requests")
    simulator.post("/visit", payload)
    simulator.get("/visit", limit=5)
    first, second = simulator.requests()
    assert first["method"] == "POST"
    assert first["path"] == f"/v1/{simulator.site_id}/visit"
    assert first["status"] == 200
    assert first["body"] == payload
    assert first["fault"] is None
    assert second["query"] == "limit=5"
    assert simulator.api_secret not in str([first, second])
