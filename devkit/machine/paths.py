# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Says where things are: the checkout, its run folder and the user's cache."""

import hashlib
import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
ADDON = "exivo_access"
#: All add-ons of this checkout, the core first; what is done for each goes by this.
ADDONS = (
    ADDON,
    "exivo_access_sale",
    "exivo_access_website_sale",
    "exivo_access_membership",
    "exivo_access_timeline",
)
PYTHON = f"py{sys.version_info[0]}.{sys.version_info[1]}"


def cache():
    """The user's cache folder for this project."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():  # the XDG specification has such a one ignored
        base = Path.home() / ".cache"
    return base / ADDON


def machine():
    """A key for what only works on this kind of machine and release."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    name = release.get("ID", "linux") + release.get("VERSION_ID", "")
    return f"{name}-{platform.machine()}"


def digest(*parts):
    """A short key that changes with any of the given texts or files."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:12]


def digest_tree(folder, without=()):
    """A short key of all files of a folder, but those below the named folders."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not set(path.relative_to(folder).parts) & set(without)
    )
    return digest(*(str(path.relative_to(folder)) for path in files), *files)
