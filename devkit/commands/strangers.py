# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev strangers`: the pip packages in an Odoo that has other add-ons, too.

Ours and their neighbours are installed by pip, into a folder of their own. In one
database ours come after their neighbours, in another the core comes first; what stands
on both installs itself. It is updated, taken away and comes back, and logs nothing bad.
Then the own tests of what it touches run beside it.
"""

import functools
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..machine.chromium import find_chromium, path_with
from ..machine.databases import Databases
from ..machine.environment import hashed
from ..machine.odoo import TO_ITS_END, Odoo
from ..machine.paths import ADDON, ADDONS, ROOT, RUN
from ..machine.postgres import postgres
from ..machine.processes import child, hear
from ..machine.report import Stop, say, step

#: What people install beside a room booking.
NEIGHBOURS = (
    "website_sale_resource_booking,payment_demo,payment_custom,survey_resource_booking,"
    "membership,membership_delegated_partner,contract_membership_delegated_partner,"
    "web_timeline,queue_job,calendar_public_holiday,google_calendar,"
    "microsoft_calendar,hr_holidays,website_event"
)
#: The core, before its neighbours. One of these says that its group belongs to the
#: privilege with the number of something else: once ours, which goes with us.
FIRST = f"sales_team,{ADDON}"
#: Add-ons whose own tests have to pass with ours installed.
TESTED = (
    *("calendar", "portal", "google_calendar", "microsoft_calendar"),
    *("resource_booking", "sale_resource_booking", "website_sale_resource_booking"),
    *("survey_resource_booking", "web_timeline", "queue_job"),
    *("membership", "membership_delegated_partner", "contract"),
    *("contract_membership_delegated_partner", "calendar_public_holiday"),
)

#: Tests that fail where the neighbours are installed, also without our add-on.
NOT_OURS = (
    "test_update_name_future",  # Google Calendar archives what calendar deletes
)


@dataclass(frozen=True)
class StrangersOdoo(Odoo):
    """An Odoo that has the add-on from a folder that pip has filled."""

    packages: Path = ROOT

    def environment(self, **more):
        path = os.pathsep.join(map(str, (self.source.path, self.packages)))
        return super().environment(**{"PYTHONPATH": path, **more})


def strangers(source, python):
    """Live through all that a stranger's Odoo does with the add-on.

    :return: 0, or 1 if a test failed.
    :raise Stop: something did not work, or Odoo logged what it should not.
    """
    chromium = find_chromium()
    with postgres() as server, tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        packages = folder / "packages"
        with step("Installing the add-on and its neighbours with pip"):
            _install_packages(python, packages)
        addons = packages / "odoo" / "addons"
        odoo = StrangersOdoo(source, python, server, addons, packages)
        databases = Databases(odoo)
        with databases.empty("strange_bare") as database:
            _live(odoo, database, folder, [FIRST, NEIGHBOURS])
        with databases.throw_away("strange_demo", addon=False) as database:
            config = _live(odoo, database, folder, [NEIGHBOURS, ADDON], "--with-demo")
            with step("Bundling scripts and styles"):
                databases.bundle_assets(config, RUN / "bundling.log")
            return _run_their_tests(odoo, config, chromium, folder)


def _install_packages(python, packages):
    """Fill a folder. Each package is put there by itself: they share `odoo/addons`."""
    command = [python, "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--target"]
    ours = ["--no-deps", "--no-build-isolation", ROOT]
    for addon, what in ((ADDON, hashed("strangers")), *((one, ours) for one in ADDONS)):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "EXIVO_ADDON": addon}
            done = hear([*command, folder, *what], env=environment)
            if done.returncode:
                raise Stop(f"pip said: {done.stderr.strip()[-300:]}")
            shutil.copytree(folder, packages, dirs_exist_ok=True)


def _live(odoo, database, folder, order, *demo):
    """Install, update, take away and install again.

    :param list order: what is installed, one after the other.
    :return: the settings file of the database.
    """
    config = odoo.write_config(folder / f"{database}.conf", database)
    what = "with demo data" if demo else "without demo data"
    # what neighbours log themselves is not ours to mend
    run = functools.partial(odoo.run, about=ADDON)
    for modules in order:
        with step(f"Installing {modules} {what}"):
            run("-c", config, "-i", modules, *demo, *TO_ITS_END)
    _check_installed(odoo, database)
    with step("Updating it"):
        run("-c", config, "-u", ADDON, *TO_ITS_END)
    with step("Taking it away"):
        run("module", "uninstall", ADDON, "-c", config)
    with step("Installing it again"):
        run("module", "install", ADDON, "-c", config)
    _check_installed(odoo, database)
    with step("Updating everything"):
        run("-c", config, "-u", "base", *TO_ITS_END)
    return config


def _check_installed(odoo, database):
    """:raise Stop: an add-on of ours has not installed itself beside its neighbours."""
    rows = odoo.postgres.query(
        "SELECT name FROM ir_module_module WHERE state = 'installed'",
        database=database,
    )
    missing = {*ADDONS} - {name for (name,) in rows}
    if missing:
        raise Stop(f"These did not install themselves: {', '.join(sorted(missing))}")


def _run_their_tests(odoo, config, chromium, scratch):
    """Run the own tests of other add-ons, with ours installed, and return the code."""
    say(f"The own tests of {', '.join(TESTED)}")
    command = [odoo.python, "-m", "pytest", "--odoo-http", "--odoo-log-level=warn"]
    command += ["-p", "devkit.commands.log_guard", "-c", ROOT / "pyproject.toml"]
    command += ["-k", " and ".join(f"not {name}" for name in NOT_OURS)]
    command += [place for name in TESTED for place in odoo.tests_of(name)]
    environment = odoo.environment(
        ODOO_RC=str(config),
        EXIVO_CHROMIUM=chromium,
        PATH=path_with(chromium),
        TMPDIR=str(scratch),  # browsers leave something in there
    )
    with child(command, cwd=ROOT, env=environment, patience=30) as process:
        return process.wait()
