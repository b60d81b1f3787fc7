# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fixtures of the tests from outside."""

import pytest
from simulator_process import SimulatorProcess


@pytest.fixture
def simulator():
    """A fresh simulator on free ports."""
    process = SimulatorProcess().start()
    yield process
    if process.running:
        process.stop()


@pytest.fixture
def simulator_with_memory(tmp_path):
    """A simulator that keeps its state in a file."""
    process = SimulatorProcess(tmp_path / "state.json").start()
    yield process
    if process.running:
        process.stop()
