# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fixtures of the tests from outside."""

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from simulator_process import SimulatorProcess

from devkit.machine.paths import ROOT

# The same examples in every run: what fails here fails for everybody.
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.load_profile("same")
# Numbers and words of our own code are among them; by itself Hypothesis would read all
# of Odoo for some, in each process, which takes it seconds.
is_local = providers.is_local_module_file
providers.is_local_module_file = lambda path: str(ROOT) in path and is_local(path)


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
