# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The virtual environments: to run everything in, to lint, to look after the others."""

import os
import shutil
import sys

from .files import locked, remove_tree, require_space
from .paths import PYTHON, ROOT, cache, digest, machine
from .processes import hear
from .report import Stop, step

REQUIREMENTS = ROOT / "requirements"
#: What other packages are built with.
BUILD = "build"
#: The lists whose packages come without what they depend on.
BARE = ("addons", "strangers")


def main_environment():
    """The Python that runs Odoo, the simulator and the tests."""
    return _environment("venv", [BUILD, "main", "addons"], 1500)


def lint_environment():
    """The Python that has the lint tools."""
    return _environment("lint", [BUILD, "lint"], 400)


def supply_environment():
    """The Python that has the tools for what the others are made of."""
    return _environment("supply", [BUILD, "supply"], 400)


def _environment(name, lists, megabytes):
    """Make a virtual environment of some lists, once, and return its Python."""
    base = os.path.realpath(sys.base_prefix)
    key = digest(*map(_file, lists), base, machine())
    folder = cache() / f"{name}-{PYTHON}-{key}"
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.exists():
        return python
    with locked(cache() / f"{folder.name}.lock", "sets up Python packages"):
        if not ready.exists():
            require_space(cache(), megabytes, "The Python environment")
            remove_tree(folder)
            with step(f"Python environment {folder.name}: making it"):
                _make(folder)
            with step(f"Python environment {folder.name}: installing packages"):
                for one in lists:
                    _install(python, one)
            ready.touch()
    return python


def _make(folder):
    command = [sys.executable, "-m", "venv", folder]
    done = hear(command)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        if "ensurepip" in done.stdout + done.stderr or not _has_venv():
            raise Stop(
                "This Python cannot make virtual environments; install the package "
                f"python{PYTHON[2:]}-venv and run ./dev again."
            )
        raise Stop(f"Python's venv failed: {_last_line(done.stderr)}")


def _has_venv():
    check = [sys.executable, "-c", "import venv, ensurepip"]
    return hear(check).returncode == 0


def hashed(name):
    """Return what has pip install one list, each file only if its hash is in there.

    Nothing is fetched to build a package with: nobody would have checked that.

    :param str name: of the list, in the folder `requirements`.
    :rtype: list
    """
    options = ["--require-hashes", "--no-build-isolation", "--use-pep517"]
    options += ["--no-deps"] if name in BARE else []
    return [*options, "-r", _file(name)]


def _file(name):
    return REQUIREMENTS / f"{name}.txt"


def _install(python, name):
    command = [python, "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", *hashed(name)]
    done = hear(command, env=_clean(os.environ))
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = (errors or [_last_line(done.stderr)])[-1]
        raise Stop(
            f"pip could not install the Python packages ({reason[:300]}); check the "
            "network and the disk and run ./dev again, it goes on where it stopped."
        )


def _clean(environment):
    """Without what would make pip look at another environment."""
    unwanted = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"}
    return {k: v for k, v in environment.items() if k not in unwanted}


def _last_line(text):
    return (text.strip().splitlines() or ["no reason given"])[-1]
