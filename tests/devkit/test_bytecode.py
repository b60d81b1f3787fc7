# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Python compiles Odoo once, also for whoever wants nothing beside the sources."""

import subprocess
import sys
from pathlib import Path

import pytest

from devkit.machine.odoo import Odoo
from devkit.machine.odoo_source import OdooSource


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A module that stands for Odoo."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "big.py").write_text("ANSWER = 42\n")
    return folder


def start(source):
    """Start Odoo's Python; returns where it keeps what it has compiled."""
    odoo = Odoo(OdooSource("here", source), Path(sys.executable), None)
    done = subprocess.run(
        [sys.executable, "-c", "import big; print(big.__cached__)"],
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def test_it_is_kept_in_the_cache_if_nothing_is_to_lie_beside_the_sources(
    source, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    kept = start(source)
    assert kept.exists() and kept.is_relative_to(tmp_path / "cache")
    assert [one.name for one in source.iterdir()] == ["big.py"]


def test_else_python_keeps_it_where_it_always_does(source, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert start(source).is_relative_to(source)
