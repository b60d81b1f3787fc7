# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev lock`: writes down what pip installs, to the last package, with its hashes."""

from ..machine.environment import BARE, BUILD, REQUIREMENTS
from ..machine.paths import ROOT
from ..machine.processes import hear
from ..machine.report import Stop, step

#: What is written by hand, for each list that is made of it.
SOURCES = {
    BUILD: [BUILD],
    "main": [BUILD, "odoo", "simulator", "tools"],
    "lint": ["lint"],
    "supply": ["supply"],
    **{name: [name] for name in BARE},
}


def lock(python, arguments):
    """Make the lists anew and return 0.

    What a list has already stays at its version, unless the arguments have uv raise it.
    """
    for name, sources in SOURCES.items():
        with step(f"requirements/{name}.txt"):
            _compile(python.parent / "uv", name, sources, arguments)
    return 0


def _compile(uv, name, sources, arguments):
    """Write one list: for every supported Python and machine, with all hashes."""
    command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--python-version", "3.10", "--annotation-style", "line"]
    command += ["--custom-compile-command", "./dev lock"]
    command += ["--no-deps"] if name in BARE else []
    command += [(REQUIREMENTS / f"{one}.in").relative_to(ROOT) for one in sources]
    command += ["-o", (REQUIREMENTS / f"{name}.txt").relative_to(ROOT), *arguments]
    done = hear(command, cwd=ROOT)
    if done.returncode:
        raise Stop(f"uv could not make requirements/{name}.txt: {done.stderr.strip()}")
