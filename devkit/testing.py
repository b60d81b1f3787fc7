# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev test`: one pytest process on a database of its own."""

import os
import re

from .chromium import find_chromium, path_with
from .databases import INSTALL_LOG, Databases
from .files import remove_tree
from .odoo import Odoo
from .paths import ADDON, ROOT, RUN
from .postgres import postgres
from .processes import child
from .report import Stop, say


def test(source, python, arguments):
    """Run pytest and return its exit code."""
    chromium = find_chromium()
    say(f"  Chromium: {chromium}")
    with postgres() as server:
        odoo = Odoo(source, python, server)
        with Databases(odoo).throw_away("test") as database:
            _check_installation()
            folder = RUN / database
            config = odoo.write_config(folder / "odoo.conf", database)
            command = [python, "-m", "pytest", "--odoo-http"]
            command += ["--odoo-log-level=warn", "-p", "devkit.log_guard"]
            command += ["-c", ROOT / "pyproject.toml"]
            if not _names_tests(arguments):
                command += _all_tests(odoo)
            environment = odoo.environment(
                ODOO_RC=str(config),
                EXIVO_CHROMIUM=chromium,
                PATH=path_with(chromium),
            )
            try:
                with child(
                    [*command, *arguments], cwd=ROOT, env=environment, patience=30
                ) as process:
                    return process.wait()
            finally:
                remove_tree(folder)


def _check_installation():
    """Stop if Odoo complained while it installed the add-on into the template."""
    lines = INSTALL_LOG.read_text().splitlines() if INSTALL_LOG.exists() else []
    bad = [line for line in lines if re.match(r"\S+ \S+ \d+ (WARN|ERR|CRIT)", line)]
    if bad:
        raise Stop(f"Installing the add-on logged what it should not: {bad[0]}")


def _names_tests(arguments):
    """Does the user name files or folders to test?"""
    places = [argument.partition("::")[0] for argument in arguments]
    return any(os.path.exists(ROOT / place) for place in places if place[:1] != "-")


def _all_tests(odoo):
    """The add-on's tests, the booking module's own with it installed, and the others.

    In this order: Odoo's test classes end every child process that they find when they
    are through, and the tests from outside start some.
    """
    booking = odoo.site_packages / "odoo" / "addons" / "resource_booking" / "tests"
    places = [ROOT / ADDON / "tests", booking, ROOT / "tests"]
    return [place for place in places if place.exists()]
