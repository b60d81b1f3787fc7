# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the simulator's own tests share."""

import pytest
import requests
from simulator_process import SimulatorProcess


@pytest.fixture(scope="session")
def shared_simulator():
    """One simulator for all tests here that leave it running."""
    process = SimulatorProcess().start()
    yield process
    process.stop()


@pytest.fixture
def simulator(shared_simulator):
    """The shared simulator, as new."""
    shared_simulator.reset()
    return shared_simulator


@pytest.fixture
def payload(simulator):
    """A visit that is accepted: entrance and room, in ten minutes, for an hour."""
    return {
        "code": "048213",
        "validFrom": simulator.stamp(10),
        "validTo": simulator.stamp(70),
        "components": [
            simulator.component("Entrance")["id"],
            simulator.component("Meeting room Aare")["id"],
        ],
        "name": "RB00007 x7f3",
    }


@pytest.fixture
def visit(simulator, payload):
    """That visit, made."""
    response = simulator.post("/visit", payload)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def browser():
    """A visitor's browser: keeps cookies, no JavaScript."""
    with requests.Session() as session:
        session.trust_env = False
        yield session
