# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may call the API, and what unknown calls get."""

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
