# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases: templates that are made once, and quick copies of them.

There is one for each setting: the core alone, and beside the shop with all of ours. A
template has two layers. The lower one holds what the add-ons stand on and is made for a
version of that, once for all checkouts. The upper one adds the add-ons, and is made
again when one of their files changed.
"""

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass

from .files import locked, remove_tree, require_space
from .foundation import KeptFoundation
from .odoo import DATA, TO_ITS_END
from .paths import ADDON, ADDONS, ROOT, RUN, digest, digest_tree
from .processes import run_logged, undisturbed
from .report import step

LANGUAGES = "en_US,de_DE"


@dataclass(frozen=True)
class Setting:
    """Add-ons of ours in an Odoo, and what they stand on there."""

    name: str
    foundation: str
    addons: tuple

    @property
    def install_log(self):
        """The log of the last installation into its template."""
        return self._file("log")

    @property
    def config(self):
        """The settings of Odoo when it installs into its template."""
        return self._file("conf")

    @property
    def lock(self):
        """The lock of whoever makes its template, or copies it."""
        return self._file("lock")

    def _file(self, ending):
        return RUN / f"template_{self.name}.{ending}"

    def key(self):
        """A short key that changes with the add-ons."""
        return digest(*(digest_tree(ROOT / one, IRRELEVANT) for one in self.addons))


PLAIN = Setting("plain", "resource_booking,phone_validation", (ADDON,))
#: In Odoo's web shop, with a payment provider for tests and wire transfers, and beside
#: memberships, also those that somebody else pays for, and timelines.
SHOP = Setting(
    "shop",
    "website_sale_resource_booking,payment_demo,payment_custom,phone_validation,"
    "contract_membership_delegated_partner,web_timeline",
    ADDONS,
)
SETTINGS = (PLAIN, SHOP)

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


class Databases:
    """The databases of this checkout, in one of its settings."""

    def __init__(self, odoo, setting=PLAIN):
        self.odoo = odoo
        self.setting = setting
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
        """Make a database with the add-ons and their demo data, replacing an old one.

        :param bool addon: without it, there is only what they stand on.
        """
        with self._templates() as (base, template):
            template = template if addon else base
            self.drop(name)
            with step(f"Database {name}: copying the template"):
                self._copy(template, name)

    def make_template(self):
        """Make what :meth:`create_from_template` copies, if it is not there yet."""
        with self._templates():
            pass

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
        return stamp.read_text() == self.setting.key()

    def remember_addon(self, stamp):
        """Note that a database is up to date with the add-on as it is now."""
        stamp.write_text(self.setting.key())

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

    @contextlib.contextmanager
    def _templates(self):
        """Provide the names of both layers, which are there for the time of a block."""
        base_key, base, template = self._name_templates(self.setting)
        with locked(self.setting.lock, "makes the database template"):
            if not self.exists(template):
                require_space(RUN, 1500, "The database template")
                if not self.exists(base):
                    self._make_base(base, base_key)
                with self._made(template, "installing the add-ons") as new:
                    self._copy(base, new)
                    self._install(new, ",".join(self.setting.addons))
                self._drop_outdated_templates(base, template)
            yield base, template

    def _drop_outdated_templates(self, *used):
        # somebody may have changed a file since these were begun
        kept = {name for one in SETTINGS for name in self._name_templates(one)[1:]}
        kept.update(used)
        with self._clearing_up():
            for old in self._with_prefix("base_") + self._with_prefix("template_"):
                if old not in kept:
                    self.drop(old)

    def _name_templates(self, setting):
        """The key of a setting's lower layer, and the names of both layers."""
        base_key = digest(
            str(self.odoo.source.path),
            (self.odoo.source.package / "release.py").read_text(),
            self.odoo.source.commit(),
            (ROOT / "requirements" / "addons.txt").read_text(),
            LANGUAGES,
            setting.foundation,
        )
        key = digest(base_key, setting.key())
        base, template = (f"base_{base_key}", f"template_{key}")
        return base_key, self.named(base), self.named(template)

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
            self._install(new, self.setting.foundation, "--load-language", LANGUAGES)
        kept.keep(base)

    @contextlib.contextmanager
    def _made(self, name, what):
        """Give a database its name when it is complete."""
        new = self.named(f"new_{self.setting.name}")
        self.drop(new)
        with step(f"Database template ({self.setting.name}): {what}"):
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
        config = self.odoo.write_config(self.setting.config, name)
        log = self.setting.install_log
        log.unlink(missing_ok=True)
        run_logged(
            self.odoo.command(
                "-c", config, "-i", modules, "--with-demo", *TO_ITS_END, *options
            ),
            log,
            f"Installing {modules}",
            env=self.odoo.environment(),
        )
        self.bundle_assets(config, log)

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

    def _clearing_up(self):
        """Let one `./dev` of this checkout at a time remove what is left over."""
        return locked(RUN / "databases.lock", "removes old databases")

    def _drop_left_overs(self):
        """Remove databases and folders of runs that have ended without doing so."""
        with self._clearing_up():
            for kind in THROWN_AWAY:
                for name in filter(_is_left_over, self._with_prefix(kind)):
                    self.drop(name)
            for folder in RUN.glob(self.named("*_[0-9]*")):
                if _is_left_over(folder.name):
                    remove_tree(folder)


def _is_left_over(name):
    """Has the process ended whose number a database or folder has in its name?"""
    return not os.path.exists(f"/proc/{name.rpartition('_')[2]}")
