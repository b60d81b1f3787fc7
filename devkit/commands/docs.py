# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds what pages for people name that is not there, so that they cannot go stale.

What stands `in backticks` is looked at, and files and commands in code blocks:

- a path must end like the path of a file or folder of the checkout;
- a word, such as a function or a model, must occur in the sources, and in a file if one
  is named right after it;
- `./dev …` must be a command, with an option of its own;
- links within the checkout must lead somewhere, to a heading too;
- a *Label* on the pages for users must be one of the add-on's, or known as another's.
"""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

from ..machine.paths import ADDONS, ROOT

#: Not read: what is made. Nor is what begins with a dot, such as databases at work.
_LEFT_OUT = {"__pycache__", "build", "dist"}
_SOURCES = {".py", ".xml", ".js", ".toml", ".sql", ".csv", ".txt", ".html", ".scss"}
#: The pages that name what stands on the screen.
_FOR_USERS = {
    *("README.md", "administration.md", "CONFIGURE.md", "USAGE.md"),
    *("operating.md", "customer_page.md"),
}
#: Labels of Odoo, of the booking module and of Exivo; and emphasis.
_OTHERS_LABELS = {
    "Resource Bookings",
    "Configuration",
    "Resources",
    "Types",
    "Apps",
    "Uninstall",
    "API settings",
    "API Events",
    "Webhook Settings",
    "Settings",
    "Technical",
    "Scheduled Actions",
    "Run Manually",
    "Emails",
}
#: Names of Odoo's own.
_OTHERS_NAMES = {"base.group_partner_manager", "/web/health", "HTTPS_PROXY"}
_LABEL = re.compile(r"(?<![*\w])\*([A-Z][^*]*)\*(?![*\w])")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
#: A name that is said to be in a file.
_PLACED = re.compile(r"`(\w+)` in\s+`([\w/.]+\.py)`")
_LINK = re.compile(r"(?:\]\(|src=\")([^)\s\"]+)[)\"]")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_FILE = re.compile(r"[\w./-]*\w\.(?:py|md|xml|sql|js|rst|csv|toml)\b")
#: One name, with dots in between, and perhaps called or assigned.
_WORD = re.compile(r"\.?\w+(?:\.\w+)*")
_DEV = re.compile(r"\./dev\b[^`\n#|]*")


def pages():
    """The pages that are checked."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").glob("*.md")),
        *(page for one in ADDONS for page in sorted((ROOT / one).glob("readme/*.md"))),
        ROOT / "exivo_simulator" / "README.md",
    ]


def find_stale(page, text=None):
    """Find what a page names that is not there.

    :param Path page: where it lies; links are followed from there.
    :param str text: what it says; read from the page if left out.
    :rtype: list[str]
    """
    text = page.read_text("utf-8") if text is None else text
    prose = _FENCE.sub("", text)
    spans = _SPAN.findall(prose)
    blocks = "\n".join(_FENCE.findall(text))
    commands = [command for span in spans for command in _DEV.findall(span)]
    commands += _DEV.findall(blocks)
    stale = [f"no command {one.strip()}" for one in commands if not _is_command(one)]
    names = [word for span in spans for word in _names_in(span)]
    names += _files_in(blocks)
    stale += [f"no {name}" for name in names if not _is_there(name)]
    stale += [
        f"no {name} in {place}"
        for name, place in _PLACED.findall(prose)
        if not re.search(rf"\b{name}\b", _text_at(place))
    ]
    if page.name in _FOR_USERS:
        labels = _LABEL.findall(_SPAN.sub("", prose))
        stale += [f"no label {one}" for one in labels if not _is_label(one)]
    stale += [
        f"no page {link}" for link in _LINK.findall(prose) if not _leads(page, link)
    ]
    return list(dict.fromkeys(stale))


def _names_in(span):
    """The paths of a span; the whole of it, if it is a single name."""
    if _WORD.fullmatch(span):
        return [span]
    words = re.split(r"[\s=:,()]+", span)
    return [word for word in words if "/" in word and "://" not in word]


