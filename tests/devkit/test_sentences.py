# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Docstrings of the add-on begin with a sentence; half of one is told."""

import ast

import pytest

from devkit.commands.sentences import find_headless
from devkit.machine.paths import ADDON, ADDONS, ROOT


def test_docstrings_of_the_add_on_begin_with_a_sentence():
    assert find_headless(ROOT / ADDON) == []


@pytest.mark.parametrize(
    "text",
    [
        "What opens the doors.",
        "Whether the door is open.\n\n    :rtype: bool\n    ",
        "Those that open doors.",
        "Who opens doors.",
        "Which doors open.",
    ],
)
def test_half_a_sentence_is_told_with_its_place(tmp_path, text):
    file = tmp_path / "doors.py"
    file.write_text(f'class Door:\n    def open(self):\n        """{text}"""\n')
    assert find_headless(tmp_path) == [f"{file}:3: {text.splitlines()[0]}"]


@pytest.mark.parametrize(
    "text",
    [
        "Tell whether the door is open.",
        "Whoever has the PIN opens the door.",
        "A door is what opens.\n\n    What stays shut is a wall.\n    ",
    ],
)
def test_a_whole_sentence_is_left_alone(tmp_path, text):
    (tmp_path / "doors.py").write_text(f'"""{text}"""\n')
    assert find_headless(tmp_path) == []


def test_module_class_and_function_are_read(tmp_path):
    source = '"""What 1."""\nclass A:\n    """What 2."""\ndef b():\n    """What 3."""\n'
    (tmp_path / "doors.py").write_text(source)
    told = [one.rpartition(": ")[2] for one in find_headless(tmp_path)]
    assert sorted(told) == ["What 1.", "What 2.", "What 3."]


@pytest.mark.parametrize("addon", ADDONS)
def test_no_sentence_for_people_is_inside_an_f_string(addon):
    """With Python 3.11 Odoo exports none from there: nobody would translate it."""
    lost = [
        f"{file}:{call.lineno}"
        for file in sorted((ROOT / addon).rglob("*.py"))
        for string in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in ("_", "_lt")
    ]
    assert lost == []


def test_tests_of_the_folder_are_left_out(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_doors.py").write_text('"""What is tested."""\n')
    assert find_headless(tmp_path) == []
