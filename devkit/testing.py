# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev test`: pytest, on databases of its own; all tests in several processes."""

import contextlib
import os
import re
import tempfile

from . import workers
from .chromium import find_chromium, path_with
from .databases import INSTALL_LOG, Databases
from .files import remove_tree
from .odoo import Odoo
from .paths import ADDON, ROOT, RUN
from .postgres import postgres
from .processes import child
from .report import Stop, say

#: Add-ons whose own tests run beside ours.
THEIR_TESTS = ("resource_booking", "calendar", "portal")
#: The one process that runs tests which the user has named.
_ALONE = "main"
#: Options of pytest that are followed by a value, which is no test.
_WITH_VALUE = {"-k", "-m", "-p", "-o", "-W", "--ignore", "--deselect", "--durations"}


def test(source, python, arguments):
    """Run pytest and return its exit code."""
    chromium = find_chromium()
    say(f"  Chromium: {chromium}")
    with postgres() as server, contextlib.ExitStack() as stack:
        # browsers leave something in there
        scratch = stack.enter_context(
            tempfile.TemporaryDirectory(prefix=f"{ADDON}-", ignore_cleanup_errors=True)
        )
        odoo = Odoo(source, python, server)
        databases = Databases(odoo)
        command = [python, "-m", "pytest", "--odoo-http"]
        command += ["--odoo-log-level=warn", "-p", "devkit.log_guard"]
        command += ["-p", "devkit.pace"]
        command += ["-c", ROOT / "pyproject.toml"]
        folder = RUN / databases.named(f"test_{os.getpid()}")
        stack.callback(remove_tree, folder)
        if _names_tests(arguments):
            used = [_ALONE]
        else:
            used = workers.names()
            command += [*workers.options(used), *_all_tests(odoo)]
        for worker in used:
            database = stack.enter_context(databases.throw_away(f"test_{worker}"))
            config = workers.config_of(folder, worker)
            odoo.write_config(config, database)
        _check_installation()
        environment = odoo.environment(
            ODOO_RC=str(workers.config_of(folder, used[0])),
            EXIVO_CHROMIUM=chromium,
            PATH=path_with(chromium),
            TMPDIR=scratch,
            # what a failed test leaves is to be found
            PYTEST_DEBUG_TEMPROOT=tempfile.gettempdir(),
        )
        with child(
            [*command, *arguments], cwd=ROOT, env=environment, patience=30
        ) as process:
            return process.wait()


def _check_installation():
    """Stop if Odoo complained while it installed the add-on into the template."""
    lines = []
    with contextlib.suppress(FileNotFoundError):  # another ./dev may make it anew
        lines = INSTALL_LOG.read_text().splitlines()
    bad = [line for line in lines if re.match(r"\S+ \S+ \d+ (WARN|ERR|CRIT)", line)]
    if bad:
        raise Stop(f"Installing the add-on logged what it should not: {bad[0]}")


def _names_tests(arguments):
    """Does the user name files or folders to test?"""
    return any(
        os.path.exists(ROOT / argument.partition("::")[0])
        for before, argument in zip(["", *arguments], arguments, strict=False)
        if argument[:1] != "-" and before not in _WITH_VALUE
    )


def _all_tests(odoo):
    """The add-on's tests, those of what it touches with it installed, all others.

    Odoo's own tests in a browser are left to `./dev strangers`.
    """
    theirs = [
        file
        for name in THEIR_TESTS
        for folder in odoo.tests_of(name)
        for file in sorted(folder.glob("test_*.py"))
        if "tour" not in file.name
    ]
    return [ROOT / ADDON / "tests", *theirs, ROOT / "tests"]