def _files_in(blocks):
    """The files of drawings; one without a folder lies beside the one before it."""
    folder, files = "", []
    for name in _FILE.findall(blocks):
        if "/" in name:
            folder = name.rpartition("/")[0] + "/"
        files.append(name if "/" in name else folder + name)
    return files


def _is_there(name):
    if re.search(r"[<>{}*…$~@]", name) or name.startswith("."):
        return True  # a pattern, outside, or what begins with a dot
    if name in _OTHERS_NAMES:
        return True
    if name.startswith("/"):
        return name in _sources()  # a route
    if "/" in name or _FILE.fullmatch(name):
        return "/" + name.rstrip("/") in _endings()
    if "/" + name.replace(".", "/") + ".py" in _endings():
        return True  # a module
    model, _dot, last = name.rpartition(".")
    owner = f"/{model}.py" in _endings() or any(
        start in _sources() for start in (f'"{model}"', f"\nclass {model}")
    )
    return name in _words() or (owner and last in _words())


def _is_command(line):
    words = line.split()[1:]
    if not words or words[0].startswith("-") or words[0] == "…":
        return True
    if words[0] not in _commands():
        return False
    if words[0] != "demo":
        return True  # the others hand their arguments on, or have none
    options = [word for word in words[1:] if word.startswith("--")]
    return all(option in _help(words[0]) for option in options)


def _is_label(path):
    """Return whether all that stands between arrows is on a screen, units left out.

    A label may be shortened by an ellipsis, and be German.
    """
    labels = {" ".join(label.split()) for label in path.split("→")} - _OTHERS_LABELS
    return all(
        re.search(rf"[\">]\s*{_pattern(label)}\s*[\"<]", _flat())
        or re.search(rf"^    {_field(label)} = fields\.", _sources(), re.MULTILINE)
        for label in labels
    )


def _pattern(label):
    begin, shortened, _rest = label.partition("…")
    return re.escape(begin) + (r"[^\"<]*" if shortened else r"(?: \([A-Z]\w+\))?")


def _field(label):
    """The field whose label Odoo makes of its name."""
    return re.escape(label.lower().replace(" ", "_"))


def _leads(page, link):
    place, _hash, heading = link.partition("#")
    if ":" in place:
        return True  # a page outside
    target = (page.parent / place).resolve() if place else page
    if not target.exists():
        return False
    return not heading or heading in map(_slug, _HEADING.findall(target.read_text()))


def _slug(heading):
    """Return what GitHub calls a heading in an address."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


@functools.cache
def _files():
    """All files of the checkout, as paths from its folder."""
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [one for one in folders if one[0] != "." and one not in _LEFT_OUT]
        found += [(Path(folder) / one).relative_to(ROOT) for one in files]
    return found


@functools.cache
def _endings():
    """All that a path of the checkout can end with, from a slash on."""
    return {
        "/" + "/".join(path.parts[start:])
        for file in _files()
        for path in (file, *file.parents)
        for start in range(len(path.parts))
    }


@functools.cache
def _sources():
    return "\n".join(
        (ROOT / path).read_text("utf-8") for path in _files() if path.suffix in _SOURCES
    )


@functools.cache
def _flat():
    """The sources without line breaks, and texts in pieces put together."""
    german = "".join(
        (ROOT / addon / "i18n" / "de.po").read_text("utf-8") for addon in ADDONS
    )
    return re.sub(r'" "', "", re.sub(r"\s+", " ", _sources() + german))


def _text_at(place):
    """Read the files whose paths end so."""
    return "\n".join(
        (ROOT / path).read_text("utf-8")
        for path in _files()
        if f"/{path}".endswith(f"/{place}")
    )


@functools.cache
def _words():
    """All words of the sources, and those with dots in quotes, such as models."""
    return {
        *re.findall(r"\w+", _sources()),
        *re.findall(r"[\"'](\w+(?:\.\w+)+)[\"']", _sources()),
    }


@functools.cache
def _help(*command):
    words = [sys.executable, str(ROOT / "dev"), *command, "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return done.stdout


@functools.cache
def _commands():
    return set(re.findall(r"^    (\w+)", _help(), re.MULTILINE))
