# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A pytest plug-in: several processes, each with a database of its own (pytest-xdist).

Each process takes the next file when it is through with one; of a test that is cut into
parts, the next part. Odoo's test classes come first: they end every child process that
they find when they are through, and the tests from outside start some. Of these, the
ones that take longest come first.
"""

import os
from collections import Counter
from itertools import chain, zip_longest
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

#: More of them share the same few cores and disks to no gain.
MOST = 4
#: Where tests wait: for a browser, or for Odoo's own commands; and how many seconds
#: each may well take.
SLOW, SLOWNESS = ("journey", "packaging"), 200


def names():
    """Return what pytest-xdist calls its processes on this machine.

    There is one more than cores: many tests wait for a browser or a server.
    """
    return [f"gw{n}" for n in range(min(len(os.sched_getaffinity(0)) + 1, MOST))]


def options(workers):
    """Return what tells pytest to use some processes.

    :param list[str] workers: see :func:`names`.
    """
    options = ["-p", "devkit.commands.workers", "-n", str(len(workers))]
    return [*options, "--dist", "loadfile", "--no-loadscope-reorder"]


def config_of(folder, worker):
    """Name the file of the settings of a process."""
    return folder / f"{worker}.conf"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Turn Odoo in this process to its own database, before pytest-odoo looks."""
    # by this name pytest-odoo would know it for a worker, and copy a database itself
    worker = os.environ.pop("PYTEST_XDIST_WORKER", None)
    if worker:
        folder = Path(os.environ["ODOO_RC"]).parent
        os.environ["ODOO_RC"] = str(config_of(folder, worker))
    return (yield)


class Scheduling(LoadFileScheduling):
    """A process is given a whole file, or a part of a test that is cut into some.

    It is given the next one when it runs its last test, which it cannot do without
    knowing the next. Of two that wait behind a long test, another process that is idle
    would have run one.
    """

    def _split_scope(self, nodeid):
        return _get_turn(nodeid) or super()._split_scope(nodeid)

    def _reschedule(self, node):
        if self._pending_of(self.assigned_work[node]) < 2 or not self.workqueue:
            super()._reschedule(node)


def _get_turn(nodeid):
    """Return the part that a test is, if it is one that is cut into some."""
    return nodeid if "[part_" in nodeid else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


def pytest_collection_modifyitems(items):
    # Odoo's add-ons have a manifest, and no test there needs long
    outside = {_get_place(item) for item in items if not _is_of_addon(item)}
    patience, counts = {}, Counter(map(_get_place, items))
    for item in items:
        marker = item.get_closest_marker("timeout")
        is_slow = item.path.parent.name in SLOW
        seconds = marker.args[0] if marker else is_slow and SLOWNESS
        place = _get_place(item)
        patience[place] = max(seconds, patience.get(place, 0))
    long = sorted(filter(patience.get, outside), key=lambda one: (-patience[one], one))
    short = sorted(outside.difference(long), key=lambda one: (-counts[one], one))
    # what waits behind a long one is better short
    turns = zip_longest(long, short[: len(long)])
    order = [*chain.from_iterable(turns), *short[len(long) :]]
    places = {one: place for place, one in enumerate(order)}
    items.sort(key=lambda item: places.get(_get_place(item), -1))


def _get_place(item):
    """Return the file of a test, or the part that it is."""
    return _get_turn(item.nodeid) or str(item.path)


def _is_of_addon(item):
    return any((one / "__manifest__.py").exists() for one in item.path.parents)
