# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Faults on demand: by control API and by page, and what a client then sees."""

from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
import requests

ANSWERS = {
    "error_500": (500, "application/json"),
    "error_500_html": (500, "text/html; charset=utf-8"),
    "rate_limit": (429, "application/json"),
    "rate_limit_retry_after": (429, "application/json"),
    "wrong_key": (401, "application/json"),
    "wrong_key_html": (401, "text/html; charset=utf-8"),
    "wrong_key_403": (403, "application/json"),
    "validation_errors": (400, "application/json"),
    "forbidden": (403, "application/json"),
    "not_found": (404, None),
    "html": (200, "text/html; charset=utf-8"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_fault_answers_once_and_carries_nothing_out(simulator, payload, kind):
    simulator.fault(kind)
    response = simulator.post("/visit", payload)
    seen = (response.status_code, response.headers.get("Content-Type"))
    assert seen == ANSWERS[kind]
    assert simulator.visits() == []
    last = simulator.requests()[-2]
    assert (last["fault"], last["status"]) == (kind, response.status_code)


def test_a_refusal_with_details_nests_them_as_the_makers_framework_does(simulator):
    simulator.fault("validation_errors")
    refusal = simulator.get("/info").json()
    assert refusal["message"] == "Validation errors"
    (error,) = refusal["errors"]
    assert "message" in error["errors"][0]


def test_retry_after_is_there_only_in_one_of_the_two(simulator):
    simulator.fault("rate_limit_retry_after", seconds=7)
    assert simulator.get("/info").headers["Retry-After"] == "7"
    simulator.fault("rate_limit")
    assert "Retry-After" not in simulator.get("/info").headers


def test_a_cut_connection_leaves_the_visit_behind(simulator, payload):
    simulator.fault("cut_after", method="POST", path="/visit")
    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.post("/visit", payload)
    (visit,) = simulator.visits()
    assert visit["name"] == payload["name"]
    cut = next(call for call in simulator.requests() if call["fault"])
    assert (cut["fault"], cut["status"]) == ("cut_after", None)


def test_a_connection_that_is_cut_before_leaves_nothing_behind(simulator, payload):
    simulator.fault("cut_before", method="POST", path="/visit")
    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.post("/visit", payload)
    assert simulator.visits() == []


def test_an_error_that_comes_late_leaves_the_visit_behind(simulator, payload):
    simulator.fault("error_500_after", method="POST", path="/visit")
    assert simulator.post("/visit", payload).status_code == 500
    (visit,) = simulator.visits()
    assert visit["name"] == payload["name"]


def test_a_call_that_is_refused_and_cut_leaves_nothing_behind(simulator, payload):
    simulator.fault("cut_after", method="POST")
    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.post("/visit", {**payload, "code": "1"})
    assert simulator.visits() == []


def order_late(simulator, payload, seconds):
    """Order a visit that will be carried out so much later."""
    simulator.fault("late", seconds=seconds, method="POST", path="/visit")
    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.post("/visit", payload)


def find_late(simulator):
    """The journal's entry of the call that was late."""
    return next(one for one in simulator.requests() if one["fault"] == "late")


def test_a_late_call_is_cut_at_once_and_carried_out_later(simulator, payload):
    order_late(simulator, payload, 60)
    simulator.clock(59)
    assert simulator.visits() == []
    assert find_late(simulator)["status"] is None
    simulator.clock(61)
    (visit,) = simulator.visits()
    assert visit["name"] == payload["name"]
    assert find_late(simulator)["status"] == 200


def test_a_late_call_is_carried_out_by_the_clock_of_its_moment(simulator, payload):
    order_late(simulator, payload, 60)
    simulator.clock(30 * 60)  # it begins ten minutes from now
    assert len(simulator.visits()) == 1
    assert not simulator.visits()[0]["expired"]
    simulator.clock(0)
    order_late(simulator, payload, 15 * 60)
    simulator.clock(30 * 60)
    assert len(simulator.visits()) == 1
    statuses = [one["status"] for one in simulator.requests() if one["fault"]]
    assert statuses == [200, 400]


def test_a_late_revocation_takes_away_what_was_alive_until_then(simulator, visit):
    simulator.fault("late", seconds=60, path="/revoke")
    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.post(f"/visit/{visit['id']}/revoke", {})
    assert not simulator.visits()[0]["revoked"]
    simulator.clock(61)
    assert simulator.visits()[0]["revoked"]


def test_a_reset_forgets_what_is_still_to_be_carried_out(simulator, payload):
    order_late(simulator, payload, 60)
    simulator.reset()
    simulator.clock(61)
    assert simulator.visits() == []


def test_answers_are_dated_by_the_simulators_clock(simulator):
    simulator.clock(3 * 86400)
    told = parsedate_to_datetime(simulator.get("/info").headers["Date"])
    now = datetime.fromisoformat(simulator.control("GET", "/clock")["now"])
    assert abs((now - told).total_seconds()) < 60


def test_latency_makes_a_client_with_less_patience_give_up(simulator, payload):
    simulator.fault("latency", seconds=5, times=None)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(
            f"{simulator.url}/v1/{simulator.site_id}/info",
            auth=(simulator.api_key, simulator.api_secret),
            timeout=(30, 0.05),
        )
    simulator.control("DELETE", "/faults")
    assert simulator.get("/info").status_code == 200


def test_latency_goes_with_other_faults(simulator):
    simulator.fault("latency", seconds=0)
    simulator.fault("error_500")
    assert simulator.get("/info").status_code == 500
    assert simulator.requests()[-1]["fault"] == "latency+error_500"
    assert simulator.control("GET", "/faults") == []


def test_a_fault_counts_down_and_ends(simulator):
    simulator.fault("error_500", times=2)
    codes = [simulator.get("/info").status_code for _call in range(3)]
    assert codes == [500, 500, 200]


def test_two_faults_hit_one_call_after_the_other(simulator):
    simulator.fault("error_500")
    simulator.fault("html")
    assert simulator.get("/info").status_code == 500
    assert simulator.get("/info").headers["Content-Type"].startswith("text/html")


def test_a_fault_without_a_number_stays_until_it_is_removed(simulator):
    simulator.fault("error_500", times=None)
    codes = {simulator.get("/info").status_code for _call in range(5)}
    assert codes == {500}
    simulator.control("DELETE", "/faults")
    assert simulator.get("/info").status_code == 200


def test_method_and_path_choose_which_calls_are_hit(simulator):
    simulator.fault("error_500", times=None, method="POST", path="/revoke")
    assert simulator.get("/info").status_code == 200
    assert simulator.post("/visit", {}).status_code == 400
    assert simulator.post("/visit/1/revoke", {}).status_code == 500


def test_faults_never_hit_pages_or_the_control_api(simulator, visit, browser):
    simulator.fault("error_500", times=None)
    for path in ("/", "/inbox", "/faults", "/_sim/doors"):
        assert browser.get(simulator.url + path).status_code == 200
    assert browser.get(visit["link"]).status_code == 200


@pytest.mark.parametrize(
    "order",
    [{"kind": "earthquake"}, {"kind": "html", "times": 0}, {"seconds": 1}],
)
def test_an_order_that_makes_no_sense_is_refused(simulator, browser, order):
    response = browser.post(f"{simulator.url}/_sim/faults", json=order)
    assert response.status_code == 400
    assert response.json()["message"]


def test_the_page_switches_faults_on_and_off(simulator, browser):
    form = {"kind": "html", "seconds": "1", "times": "", "method": "GET", "path": ""}
    page = browser.post(f"{simulator.url}/faults", data=form)
    assert "HTML instead of JSON" in page.text
    (fault,) = simulator.control("GET", "/faults")
    assert fault["times"] is None and fault["path"] is None
    assert simulator.get("/info").headers["Content-Type"].startswith("text/html")
    browser.post(f"{simulator.url}/faults/{fault['id']}/remove")
    assert simulator.control("GET", "/faults") == []


def test_the_page_says_what_is_wrong_with_a_form(simulator, browser):
    form = {"kind": "html", "seconds": "soon", "times": "1", "method": "", "path": ""}
    page = browser.post(f"{simulator.url}/faults", data=form)
    assert page.status_code == 400
    assert "This value cannot be used: seconds" in page.text


def test_the_page_shows_the_latest_calls_without_their_bodies(
    simulator, payload, browser
):
    simulator.fault("error_500")
    simulator.post("/visit", payload)
    page = browser.get(f"{simulator.url}/faults").text
    assert "error_500" in page and "/visit" in page
    assert payload["code"] not in page
    assert simulator.api_secret not in page
