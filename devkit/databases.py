# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases: a template that is made once, and quick copies of it.

The template has two layers. The lower one holds what the add-on stands on and is
made for a version of that, once for all checkouts. The upper one adds the add-on, and
is made again when one of its files changed.
"""

import contextlib
import os
import shutil
import tempfile

from .files import locked, remove_tree, require_space
from .foundation import KeptFoundation
from .odoo import DATA, TO_ITS_END
from .paths import ADDON, ROOT, RUN, digest, digest_tree
from .processes import run_logged, undisturbed
from .report import step

LANGUAGES = "en_US,de_DE"
FOUNDATION = "resource_booking,phone_validation"
# Kinds of databases that live as long as a run.
THROWN_AWAY = (
    *("test_", "check_", "journey_", "faults_", "kills_", "screenshots_"),
    *("bench_", "bare_", "uninstall_", "upgrade_", "strange_"),
)


# Debian's package of Odoo lacks a file that the web client would complain of: the
# bundle is made without it. Run in Odoo's shell.
BUNDLE_ASSETS = b"""
import os, odoo.addons
missing = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
if not any(os.path.exists(f"{path}/{missing}") for path in odoo.addons.__path__):
    vals = {"bundle": "web.assets_backend", "directive": "remove", "path": missing}
    found = env["ir.asset"].search([("path", "=", missing)])
    found or env["ir.asset"].create({"name": "Not in Debian's package", **vals})
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""

# What is in the add-on's folder and does not change a database.
IRRELEVANT = ("tests", "readme", "__pycache__")


def _addon_key():
    return digest_tree(ROOT / ADDON, IRRELEVANT)


# How the last installation into a template went.
INSTALL_LOG = RUN / "template.log"


