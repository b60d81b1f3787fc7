# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A Chromium: the user's own, the system's, Debian's package unpacked, Playwright's."""

import os
import shutil
import subprocess
import sys

from .apt import PrivateApt
from .files import complete_folder, locked, remove_tree, require_space
from .paths import cache, digest, machine
from .processes import hear
from .report import Stop, Unavailable, say, step

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
# Debian's chromium recommends no font, and a page without one stays empty.
PACKAGES = ["chromium", "fonts-dejavu-core"]

# Runs the unpacked program with its own libraries, fonts and settings.
WRAPPER = """\
#!/bin/sh
# Made by ./dev: runs Debian's Chromium from where it was unpacked.
here="{prefix}"
export LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="$here/fonts.conf"
export XDG_DATA_DIRS="$here/usr/share:${{XDG_DATA_DIRS:-/usr/local/share:/usr/share}}"
[ "$(id -u)" = 0 ] && set -- --no-sandbox "$@"
exec "$here/usr/lib/chromium/chromium" "$@"
"""
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{prefix}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{prefix}/fontcache</cachedir>
  <include ignore_missing="yes">{prefix}/etc/fonts/conf.d</include>
</fontconfig>
"""


def find_chromium():
    """Return a Chromium that runs, fetching it first where that is needed."""
    named = os.environ.get("EXIVO_CHROMIUM")
    if named:
        program = shutil.which(named)
        if not program or not _version(program):
            raise Stop(f"EXIVO_CHROMIUM names {named}, which does not run.")
        return program
    for name in NAMES:
        program = shutil.which(name)
        if program and _version(program):
            return program
    with locked(cache() / "chromium.lock", "fetches Chromium"):
        return _fetch()


def path_with(program):
    """A search path on which Odoo's test runner finds this Chromium before others."""
    folder = cache() / f"chromium-bin-{digest(program)}"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "google-chrome"  # the first name that Odoo looks for
    if not link.exists():
        # another ./dev may do the same, or start a browser by it, right now
        new = folder / f"new-{os.getpid()}"
        new.symlink_to(program)
        new.replace(link)
    return f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def _fetch():
    present = not _unpacked().exists() and _find_playwrights()
    if present:  # Debian's was not to be had here before
        return present
    reasons = []
    for name, fetch in (("Debian's package", _debian), ("Playwright", _playwright)):
        try:
            return fetch()
        except Unavailable as reason:
            reasons.append(f"{name}: {reason}")
            say(f"  Chromium does not come from {name}: {reason}")
    raise Stop(
        "Chromium is not to be had (" + "; ".join(reasons) + "); install it, or name "
        "its program in the environment variable EXIVO_CHROMIUM."
    )


def _unpacked():
    """The folder of Debian's Chromium, if it was to be had."""
    return cache() / f"chromium-{machine()}"


def _debian():
    folder = _unpacked()
    program = folder / "chromium"
    if not folder.exists():
        require_space(cache(), 1500, "Chromium")
        work = cache() / "chromium-apt"
        apt = PrivateApt(work)
        with step("Chromium: reading the system's package lists"):
            apt.update()
        with step("Chromium: fetching Debian's package and what it needs"):
            files = apt.download_with_dependencies(PACKAGES)
        with step("Chromium: unpacking"), complete_folder(folder) as prefix:
            apt.unpack(files, prefix)
            if not (prefix / "usr/lib/chromium/chromium").exists():
                # Ubuntu's package of that name only points to a snap.
                raise Unavailable("the package has no program in it")
            _write_wrapper(prefix, folder)
        remove_tree(work)
    if not _version(program):
        raise Unavailable(f"the unpacked {program} does not run")
    return str(program)


def _write_wrapper(prefix, folder):
    libraries = sorted(
        {path.parent for path in prefix.rglob("*.so*") if "chromium" not in path.parts}
    )
    places = ":".join(f"$here/{path.relative_to(prefix)}" for path in libraries)
    program = prefix / "chromium"
    program.write_text(WRAPPER.format(prefix=folder, libraries=places))
    program.chmod(0o755)
    (prefix / "fonts.conf").write_text(FONTS.format(prefix=folder))


def _playwright():
    with step("Chromium: fetching Playwright's own"):
        done = hear([sys.executable, "-m", "playwright", "install", "chromium"])
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "Error" in line]
        raise Unavailable((lines or ["the download failed"])[0].strip())
    program = _find_playwrights()
    if not program:
        raise Unavailable(
            "it lacks system libraries; playwright install-deps brings them"
        )
    return program


def _find_playwrights():
    """Playwright's own Chromium, if it is there and runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = playwright.chromium.executable_path
    return program if _version(program) else ""


def _version(program):
    try:
        done = hear([program, "--version"], timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
