# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev test`: pytest, on databases of its own; all tests in several processes.

What is tested beside the shop has a database of another kind, and so a run of its own.
"""

import contextlib
import os
import re
import tempfile

from ..machine.chromium import find_chromium, path_with
from ..machine.databases import PLAIN, SHOP, Databases
from ..machine.files import remove_tree
from ..machine.odoo import Odoo
from ..machine.paths import ADDON, ADDONS, ROOT, RUN
from ..machine.postgres import postgres
from ..machine.processes import child, meanwhile
from ..machine.report import Stop, say
from . import workers

#: Add-ons whose own tests run beside ours.
THEIR_TESTS = ("resource_booking", "calendar", "portal")
#: The shop's add-on of OCA imports what Odoo keeps for tests; nothing comes of it.
_NOT_OURS = "Importing test framework"
#: Tests from outside that need the shop.
_BESIDE_SHOP = "test_shop_*.py"
#: By this pytest says that no test was chosen.
_NOTHING_TO_TEST = 5
#: The one process that runs tests which the user has named.
_ALONE = "main"
#: Options of pytest that are followed by a value, which is no test.
_WITH_VALUE = {"-k", "-m", "-p", "-o", "-W", "--ignore", "--deselect", "--durations"}


def test(source, python, arguments):
    """Run pytest and return its exit code."""
    with postgres() as server:
        odoo = Odoo(source, python, server)
        named = _split(arguments)
        if named:
            runs = [(setting, [_ALONE], words) for setting, words in named.items()]
        else:
            plain = [*_all_tests(odoo), f"--ignore-glob=**/{_BESIDE_SHOP}"]
            of_shop = [ROOT / one / "tests" for one in ADDONS if one != ADDON]
            of_shop += sorted((ROOT / "tests").rglob(_BESIDE_SHOP))
            runs = [
                (PLAIN, workers.names(), [*plain, *arguments]),
                (SHOP, workers.names(), [*of_shop, *arguments]),
            ]
        with contextlib.ExitStack() as stack:
            for setting, *_run_so in runs[1:]:
                # making a template keeps one processor busy; tests need not wait for it
                stack.enter_context(meanwhile(Databases(odoo, setting).make_template))
            codes = [_run(odoo, *run) for run in runs]
    return sum_up(codes) if arguments else max(codes)


def sum_up(codes):
    """Return the exit code for some runs of pytest that need not run all tests.

    That one of them had nothing to test (``-k``) is no failure of all.
    """
    if set(codes) != {_NOTHING_TO_TEST}:
        codes = [code for code in codes if code != _NOTHING_TO_TEST]
    return next(filter(None, codes), 0)


def _run(odoo, setting, used, words):
    """Run pytest once, with an installation of a kind.

    :param Setting setting: what is installed.
    :param list[str] used: names of the processes.
    :param list words: tests, and options for pytest.
    :return: the exit code of pytest.
    """
    chromium = find_chromium()
    say(f"  Chromium: {chromium}")
    with contextlib.ExitStack() as stack:
        # browsers leave something in there
        scratch = stack.enter_context(
            tempfile.TemporaryDirectory(prefix=f"{ADDON}-", ignore_cleanup_errors=True)
        )
        databases = Databases(odoo, setting)
        command = [odoo.python, "-m", "pytest", "--odoo-http"]
        command += ["--odoo-log-level=warn"]
        for plugin in ("log_guard", "pace", "warm_caches"):
            command += ["-p", f"devkit.commands.{plugin}"]
        command += ["-c", ROOT / "pyproject.toml"]
        command += workers.options(used) if used != [_ALONE] else []
        folder = RUN / databases.named(f"test_{os.getpid()}")
        stack.callback(remove_tree, folder)
        for worker in used:
            database = stack.enter_context(databases.throw_away(f"test_{worker}"))
            config = workers.config_of(folder, worker)
            odoo.write_config(config, database)
        _check_installation(setting)
        environment = odoo.environment(
            ODOO_RC=str(workers.config_of(folder, used[0])),
            EXIVO_CHROMIUM=chromium,
            PATH=path_with(chromium),
            TMPDIR=scratch,
            # what a failed test leaves is to be found
            PYTEST_DEBUG_TEMPROOT=tempfile.gettempdir(),
        )
        with child([*command, *words], cwd=ROOT, env=environment, patience=30) as one:
            return one.wait()


def _check_installation(setting):
    """Stop if Odoo complained while it installed the add-ons into the template."""
    lines = []
    with contextlib.suppress(FileNotFoundError):  # another ./dev may make it anew
        lines = setting.install_log.read_text().splitlines()
    bad = [
        line
        for line in lines
        if re.match(r"\S+ \S+ \d+ (WARN|ERR|CRIT)", line) and _NOT_OURS not in line
    ]
    if bad:
        raise Stop(f"Installing the add-ons logged what it should not: {bad[0]}")


def _split(arguments):
    """Sort the tests that the user names by what has to be installed for them.

    :return: for each setting its tests, with all other arguments; empty if none is
        named.
    :rtype: dict[Setting, list]
    """
    named, others = {}, []
    for before, argument in zip(["", *arguments], arguments, strict=False):
        place = argument.partition("::")[0]
        if argument[:1] == "-" or before in _WITH_VALUE or not (ROOT / place).exists():
            others.append(argument)
            continue
        path = (ROOT / place).resolve()
        is_of_shop = path.match(_BESIDE_SHOP) or any(
            path.is_relative_to(ROOT / one) for one in ADDONS if one != ADDON
        )
        named.setdefault(SHOP if is_of_shop else PLAIN, []).append(argument)
    return {setting: [*words, *others] for setting, words in named.items()}


def _all_tests(odoo):
    """The core's tests, those of what it touches with it installed, all others.

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
