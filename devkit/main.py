# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The commands of `./dev`: reads the command line and prepares what a command needs.

This module is first run by the machine's Python. It makes the project's Python
environment and starts again inside of it, so everything below may use its packages.
"""

import argparse
import errno
import importlib
import os
import sys
from pathlib import Path

from .machine.environment import lint_environment, main_environment, supply_environment
from .machine.odoo_source import find_odoo
from .machine.paths import ROOT
from .machine.place import check_place
from .machine.report import Stop, say

#: Commands whose arguments go to another program.
_FREE = {
    "test": "run all tests; arguments go to pytest",
    "bench": "measure what the add-on costs, or only in the named benchmarks",
    "lint": "check style, or only in the given paths",
    "lock": "write down what pip installs, with hashes; arguments go to uv",
    "audit": "ask whether weaknesses of it are known; arguments go to pip-audit",
    "shell": "Odoo's shell on the demo database; arguments go to it",
}
PORTS = {"port": 8069, "simulator-port": 8090, "smtp-port": 8025}


def main(arguments):
    """Run one command and return its exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command not in _FREE:
        _parser().error(f"unknown argument {rest[0]}")
    options.rest = rest
    if options.command == "demo":
        _choose_ports(options)
    try:
        return _run(options, arguments)
    except Stop as reason:
        say(f"dev: {reason}")
        return 1
    except PermissionError as error:
        say(f"dev: {error}; has another user, such as root, run ./dev before?")
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            error = "The disk is full; make room"
        say(f"dev: {error}; then run ./dev again, it goes on where it stopped.")
        return 1
    except KeyboardInterrupt:
        say("dev: stopped.")
        return 130


def _parser():
    parser = argparse.ArgumentParser(
        prog="./dev", description="The project's one command.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="run Odoo and a simulated Exivo to click")
    demo.add_argument("--check", action="store_true", help="run the journey by itself")
    demo.add_argument(
        "--reset", action="store_true", help="start from a clean database"
    )
    demo.add_argument(
        "--shop",
        action="store_true",
        help="with OCA's web shop, where rooms cost money",
    )
    demo.add_argument("--api-url", metavar="URL", help="how Odoo reaches the simulator")
    for name, number in PORTS.items():
        demo.add_argument(
            f"--{name}",
            type=_port,
            metavar="N",
            help=f"default {number}, any free one: 0",
        )
    commands.add_parser("screenshots", help="take the documentation's pictures anew")
    commands.add_parser("translations", help="bring the language files up to date")
    commands.add_parser("upgrades", help="update databases of earlier versions")
    commands.add_parser("strangers", help="try the package in an Odoo of others")
    commands.add_parser("readme", help="make the add-on's README and store page")
    for name, text in _FREE.items():
        commands.add_parser(name, help=text, add_help=False, prefix_chars="\0")
    return parser


def _port(text):
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port number")
    return int(text)


def _choose_ports(options):
    """Use the ports of a demo to click, or free ones where nobody has to know them."""
    free = options.check and not options.api_url
    for name, number in PORTS.items():
        name = name.replace("-", "_")
        if getattr(options, name) is None:
            setattr(options, name, 0 if free else number)


def _inside(python, arguments):
    """Go on in the project's environment, unless this is already it."""
    if Path(sys.prefix) != python.parent.parent:
        sys.stdout.flush()
        os.execv(python, [str(python), str(ROOT / "dev"), *arguments])


def _with_odoo(arguments):
    """Return Odoo's source and the Python that runs it, which is this one then."""
    check_place()
    source = find_odoo()
    python = main_environment()
    _inside(python, arguments)
    from .machine.processes import stop_on_signals

    stop_on_signals()
    say(f"  Odoo 19.0 from {source.origin}")
    return source, python


def _linting(_arguments):
    return (lint_environment(),)


def _supplying(_arguments):
    return (supply_environment(),)


#: For each command the file in `commands/` with a function of its name, and what
#: prepares the first arguments of that.
_COMMANDS = {
    "demo": ("demo", _with_odoo),
    "test": ("testing", _with_odoo),
    "bench": ("benchmarking", _with_odoo),
    "lint": ("linting", _linting),
    "lock": ("locking", _supplying),
    "audit": ("audit", _supplying),
    "screenshots": ("screenshots", _with_odoo),
    "translations": ("translations", _with_odoo),
    "upgrades": ("upgrades", _with_odoo),
    "strangers": ("strangers", _with_odoo),
    "readme": ("readme", _linting),
    "shell": ("demo", _with_odoo),
}


def _run(options, arguments):
    file, prepare = _COMMANDS[options.command]
    prepared = prepare(arguments)
    module = importlib.import_module(f".commands.{file}", __package__)
    command = getattr(module, options.command)
    if options.command == "demo":
        return command(*prepared, options)
    return command(*prepared, *([options.rest] if options.command in _FREE else ()))
