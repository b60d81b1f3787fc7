# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Running Odoo: its settings file and its command line."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .files import write_whole
from .odoo_source import OdooSource, find_odoo
from .paths import ROOT, RUN, cache
from .postgres import Postgres
from .report import Stop

DATA = RUN / "odoo"  # file stores and sessions
#: What the add-on may call although it is inside: simulators of Exivo run here.
PRIVATE_TARGETS = "EXIVO_ACCESS_PRIVATE_TARGETS"
HERE = "localhost, 127.0.0.0/8, ::1"
#: Options with which Odoo installs or updates, and stops.
TO_ITS_END = ("--stop-after-init", "--no-http", "--max-cron-threads", "0")


@dataclass(frozen=True)
class Odoo:
    """Odoo's source, the Python that runs it, and the database server it uses."""

    source: OdooSource
    python: Path
    postgres: Postgres
    addon: Path = ROOT  # the folder that has the add-on in it

    @classmethod
    def of_this_python(cls, server):
        """The Odoo that `./dev` runs, for what runs in its Python already.

        :param Postgres server: the database server to use.
        """
        return cls(find_odoo(), Path(sys.executable), server)

    @property
    def addons_path(self):
        """The folders Odoo looks for add-ons in."""
        base = [self.source.package / "addons", *self.source.addons]
        return [*base, self.site_packages / "odoo" / "addons", self.addon]

    @property
    def site_packages(self):
        """Return where pip put the OCA add-ons."""
        return next(self.python.parent.parent.glob("lib/python3*/site-packages"))

    def tests_of(self, addon):
        """The own tests of an add-on: a list of one folder, or of none."""
        folders = [path / addon / "tests" for path in map(Path, self.addons_path)]
        return [folder for folder in folders if folder.is_dir()][:1]

    def environment(self, **more):
        """The environment for a Python that imports Odoo."""
        # Whatever the user has set for PostgreSQL's own tools must not reach Odoo.
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        if kept.pop("PYTHONDONTWRITEBYTECODE", None):
            # Nothing is to lie beside the sources; yet each start would take seconds
            # longer if Python had to compile all of Odoo again.
            kept.setdefault("PYTHONPYCACHEPREFIX", str(cache() / "bytecode"))
        # The variable and not the option, which Odoo would warn of as unknown to it.
        targets = ", ".join(filter(None, [HERE, kept.get(PRIVATE_TARGETS)]))
        own = {"PYTHONPATH": str(self.source.path), PRIVATE_TARGETS: targets}
        return {**kept, **own, **more}

    def write_config(self, path, database, **options):
        """Write an odoo.conf for one database."""
        path.parent.mkdir(parents=True, exist_ok=True)
        DATA.mkdir(parents=True, exist_ok=True)
        settings = {
            "addons_path": ",".join(map(str, self.addons_path)),
            "data_dir": DATA,
            "db_name": database,
            "dbfilter": f"^{database}$",
            "list_db": False,
            "http_interface": "127.0.0.1",
            # it counts addresses, of which threads reserve many: requests would fail
            "limit_memory_hard": 0,
            **self.postgres.odoo_options(),
            **options,
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        path.write_text("[options]\n" + "".join(lines))
        return path

    def command(self, *arguments):
        """Odoo's command line."""
        return [self.python, "-m", "odoo", *map(str, arguments)]

    def workers_command(self, *arguments):
        """Odoo's command line where it has workers: its processes start each other.

        They do so by the script that Odoo was started with, so there has to be one.
        """
        script = RUN / "odoo-bin"
        write_whole(script, "import odoo.cli\n\nodoo.cli.main()\n")
        return [self.python, script, *map(str, arguments)]

    def run(self, *arguments, script=b"", about=""):
        """Run one of Odoo's commands to its end, and return what it said.

        :param bytes script: for Odoo's shell.
        :param str about: what others than this log does not count.
        :raise Stop: it failed, or its log is not clean.
        """
        result = subprocess.run(
            [str(part) for part in self.command(*arguments)],
            env=self.environment(),
            input=script,
            capture_output=True,
        )
        said = (result.stdout + result.stderr).decode()
        bad = re.search(
            rf"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*{about}.*", said, re.M
        )
        if result.returncode or bad or ("Traceback" in said and not about):
            raise Stop(f"Odoo said: {bad[0] if bad else said[-2000:]}")
        return said
