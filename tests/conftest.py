# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fixtures of the tests from outside."""

import pytest
from hypothesis import settings
from simulator_process import SimulatorProcess

# The same examples in every run: what fails here fails for everybody.
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="module")
def shared_simulator():
    """One simulator for all tests of a file; they leave it running."""
    process = SimulatorProcess().start()
    yield process
    process.stop()


@pytest.fixture
def simulator(shared_simulator):
    """The shared simulator, as new."""
    shared_simulator.reset()
    return shared_simulator


@pytest.fixture
def own_simulator():
    """A simulator that the test may end."""
    process = SimulatorProcess().start()
    yield process
    if process.running:
        process.stop()


@pytest.fixture
def simulator_with_memory(tmp_path):
    """A simulator that keeps its state in a file, and may be ended."""
    process = SimulatorProcess(tmp_path / "state.json").start()
    yield process
    if process.running:
        process.stop()
