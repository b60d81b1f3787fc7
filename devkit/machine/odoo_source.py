# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds Odoo 19.0: the user's own, Debian's package, or the official commit."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .apt import PrivateApt
from .files import complete_folder, locked, remove_tree, require_space
from .paths import cache
from .processes import hear
from .report import Stop, Unavailable, say, step

REPOSITORY = "https://github.com/odoo/odoo"
#: The official branch 19.0 on 7 September 2026. GitHub could not be reached from where
#: this was written; projects that know nothing of each other name this commit.
COMMIT = "1a13ceeaee12fe5cc50f287c31f217d4be2a2eaf"
FROM_SID = [
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-inconsolata",
]
# Odoo's stylesheets are written for Font Awesome 4.7; newer suites have 7.
FROM_BOOKWORM = ["fonts-font-awesome"]
DEBIAN_PACKAGE = Path("usr/lib/python3/dist-packages")


@dataclass(frozen=True)
class OdooSource:
    """An Odoo 19.0 on disk."""

    origin: str
    path: Path  # goes on Python's path; has the package `odoo` in it
    addons: tuple = ()  # more add-on folders (a checkout keeps most in addons/)

    @property
    def package(self):
        return self.path / "odoo"

    def commit(self):
        """Return what git calls this state of a checkout; nothing of what is none."""
        git = ["git", "-C", self.path, "rev-parse", "--verify", "--quiet", "HEAD"]
        if not (self.path / ".git").exists() or not shutil.which("git"):
            return ""
        return hear(git).stdout.strip()


def find_odoo():
    """Return the Odoo to use, fetching it first where that is needed."""
    named = os.environ.get("EXIVO_ODOO")
    if named:
        return _inspect(Path(named).expanduser().resolve(), "EXIVO_ODOO")
    commit = _named_commit()
    folder = cache() / "odoo-19.0"
    with locked(cache() / "odoo.lock", "fetches Odoo"):
        if commit:
            return _find_commit(folder, commit)
        if (folder / "debian").exists():
            return _inspect(folder / "debian" / DEBIAN_PACKAGE, "Debian's package")
        if (folder / f"git-{COMMIT}").exists():
            return _find_commit(folder, COMMIT)
        require_space(folder, 3000, "Odoo")
        try:
            return _debian(folder)
        except Unavailable as reason:
            say(f"  Odoo does not come from Debian's package: {reason}")
        return _find_commit(folder, COMMIT)


def _debian(folder):
    apt = PrivateApt(folder / "apt")
    apt.use_suites(["sid", "bookworm"])
    with step("Odoo 19.0: reading Debian's package lists"):
        apt.update()
    with step("Odoo 19.0: fetching Debian's package odoo-19"):
        files = apt.download(FROM_SID, "sid")
        files += apt.download(FROM_BOOKWORM, "bookworm")
    with step("Odoo 19.0: unpacking"):
        with complete_folder(folder / "debian") as prefix:
            apt.unpack(files, prefix)
            source = _inspect(prefix / DEBIAN_PACKAGE, "the package", Unavailable)
    remove_tree(folder / "apt")
    return _inspect(folder / "debian" / source.path.relative_to(prefix), "Debian")


def _named_commit():
    """The commit of Odoo that the user wants, whatever else there is."""
    commit = os.environ.get("EXIVO_ODOO_COMMIT", "")
    if commit and not re.fullmatch("[0-9a-f]{40}", commit):
        raise Stop(
            f"EXIVO_ODOO_COMMIT is {commit}, and has to be all 40 digits of a commit: "
            "a shorter name, or that of a branch, may be another one tomorrow."
        )
    return commit


def _find_commit(folder, commit):
    if not (folder / f"git-{commit}").exists():
        require_space(folder, 3000, "Odoo")
        try:
            _clone(folder / f"git-{commit}", commit)
        except Unavailable as reason:
            raise Stop(
                f"Odoo's commit {commit} is not to be had: {reason}; check the "
                "network, or name a folder with Odoo 19.0 in EXIVO_ODOO."
            ) from None
    return _inspect(folder / f"git-{commit}", f"the commit {commit}")


def _clone(target, commit):
    """Fetch one commit of the official repository, without its history.

    git checks that what comes has the name that was asked for.
    """
    if not shutil.which("git"):
        raise Unavailable("git is not installed")
    with step("Odoo 19.0: fetching it with git (about 1 GB on disk)"):
        with complete_folder(target) as part:
            _git(part, "init", "-q")
            _git(part, "fetch", "-q", "--depth=1", REPOSITORY, commit)
            _git(part, "checkout", "-q", "FETCH_HEAD")


def _git(folder, *arguments):
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    done = hear(["git", "-C", folder, *arguments], env=environment)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["nothing"]
        raise Unavailable(f"git said: {lines[-1]}")


def _inspect(folder, origin, error=Stop):
    """Check that a folder has Odoo 19.0, and say which add-on folders it brings."""
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        raise error(
            f"{origin} has no package odoo in {folder}; name a checkout of Odoo 19.0, "
            "or the folder that holds the package odoo."
        )
    version = re.search(r"^version_info = \((\d+), *(\d+)", release.read_text(), re.M)
    if not version or version.groups() != ("19", "0"):
        found = ".".join(version.groups()) if version else "an unknown version"
        raise error(f"{origin} has Odoo {found} in {folder}, and 19.0 is needed.")
    more = folder / "addons"
    return OdooSource(origin, folder, (more,) if more.is_dir() else ())
