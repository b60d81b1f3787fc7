# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The database that the add-on stands on, kept in the user's cache.

Odoo takes a minute to install it, PostgreSQL some seconds to read it again. So the
first checkout keeps it for all others.
"""

import shutil

from .files import complete_folder, locked
from .odoo import DATA
from .paths import cache


class KeptFoundation:
    """Name what is kept of a foundation: the database, and its files.

    :param postgres: the server, whose programs write and read the database.
    :param str key: of what the foundation was made of.
    """

    def __init__(self, postgres, key):
        self.postgres = postgres
        self.folder = cache() / f"foundation-{key}"
        self.dump = self.folder / "database.dump"

    def exists(self):
        """Has a checkout kept it? None does with a server of the user's own."""
        return not self.postgres.own and self.folder.exists()

    def keep(self, name):
        """Keep a database under this name, once."""
        if self.postgres.own:
            return
        with locked(self.folder.with_suffix(".lock"), "keeps the foundation"):
            if not self.exists():
                with complete_folder(self.folder) as part:
                    shutil.copytree(DATA / "filestore" / name, part / "filestore")
                    self.postgres.dump(name, part / self.dump.name)

    def lay(self, name):
        """Read it into the empty database of this name."""
        self.postgres.restore(self.dump, name)
        shutil.copytree(self.folder / "filestore", DATA / "filestore" / name)
