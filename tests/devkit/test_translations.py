# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Translated texts name buttons as they are called, and keep words apart."""

import re

import polib
import pytest

from devkit.machine.paths import ADDONS, ROOT

#: What to press begins with a capital; how long its name is, the buttons say.
PRESSED = re.compile(r"\b[Pp]ress(?:es)? ([A-Z]\w*(?: \w+)*)")
#: A letter that follows markup at once.
GLUED = re.compile(r"(?:/>|</\w+>)\w")

FILES = [path for addon in ADDONS for path in sorted((ROOT / addon).glob("i18n/*.po"))]


def each_entry(path):
    return [entry for entry in polib.pofile(path) if entry.translated()]


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def entries(request):
    return each_entry(request.param)


def test_texts_name_a_button_as_it_is_called(entries):
    called = {entry.msgid: entry.msgstr for entry in entries}
    for entry in entries:
        for words in PRESSED.findall(entry.msgid):
            button = find_button(words.split(), called)
            if button:
                assert called[button] in entry.msgstr, entry.msgid


def find_button(words, called):
    """The longest beginning of some words that is a text by itself, if any is."""
    beginnings = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next((text for text in beginnings if text in called), None)


def test_no_word_is_glued_to_the_markup_before_it(entries):
    for entry in entries:
        if not GLUED.search(entry.msgid):
            assert not GLUED.search(entry.msgstr), entry.msgid
