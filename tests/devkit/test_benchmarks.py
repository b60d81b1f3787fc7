# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Benchmarks are run now and then only: what they use must be there all the same."""

import ast

import pytest

from devkit.machine.paths import ADDONS, ROOT

#: Those of Odoo and of libraries.
OTHERS = {"_cnx", "_get_combined_arch", "_replace", "_search", "_set_done"}
BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))


def used(tree):
    """Names of our own methods that a file uses of something else than itself."""
    names = {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    texts = {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    names |= {text for text in texts if isinstance(text, str) and text.isidentifier()}
    return {name for name in names if name[0] == "_" and name[-1] != "_"}


def defined():
    """Names of all that our add-ons define."""
    for addon in ADDONS:
        for path in (ROOT / addon).rglob("*.py"):
            for one in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(one, ast.FunctionDef | ast.ClassDef):
                    yield one.name
                elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    yield one.id


@pytest.fixture(scope="module")
def names():
    return {*defined(), *OTHERS}


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_benchmark_uses_methods_that_are_there(path, names):
    assert used(ast.parse(path.read_text("utf-8"))) <= names
