# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several `./dev` that are started at the same moment do not disturb each other."""

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from devkit.machine import chromium, databases

#: As many start at once.
MANY = 6
#: No process has this number.
ENDED = 2**22 + 1


@pytest.fixture
def start_at_once():
    """Has a function run several times at the same moment, and returns the answers."""
    gate = threading.Barrier(MANY)

    def run(work):
        def start(number):
            gate.wait()
            return work(number)

        with ThreadPoolExecutor(MANY) as pool:
            return list(pool.map(start, range(MANY)))

    return run


class Server:
    """A PostgreSQL that has databases of runs which have ended."""

    own = False

    def __init__(self, names):
        self.names = names

    def query(self, statement, arguments=(), database="postgres"):
        if "starts_with" in statement:
            (prefix,) = arguments
            return [(name,) for name in self.names if name.startswith(prefix)]
        if statement.startswith("DROP DATABASE"):
            name = statement.split('"')[1]
            self.names = [one for one in self.names if one != name]
        return []


@pytest.fixture
def left_overs(tmp_path, monkeypatch):
    """What a run that was killed has left behind: databases, files, folders."""
    monkeypatch.setattr(databases, "RUN", tmp_path)
    monkeypatch.setattr(databases, "DATA", tmp_path / "odoo")
    # signals are a matter of the main thread
    monkeypatch.setattr(databases, "undisturbed", contextlib.nullcontext)
    names = [f"exivo_test_gw{number}_{ENDED}" for number in range(4)]
    for name in names:
        for folder in (tmp_path / name, tmp_path / "odoo" / "filestore" / name):
            for number in range(50):
                (folder / str(number)).mkdir(parents=True)
    return Server(names)


def test_all_of_them_clear_up_what_a_killed_run_has_left(
    left_overs, tmp_path, start_at_once
):
    def work(number):
        odoo = SimpleNamespace(postgres=left_overs)
        with databases.Databases(odoo).empty(f"test_main{number}"):
            pass

    start_at_once(work)
    assert left_overs.names == []
    assert not [*tmp_path.glob(f"**/*_{ENDED}")]


def test_all_of_them_find_the_same_browser(tmp_path, monkeypatch, start_at_once):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(chromium.os, "getpid", threading.get_ident)
    for number in range(MANY * 5):
        program = tmp_path / f"chromium{number}"
        program.touch()

        def find(_number, program=program):
            folder = chromium.path_with(str(program)).split(os.pathsep)[0]
            return Path(folder, "google-chrome").resolve()

        assert {*start_at_once(find)} == {program}