class Databases:
    """The databases of this checkout."""

    def __init__(self, odoo):
        self.odoo = odoo
        self.postgres = odoo.postgres
        # Several checkouts may share a server of the user's own.
        mark = "_" + digest(str(ROOT))[:6] if self.postgres.own else ""
        self.prefix = f"exivo{mark}_"

    def named(self, kind):
        """The name of this checkout's database of a kind."""
        return self.prefix + kind

    def exists(self, name):
        """Is there such a database?"""
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        return bool(self.postgres.query(found, [name]))

    def create_from_template(self, name, addon=True):
        """Make a database with the add-on and its demo data, replacing an old one.

        :param bool addon: without it, there is only what the add-on stands on.
        """
        with self._alone():
            base, template = self._templates()
            template = template if addon else base
            self.drop(name)
            with step(f"Database {name}: copying the template"):
                self._copy(template, name)

    def _alone(self):
        """Let one `./dev` of this checkout at a time at what they share."""
        return locked(RUN / "template.lock", "makes the database template")

    @contextlib.contextmanager
    def throw_away(self, kind, addon=True):
        """Provide a fresh database for the time of a block.

        :param bool addon: see :meth:`create_from_template`.
        """
        with self._dropped_again(kind) as name:
            self.create_from_template(name, addon)
            yield name

    @contextlib.contextmanager
    def empty(self, kind):
        """Provide a database without anything in it for the time of a block."""
        with self._dropped_again(kind) as name:
            self._create(name)
            yield name

    @contextlib.contextmanager
    def _dropped_again(self, kind):
        self._drop_left_overs()
        name = self.named(f"{kind}_{os.getpid()}")
        try:
            yield name
        finally:
            with undisturbed():
                self.drop(name)

    def is_current(self, stamp):
        """Was a database last brought up to date with the add-on as it is now?"""
        return stamp.read_text() == _addon_key()

    def remember_addon(self, stamp):
        """Note that a database is up to date with the add-on as it is now."""
        stamp.write_text(_addon_key())

    def drop(self, name):
        """Remove a database with its files.

        `WITH (FORCE)` would fail whenever PostgreSQL's own vacuum is at work there:
        that one is not ours to end, but makes room by itself.
        """
        self.postgres.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )
        self.postgres.query(f'DROP DATABASE IF EXISTS "{name}"')
        remove_tree(DATA / "filestore" / name)

    def _templates(self):
        base_key = digest(
            str(self.odoo.source.path),
            (self.odoo.source.package / "release.py").read_text(),
            self.odoo.source.commit(),
            (ROOT / "requirements" / "addons.txt").read_text(),
            LANGUAGES,
            FOUNDATION,
        )
        key = digest(base_key, _addon_key())
        base = self.named(f"base_{base_key}")
        template = self.named(f"template_{key}")
        if not self.exists(template):
            require_space(RUN, 1500, "The database template")
            if not self.exists(base):
                self._make_base(base, base_key)
            with self._made(template, "installing the add-on") as new:
                self._copy(base, new)
                self._install(new, ADDON)
        for old in self._with_prefix("base_") + self._with_prefix("template_"):
            if old not in (base, template):
                self.drop(old)
        return base, template

    def _make_base(self, base, key):
        (version,) = self.postgres.query("SHOW server_version")
        kept = KeptFoundation(self.postgres, digest(key, *version))
        if kept.exists():
            with self._made(base, "reading the foundation") as new:
                self._create(new)
                kept.lay(new)
            return
        with self._made(base, "installing the foundation with demo data") as new:
            self._create(new)
            self._install(new, FOUNDATION, "--load-language", LANGUAGES)
        kept.keep(base)

    @contextlib.contextmanager
    def _made(self, name, what):
        """Give a database its name when it is complete."""
        new = self.named("new")
        self.drop(new)
        with step(f"Database template: {what}"):
            yield new
            remove_tree(DATA / "filestore" / name)
            (DATA / "filestore" / new).rename(DATA / "filestore" / name)
            self.postgres.query(f'ALTER DATABASE "{new}" RENAME TO "{name}"')

    def _create(self, name):
        self.postgres.query(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"
            " LC_COLLATE 'C'"
        )

    def _copy(self, source, target):
        self.postgres.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        # Odoo never changes a file of its store, so links are as good as copies.
        shutil.copytree(
            DATA / "filestore" / source,
            DATA / "filestore" / target,
            copy_function=os.link,
        )

    def _install(self, name, modules, *options):
        config = self.odoo.write_config(RUN / "template.conf", name)
        INSTALL_LOG.unlink(missing_ok=True)
        run_logged(
            self.odoo.command(
                *("-c", config, "-i", modules, "--with-demo", *TO_ITS_END, *options),
            ),
            INSTALL_LOG,
            f"Installing {modules}",
            env=self.odoo.environment(),
        )
        self.bundle_assets(config, INSTALL_LOG)

    def bundle_assets(self, config, log):
        """Make the bundles of scripts and styles that pages ask for.

        Odoo would make them at the first page; two requests at once then get in each
        other's way, and the page stays without scripts.

        :param Path config: the settings file of the database.
        :param Path log: where what Odoo says is kept.
        """
        with tempfile.TemporaryFile() as script:
            script.write(BUNDLE_ASSETS)
            script.seek(0)
            run_logged(
                self.odoo.command("shell", "-c", config, "--no-http"),
                log,
                "Bundling scripts and styles",
                env=self.odoo.environment(),
                stdin=script,
            )

    def _with_prefix(self, kind):
        rows = self.postgres.query(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            [self.named(kind)],
        )
        return [name for (name,) in rows]

    def _drop_left_overs(self):
        """Remove databases and folders of runs that have ended without doing so."""
        with self._alone():
            for kind in THROWN_AWAY:
                for name in filter(_is_left_over, self._with_prefix(kind)):
                    self.drop(name)
            for folder in RUN.glob(self.named("*_[0-9]*")):
                if _is_left_over(folder.name):
                    remove_tree(folder)


def _is_left_over(name):
    """Has the process ended whose number a database or folder has in its name?"""
    return not os.path.exists(f"/proc/{name.rpartition('_')[2]}")
