# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A pytest plug-in: what Odoo logs as a warning or worse fails the test that caused it.

A test that expects such a line catches it (`mute_logger`, `assertLogs`), which keeps
it from coming here. A skipped test fails too: nothing here may be left out unseen.
"""

import logging
import re

import pytest

# (what is being tested, logger, message): each is harmless for the reason given.
ALLOWED = [
    # Debian's package of Odoo ships without this one library of the mail module.
    ("", r"odoo\.addons\.base\.models\.assetsbundle", r".*selfie_segmentation"),
]


class Guard(logging.Handler):
    """Collects records of Odoo's loggers that nobody expected."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []
        self.test = ""

    def emit(self, record):
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + logging.Formatter().formatException(record.exc_info)
        if not any(
            re.match(test, self.test)
            and re.fullmatch(logger, record.name)
            and re.match(text, message, re.DOTALL)
            for test, logger, text in ALLOWED
        ):
            self.lines.append(f"{record.levelname} {record.name}: {message}")

    def check(self):
        """Fail for what has come since the last check."""
        lines, self.lines = self.lines, []
        if lines:
            pytest.fail(
                "Odoo logged what no test expected:\n" + "\n".join(lines), pytrace=False
            )


GUARD = Guard()


def pytest_configure(config):
    logging.getLogger("odoo").addHandler(GUARD)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    GUARD.test = item.nodeid
    result = yield
    GUARD.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    GUARD.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    result = yield
    GUARD.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and no test may be: {call.excinfo.value}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    """Fail the run for what was logged outside of any test."""
    if hasattr(session.config, "workeroutput"):  # one of several processes
        session.config.workeroutput["logged"] = GUARD.lines
    if GUARD.lines and not exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what one of several processes has logged outside of any test."""
    GUARD.lines += getattr(node, "workeroutput", {}).get("logged", [])


def pytest_terminal_summary(terminalreporter):
    if GUARD.lines:
        terminalreporter.section("logged outside of any test, which fails the run")
        for line in GUARD.lines:
            terminalreporter.write_line(line)
