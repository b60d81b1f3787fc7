# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A web page in somebody's browser cannot reach the simulator under another name."""

import pytest
import requests
from simulator_process import TIMEOUT, SimulatorProcess

from devkit.machine.processes import claim_port

#: A name that its owner has lead to this machine, once a page came from there.
REBOUND = "rebound.example"
PATHS = ["/", "/inbox", "/faults", "/_sim/mails", "/v1/x/info", "/static/none", "/none"]


@pytest.fixture(scope="module")
def named_simulator():
    """One that is also reached by names which it was told of."""
    port = claim_port(0, "the simulator", "--port")
    options = ["--port", str(port), "--public-url", f"https://Doors.example:{port}/"]
    options += ["--allow-host", "proxy.example", "--allow-host", "gate.example"]
    process = SimulatorProcess(options=options).start()
    yield process
    process.stop()


def ask(simulator, method, path, host, **headers):
    """What somebody is answered who reaches the simulator by a name."""
    return requests.request(
        method,
        f"http://127.0.0.1:{simulator.port}{path}",
        headers={"Host": host, **headers},
        timeout=TIMEOUT,
        allow_redirects=False,
    )


@pytest.mark.parametrize("path", PATHS)
def test_other_name_is_refused_in_words(simulator, path):
    for host in (REBOUND, f"{REBOUND}:{simulator.port}", "127.0.0.1.nip.example", ""):
        answer = ask(simulator, "GET", path, host)
        assert answer.status_code == 400
        assert "host" in answer.text.lower()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_loopback_is_answered(simulator, host):
    for name in (host, f"{host}:{simulator.port}", f"{host}:1"):
        assert ask(simulator, "GET", "/_sim/mails", name).status_code == 200


def test_names_that_were_told_at_the_start_are_answered(named_simulator):
    for host in ("doors.example", "proxy.example:8443", "gate.example", "127.0.0.1"):
        assert ask(named_simulator, "GET", "/inbox", host).status_code == 200
    assert ask(named_simulator, "GET", "/inbox", "other.example").status_code == 400


def test_page_under_another_name_changes_nothing(simulator):
    simulator.clock(60)
    origin = f"http://{REBOUND}:{simulator.port}"
    for headers in ({}, {"Origin": origin}):
        answer = ask(simulator, "POST", "/_sim/reset", origin[7:], **headers)
        assert answer.status_code == 400
    assert simulator.control("GET", "/clock")["offset_seconds"] == 60


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_form_of_another_site_changes_nothing(simulator, headers):
    simulator.clock(60)
    own = f"127.0.0.1:{simulator.port}"
    for path in ("/_sim/reset", "/faults", f"/v1/{simulator.site_id}/visit"):
        assert ask(simulator, "POST", path, own, **headers).status_code == 403
    assert simulator.control("GET", "/clock")["offset_seconds"] == 60


def test_form_of_its_own_is_taken(simulator):
    own = f"127.0.0.1:{simulator.port}"
    headers = {"Origin": f"http://{own}", "Sec-Fetch-Site": "same-origin"}
    assert ask(simulator, "POST", "/_sim/reset", own, **headers).status_code == 204
