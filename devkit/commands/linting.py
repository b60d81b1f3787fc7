# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev lint`: ruff over everything, pylint-odoo over add-ons, pages, figures."""

import os
import subprocess

from ..machine.paths import ADDONS, ROOT
from ..machine.report import say
from . import docs, figures, rooms, sentences, versions
from .readme import find_old


def lint(python, paths):
    """Run the linters and return 1 if one of them objects."""
    tools = python.parent
    paths = [os.path.abspath(path) for path in paths] or [str(ROOT)]
    commands = [
        [tools / "ruff", "check", *paths],
        [tools / "ruff", "format", "--check", *paths],
    ]
    addon_paths = [one for addon in ADDONS for one in _inside_addon(addon, paths)]
    if addon_paths:
        commands.append([python, "-m", "pylint", *addon_paths])
    objections = 0
    for command in commands:
        words = [str(word) for word in command]
        say(f"  {' '.join([os.path.basename(words[0]), *words[1:3]])}")
        objections += subprocess.run(words, cwd=ROOT).returncode != 0
    for file in find_old(python):
        say(f"  {file.relative_to(ROOT)} is not what its pages say: run ./dev readme")
        objections += 1
    for page in docs.pages():
        for reason in docs.find_stale(page):
            say(f"  {page.relative_to(ROOT)}: {reason}")
            objections += 1
    for line in versions.find_others():
        say(f"  {line}")
        objections += 1
    for arrow in rooms.find_wrong_arrows() + rooms.find_odoo_in_pure():
        say(f"  {arrow}")
        objections += 1
    for folder in figures.FOLDERS:
        for line in sentences.find_headless(ROOT / folder):
            say(f"  {line}")
            objections += 1
    for figure in figures.measure():
        say(f"  {figure.name}: {figure.value} (at most {figure.most})")
        objections += figure.value > figure.most
    say("Style: " + ("see above" if objections else "good"))
    return 1 if objections else 0


def _inside_addon(addon, paths):
    """The part of the paths that pylint-odoo has something to say about."""
    addon = str(ROOT / addon)
    inside = [p for p in paths if p == addon or p.startswith(addon + os.sep)]
    inside = [path for path in inside if os.path.isdir(path) or path.endswith(".py")]
    holds_addon = any(addon.startswith(path + os.sep) for path in paths)
    return [addon] if holds_addon and os.path.isdir(addon) else inside
