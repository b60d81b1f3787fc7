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
#: What is no text, though it stands in one.
MARKUP = re.compile(r"<[^>]*>|\{\{.*?\}\}")
#: Faults that readers have found once. French sets a narrow space before these signs.
FAULTS = {
    "de": r"ß|\bunter Ihre Angaben|(?<!-)\bMails?\b",
    "fr": r"[ \u00a0][:;?!»]|« |\w'|^(Tant|Autant) de\b",
    "it": r"\w'|\bin i\b|\bTant[eio]\b",
}
#: Who has no login has no account; an *accesso* opens doors.
LOGIN = {"de": r"[Ll]ogin|[Aa]nmeld", "fr": r"compte|connect", "it": r"account"}

#: A page's text of one small word is a piece of a sentence, which no language can turn.
PIECE = re.compile(r"[a-z]+\W?")
#: But these: the room finder says so of a time.
NO_PIECES = {"booked", "closed", "over", "yours"}

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


def test_no_fault_comes_back(entries, request):
    language = request.node.callspec.id[-2:]
    for entry in entries:
        text, says = (MARKUP.sub("|", one) for one in (entry.msgstr, entry.msgid))
        assert not re.search(FAULTS[language], text), entry.msgid
        assert "</t> ." not in entry.msgstr, entry.msgid
        if re.search(r"\blogin\b", says):
            assert re.search(LOGIN[language], text), entry.msgid


@pytest.mark.parametrize("language", ["de", "fr", "it"])
def test_same_text_is_translated_alike(language):
    seen = {}
    for path in FILES:
        if path.stem == language:
            for entry in each_entry(path):
                said = " ".join(entry.msgstr.split())
                first = seen.setdefault(" ".join(entry.msgid.split()), said)
                assert first == said, f"{path.parts[-3]}: {entry.msgid}"


@pytest.mark.parametrize("addon", ADDONS)
def test_pages_have_sentences_translated_as_a_whole(addon):
    for entry in polib.pofile(ROOT / addon / "i18n" / f"{addon}.pot"):
        if any("ir.ui.view" in where for where, _ in entry.occurrences):
            is_piece = PIECE.fullmatch(entry.msgid) and entry.msgid not in NO_PIECES
            assert not is_piece, entry.msgid
