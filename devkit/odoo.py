# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Running Odoo: its settings file and its command line."""

import os
from dataclasses import dataclass
from pathlib import Path

from .odoo_source import OdooSource
from .paths import ROOT, RUN
from .postgres import Postgres

DATA = RUN / "odoo"  # file stores and sessions


@dataclass(frozen=True)
class Odoo:
    """Odoo's source, the Python that runs it, and the database server it uses."""

    source: OdooSource
    python: Path
    postgres: Postgres

    @property
    def addons_path(self):
        """The folders Odoo looks for add-ons in."""
        base = [self.source.package / "addons", *self.source.addons]
        return [*base, self.site_packages / "odoo" / "addons", ROOT]

    @property
    def site_packages(self):
        """Where pip put the OCA add-ons."""
        return next(self.python.parent.parent.glob("lib/python3*/site-packages"))

    def environment(self, **more):
        """The environment for a Python that imports Odoo."""
        # Whatever the user has set for PostgreSQL's own tools must not reach Odoo.
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return {**kept, "PYTHONPATH": str(self.source.path), **more}

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
