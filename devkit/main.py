# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The commands of `./dev`: reads the command line and prepares what a command needs.

This module is first run by the machine's Python. It makes the project's Python
environment and starts again inside of it, so everything below may use its packages.
"""

import argparse
import errno
import os
import sys
from pathlib import Path

from .machine.environment import lint_environment, main_environment, supply_environment
from .machine.odoo_source import find_odoo
from .machine.paths import ROOT
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
    try:
        return _COMMANDS[options.command](options, arguments)
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


def _inside(python, arguments):
    """Go on in the project's environment, unless this is already it."""
    if Path(sys.prefix) != python.parent.parent:
        sys.stdout.flush()
        os.execv(python, [str(python), str(ROOT / "dev"), *arguments])


def _prepared(arguments):
    source = find_odoo()
    python = main_environment()
    _inside(python, arguments)
    from .machine.processes import stop_on_signals

    stop_on_signals()
    say(f"  Odoo 19.0 from {source.origin}")
    return source, python


def _demo(options, arguments):
    source, python = _prepared(arguments)
    from .commands.demo import demo

    for name, number in PORTS.items():
        name = name.replace("-", "_")
        if getattr(options, name) is None:
            free = options.check and not options.api_url
            setattr(options, name, 0 if free else number)
    return demo(source, python, options)


def _test(options, arguments):
    source, python = _prepared(arguments)
    from .commands.testing import test

    return test(source, python, options.rest)


def _bench(options, arguments):
    source, python = _prepared(arguments)
    from .commands.benchmarking import bench

    return bench(source, python, options.rest)


def _lint(options, arguments):
    from .commands.linting import lint

    return lint(lint_environment(), options.rest)


def _lock(options, arguments):
    from .commands.locking import lock

    return lock(supply_environment(), options.rest)


def _audit(options, arguments):
    from .commands.audit import audit

    return audit(supply_environment(), options.rest)


def _screenshots(options, arguments):
    source, python = _prepared(arguments)
    from .commands.screenshots import screenshots

    return screenshots(source, python)


def _translations(options, arguments):
    source, python = _prepared(arguments)
    from .commands.translations import translations

    return translations(source, python)


def _upgrades(options, arguments):
    source, python = _prepared(arguments)
    from .commands.upgrades import upgrades

    return upgrades(source, python)


def _strangers(options, arguments):
    source, python = _prepared(arguments)
    from .commands.strangers import strangers

    return strangers(source, python)


def _readme(options, arguments):
    from .commands.readme import readme

    return readme(lint_environment())


def _shell(options, arguments):
    source, python = _prepared(arguments)
    from .commands.demo import shell

    return shell(source, python, options.rest)


_COMMANDS = {
    "demo": _demo,
    "test": _test,
    "bench": _bench,
    "lint": _lint,
    "lock": _lock,
    "audit": _audit,
    "screenshots": _screenshots,
    "translations": _translations,
    "upgrades": _upgrades,
    "strangers": _strangers,
    "readme": _readme,
    "shell": _shell,
}
