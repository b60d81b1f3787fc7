# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev strangers`: the pip packages in an Odoo that has other add-ons, too.

Both our add-ons and OCA's neighbours are installed by pip, into a folder of their own.
With demo data and without, the core comes after its neighbours, and with it what
installs itself beside them; it is updated, taken away and comes back, all with a clean
log. Then the own tests of what it touches run beside it.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..machine.chromium import find_chromium, path_with
from ..machine.databases import Databases
from ..machine.environment import hashed
from ..machine.odoo import TO_ITS_END, Odoo
from ..machine.paths import ADDON, ROOT, RUN
from ..machine.postgres import postgres
from ..machine.processes import child
from ..machine.report import Stop, say, step

NEIGHBOURS = "website,hr,google_calendar,queue_job,membership"
#: The add-ons of ours that find in there what they stand on.
OURS = (ADDON, "exivo_access_membership")
#: Add-ons whose own tests have to pass with ours installed.
TESTED = (
    *("calendar", "portal", "resource_booking", "google_calendar", "queue_job"),
    "membership",
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
            _live(odoo, database, folder)
        with databases.throw_away("strange_demo", addon=False) as database:
            config = _live(odoo, database, folder, "--with-demo")
            with step("Bundling scripts and styles"):
                databases.bundle_assets(config, RUN / "bundling.log")
            return _run_their_tests(odoo, config, chromium, folder)


def _install_packages(python, packages):
    """Fill a folder. Each package is put there by itself: they share `odoo/addons`."""
    command = [python, "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--target"]
    ours = ["--no-deps", "--no-build-isolation", ROOT]
    for addon, what in ((ADDON, hashed("strangers")), *((one, ours) for one in OURS)):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [*command, folder, *what],
                capture_output=True,
                text=True,
                env={**os.environ, "EXIVO_ADDON": addon},
            )
            if done.returncode:
                raise Stop(f"pip said: {done.stderr.strip()[-300:]}")
            shutil.copytree(folder, packages, dirs_exist_ok=True)


def _live(odoo, database, folder, *demo):
    """Install, update, take away and install again.

    :return: the settings file of the database.
    """
    config = odoo.write_config(folder / f"{database}.conf", database)
    what = "with demo data" if demo else "without demo data"
    with step(f"Installing {NEIGHBOURS} {what}"):
        # what they log themselves is not ours to mend
        with contextlib.suppress(Stop):
            odoo.run("-c", config, "-i", NEIGHBOURS, *demo, *TO_ITS_END)
    with step(f"Installing the add-on {what}"):
        odoo.run("-c", config, "-i", ADDON, *demo, *TO_ITS_END)
    with step("Updating it"):
        odoo.run("-c", config, "-u", ADDON, *TO_ITS_END)
    with step("Taking it away"):
        odoo.run("module", "uninstall", ADDON, "-c", config)
    with step("Installing it again"):
        odoo.run("module", "install", ADDON, "-c", config)
    with step("Updating everything"):
        odoo.run("-c", config, "-u", "base", *TO_ITS_END)
    return config


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
