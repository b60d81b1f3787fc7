# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo in this process, on a database whose commits are real, and the simulator.

Odoo's own test cases never commit, so they cannot show what two transactions do to
each other, nor what a crash leaves behind.
"""

import contextlib
from uuid import uuid4

import pytest
from office import Office
from simulator_process import SimulatorProcess

from odoo.modules.registry import Registry

from devkit.machine.databases import PLAIN, SHOP, Databases
from devkit.machine.odoo import Odoo
from devkit.machine.postgres import postgres

# Their assertions say what was there, as those in tests do.
pytest.register_assert_rewrite("agreement", "club", "history", "killing", "shop")


@contextlib.contextmanager
def _open_registry(kind, setting):
    with contextlib.ExitStack() as stack:
        odoo = Odoo.of_this_python(stack.enter_context(postgres()))
        database = stack.enter_context(Databases(odoo, setting).throw_away(kind))
        yield Registry(database)
        Registry.delete(database)


@pytest.fixture(scope="session")
def registry():
    """The registry of a database of its own, with the add-on and its demo data."""
    with _open_registry("faults", PLAIN) as registry:
        yield registry


@pytest.fixture(scope="session")
def shop_registry():
    """The same beside the shop and memberships, with all of our add-ons."""
    with _open_registry("faults_shop", SHOP) as registry:
        yield registry


@pytest.fixture(scope="session")
def one_simulator():
    """A simulator for the offices of all tests, one after the other."""
    process = SimulatorProcess()
    yield process
    if process.running:
        process.stop()


@pytest.fixture
def annexe():
    """The simulator of another site."""
    process = SimulatorProcess(options=["--site-id", str(uuid4())]).start()
    yield process
    if process.running:
        process.stop()


@pytest.fixture
def office(registry, one_simulator):
    """A house that is connected to a simulator as new, with nothing booked."""
    # not before Odoo is set up
    from odoo.addons.exivo_access.tools.connection import ADAPTERS

    if one_simulator.was_slow and one_simulator.running:
        one_simulator.stop()  # a slow call would reach the next house
    if not one_simulator.running:
        one_simulator.start()
    one_simulator.reset()
    ADAPTERS.clear()  # they remember what is forgotten now
    office = Office(registry, one_simulator)
    yield office
    office.clear_up()
