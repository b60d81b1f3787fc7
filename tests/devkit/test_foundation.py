# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the add-on stands on is installed once, and read again by other checkouts."""

import os

import pytest

from devkit.machine import foundation
from devkit.machine.postgres import Postgres, postgres


@pytest.fixture
def server(monkeypatch):
    """One of ours: of a server of the user's own nothing is kept."""
    monkeypatch.delenv("EXIVO_POSTGRES", raising=False)
    with postgres() as server:
        yield server


@pytest.fixture
def databases(server):
    """Names of two databases of a run of its own, the first one with a row in it."""
    names = [f"exivo_test_{one}_{os.getpid()}" for one in ("first", "second")]
    for name in names:
        server.query(f"CREATE DATABASE {name} TEMPLATE template0")
    server.query("CREATE TABLE room AS SELECT 'Aare' AS name", database=names[0])
    yield names
    for name in names:
        server.query(f"DROP DATABASE {name}")


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """A cache and a file store of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(foundation, "DATA", tmp_path / "odoo")
    return tmp_path / "odoo" / "filestore"


def test_kept_foundation_is_read_with_its_files(server, databases, folders):
    first, second = databases
    (folders / first).mkdir(parents=True)
    (folders / first / "logo").write_text("a picture")
    kept = foundation.KeptFoundation(server, "key")
    assert not kept.exists()
    kept.keep(first)
    another_checkout = foundation.KeptFoundation(server, "key")
    assert another_checkout.exists()
    another_checkout.lay(second)
    assert server.query("SELECT name FROM room", database=second) == [("Aare",)]
    assert (folders / second / "logo").read_text() == "a picture"


def test_foundation_of_another_version_is_not_taken(server, databases, folders):
    (folders / databases[0]).mkdir(parents=True)
    foundation.KeptFoundation(server, "key").keep(databases[0])
    assert not foundation.KeptFoundation(server, "another").exists()


def test_nothing_is_kept_of_a_server_of_the_users_own(server, databases, folders):
    (folders / databases[0]).mkdir(parents=True)
    kept = foundation.KeptFoundation(Postgres(server.parameters), "key")
    kept.keep(databases[0])
    assert not kept.exists()
