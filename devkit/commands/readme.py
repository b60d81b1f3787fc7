# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev readme`: README.rst and the app store's page, made from the pages in readme/.

Each add-on has both of its own; the core's end with the changelog of them all.

OCA's own generator is not on PyPI; this keeps to its folder, its order of pages, and
its way to HTML, which is docutils.
"""

import ast
import re
import subprocess

from ..machine.paths import ADDON, ADDONS, ROOT, digest
from ..machine.report import say

#: Page and heading, in their order; the description opens the file without one.
PAGES = (
    ("DESCRIPTION.md", None),
    ("CONFIGURE.md", "Configuration"),
    ("USAGE.md", "Usage"),
    ("ROADMAP.md", "Known issues / Roadmap"),
)
CREDITS = "Authors: exivo_access contributors. Licence: AGPL-3.0 or later."
#: Run where docutils is. What is made must not depend on the machine.
_TO_HTML = """
import sys
from docutils.core import publish_string
sys.stdout.buffer.write(publish_string(
    sys.stdin.buffer.read(),
    writer_name="html5",
    settings_overrides={
        "stylesheet_path": "minimal.css", "input_encoding": "utf-8",
        "halt_level": 2, "_disable_config": True, "file_insertion_enabled": False,
    },
))
"""


def readme(python):
    """Write both anew.

    :param Path python: of the environment that has pandoc and docutils.
    :return: 0
    """
    for file, text in _compose_all(python).items():
        file.write_text(text, "utf-8")
        say(f"  {file.relative_to(ROOT)} is up to date")
    return 0


def is_of_these_pages(addon):
    """Was README.rst made of the pages as they are now? Needs none of the tools."""
    return _source_note(addon) in (ROOT / addon / "README.rst").read_text("utf-8")


def _pages(addon):
    """The pages of an add-on that are there, with their headings."""
    folder = ROOT / addon / "readme"
    pages = [(folder / name, heading) for name, heading in PAGES]
    if addon == ADDON:
        pages.append((ROOT / "CHANGELOG.md", "Changelog"))
    return [(page, heading) for page, heading in pages if page.exists()]


def _source_note(addon):
    pages = (page for page, _heading in _pages(addon))
    return f".. Made by ./dev readme of pages {digest(*pages)}."


def find_old(python):
    """The files that do not say what the pages say.

    :rtype: list[Path]
    """
    return [
        file
        for file, text in _compose_all(python).items()
        if not file.exists() or file.read_text("utf-8") != text
    ]


def _compose_all(python):
    return {
        file: text for addon in ADDONS for file, text in _compose(python, addon).items()
    }


def _compose(python, addon):
    """Make README.rst, and what the app store and Odoo's list of apps show."""
    text = _compose_rst(python, addon)
    folder = ROOT / addon
    return {
        folder / "README.rst": text,
        folder / "static" / "description" / "index.html": _as_html(python, text),
    }


def _compose_rst(python, addon):
    pandoc = _run(
        [python, "-c", "import pypandoc; print(pypandoc.get_pandoc_path())"]
    ).strip()
    manifest = (ROOT / addon / "__manifest__.py").read_text("utf-8")
    title = ast.literal_eval(manifest)["name"]
    parts = [f"{'=' * len(title)}\n{title}\n{'=' * len(title)}"]
    for page, heading in _pages(addon):
        if heading:
            parts.append(f"{heading}\n{'=' * len(heading)}")
        parts.append(_converted(pandoc, page))
    parts.append(f"Credits\n=======\n\n{CREDITS}")
    parts.append(_source_note(addon))
    return "\n\n".join(parts) + "\n"


def _converted(pandoc, page):
    """One page as reStructuredText, its pictures named from README.rst's folder."""
    text = page.read_text("utf-8")
    text = re.sub(
        r"^# [^\n]*\n|<!--.*?-->\n?", "", text, flags=re.DOTALL | re.MULTILINE
    )
    # nobody who has only the package can follow a link to another page of the checkout
    text = re.sub(r"(?<!!)\[([^\]]+)\]\((?!\w+:)[^)]+\)", r"\1", text)
    command = [
        pandoc,
        "--from",
        "gfm-gfm_auto_identifiers+implicit_figures",
        "--to",
        "rst",
    ]
    command += ["--columns", "88"]
    return _run(command, text).strip().replace("../static/", "static/")


def _as_html(python, text):
    """The whole as a page whose pictures lie beside it, no wider than the page."""
    html = _run([python, "-c", _TO_HTML], text)
    html = html.replace("<img ", '<img style="max-width: 100%" ')
    return html.replace("static/description/", "").rstrip() + "\n"


def _run(command, text=""):
    command = [str(word) for word in command]
    return subprocess.run(
        command, input=text, check=True, capture_output=True, text=True
    ).stdout
