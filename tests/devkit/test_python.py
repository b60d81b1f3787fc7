# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""With which Python `./dev` goes on."""

import os
import subprocess
import sys
import sysconfig
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from devkit.machine.paths import ROOT


@pytest.fixture
def dev(monkeypatch):
    """The project's one command, whose file has no ending by which Python knows it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = spec_from_loader("dev", SourceFileLoader("dev", str(ROOT / "dev")))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "prefix, built, is_there, has_no_venv, goes_on",
    [
        ("/home/me/.pyenv", "'--enable-shared'", True, 0, True),
        ("/home/me/.pyenv", None, True, 0, True),
        ("/usr/local", "'--enable-optimizations'", True, 0, False),
        ("/usr", "'--enable-shared'", True, 0, False),
        ("/home/me/.pyenv", "", False, 0, False),
        ("/home/me/.pyenv", "", True, 1, False),
    ],
)
def test_the_system_s_python_takes_over_from_one_that_is_slow(
    prefix, built, is_there, has_no_venv, goes_on, dev, monkeypatch
):
    taken = []
    monkeypatch.setattr(sys, "base_prefix", prefix)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: built)
    monkeypatch.setattr(os.path, "exists", lambda path: is_there)
    monkeypatch.setattr(subprocess, "call", lambda command, **kwargs: has_no_venv)
    monkeypatch.setattr(os, "execv", lambda python, words: taken.append(python))
    dev.use_quick_python()
    same = "/usr/bin/python{}.{}".format(*sys.version_info)
    assert taken == [same] * goes_on
