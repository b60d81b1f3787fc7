# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Finds docstrings that do not begin with a sentence, but with half of one."""

import ast
from pathlib import Path

#: A docstring that begins so says what there is, not what happens.
HEADLESS = {
    *("What", "Whether", "Those", "Who", "Which", "How", "Where", "When", "Why"),
}
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def find_headless(folder):
    """Find the docstrings whose first line has no subject and verb.

    Tests are left out: their names are the sentences.

    :param Path folder: is searched with all below it.
    :return: ``path:line: first line`` of each, in the order of the files.
    :rtype: list[str]
    """
    folder = Path(folder)
    return [
        f"{file}:{line}: {text}"
        for file in sorted(folder.rglob("*.py"))
        if "tests" not in file.relative_to(folder).parts
        for line, text in _read_first_lines(file)
        if text.split()[0] in HEADLESS
    ]


def _read_first_lines(file):
    """Yield the first line of each docstring of a file, with its number."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        text = isinstance(node, _DOCUMENTED) and ast.get_docstring(node)
        if text:
            yield node.body[0].lineno, text.splitlines()[0]
