# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Measures the house in a few figures, so that it stays as it is."""

import ast
import io
import tokenize
from collections import Counter
from typing import NamedTuple

from ..machine.paths import ADDON, ADDONS, ROOT
from . import rooms

#: Folders whose code is ours; tests are not counted.
FOLDERS = (*ADDONS, "exivo_simulator", "devkit", "benchmarks")
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Figure(NamedTuple):
    """A figure of which less is better."""

    name: str
    value: int
    #: the limit, where there is one
    most: float = float("inf")


def measure():
    """Measure the house as it is.

    :rtype: list[Figure]
    """
    abstract, users = _find_abstract_models()
    code = [path for name in FOLDERS for path in _find_code(name)]
    lines = sum(_count_lines(path.read_text()) for path in code)
    longest = max(_count_lines(path.read_text()) for path in _find_code(ADDON))
    return [
        Figure("rooms", len(rooms.get_rooms()), 18),
        Figure("abstract models", len(abstract), 16),
        Figure(
            "mixins with a single user",
            sum(name.endswith(".mixin") and users[name] == 1 for name in abstract),
            0,
        ),
        Figure("lines of code of the longest file", longest, 380),
        # raised by whoever needs more, with the reason in the commit
        Figure("lines of code", lines, 34_850),
    ]


def _find_abstract_models():
    """Find our abstract models, and count who inherits each.

    :rtype: tuple[set[str], Counter]
    """
    abstract, users = set(), Counter()
    for path in rooms.MODELS.glob("*/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ClassDef):
                continue
            given = {
                one.targets[0].id: ast.literal_eval(one.value)
                for one in node.body
                if isinstance(one, ast.Assign)
                and one.targets[0].id in ("_name", "_inherit")
            }
            inherited = given.get("_inherit") or []
            users.update([inherited] if isinstance(inherited, str) else inherited)
            bases = {getattr(base, "attr", "") for base in node.bases}
            if "AbstractModel" in bases and given.get("_name"):
                abstract.add(given["_name"])
    return abstract, users


def _find_code(folder):
    """Find the Python files of a folder that are no tests."""
    return [
        path
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "tests" not in path.relative_to(ROOT / folder).parts
    ]


def _count_lines(text):
    """Count the lines that hold code: no blank ones, no comments, no docstrings.

    :rtype: int
    """
    skipped = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False):
            docstring = node.body[0]
            lines.difference_update(range(docstring.lineno, docstring.end_lineno + 1))
    return len(lines)
