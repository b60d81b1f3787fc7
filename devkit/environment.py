# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The virtual environments: one to run everything in, one for the lint tools."""

import os
import shutil
import subprocess
import sys

from .files import locked, remove_tree, require_space
from .paths import PYTHON, ROOT, cache, digest, machine
from .report import Stop, step

REQUIREMENTS = ROOT / "requirements"
CONSTRAINTS = REQUIREMENTS / "constraints.txt"


def main_environment():
    """The Python that runs Odoo, the simulator and the tests."""
    return _environment(
        "venv", ["odoo.txt", "simulator.txt", "tools.txt"], ["addons.txt"], 1500
    )


def lint_environment():
    """The Python that has the lint tools."""
    return _environment("lint", ["lint.txt"], [], 400)


def _environment(name, files, bare_files, megabytes):
    """Make a virtual environment from requirement files, once, and return its Python.

    The packages of `bare_files` come without what they depend on.
    """
    files = [REQUIREMENTS / file for file in files]
    bare_files = [REQUIREMENTS / file for file in bare_files]
    base = os.path.realpath(sys.base_prefix)
    key = digest(*files, *bare_files, CONSTRAINTS, base, machine())
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
                _install(python, files, "-c", CONSTRAINTS)
                if bare_files:
                    _install(python, bare_files, "--no-deps")
            ready.touch()
    return python


def _make(folder):
    command = [sys.executable, "-m", "venv", folder]
    done = subprocess.run(command, capture_output=True, text=True)
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
    return subprocess.run(check, capture_output=True).returncode == 0


def _install(python, files, *options):
    command = [python, "-m", "pip", "install", "--quiet", "--no-input", "--use-pep517"]
    command += ["--disable-pip-version-check", *options]
    for file in files:
        command += ["-r", file]
    done = subprocess.run(
        command, capture_output=True, text=True, env=_clean(os.environ)
    )
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
