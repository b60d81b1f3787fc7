# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Every term is exported, translated into every language, and shown."""

import re

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader, xml_translate

PLACEHOLDER = re.compile(r"%\(\w+\)s|t-[a-z]+=\"[^\"]*\"")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def _terms(self):
        """Everything in the add-on that can be translated."""
        reader = TranslationModuleReader(self.env.cr, modules=["exivo_access"])
        return {source for _module, _type, _name, _id, source, *_rest in reader}

    def _entries(self, name):
        return polib.pofile(file_path(f"exivo_access/i18n/{name}"))

    def test_template_holds_all_terms(self):
        template = {entry.msgid for entry in self._entries("exivo_access.pot")}
        self.assertFalse(self._terms() - template, "run ./dev translations")

    def test_every_language_is_complete(self):
        terms = self._terms()
        for name in ("de.po", "fr.po", "it.po"):
            with self.subTest(name=name):
                translated = self._entries(name).translated_entries()
                self.assertFalse(terms - {entry.msgid for entry in translated})

    def test_translations_take_over_all_placeholders(self):
        for name in ("de.po", "fr.po", "it.po"):
            for entry in self._entries(name):
                with self.subTest(name=name, msgid=entry.msgid):
                    self.assertEqual(
                        sorted(PLACEHOLDER.findall(entry.msgstr)),
                        sorted(PLACEHOLDER.findall(entry.msgid)),
                    )

    def test_odoo_shows_every_translation_of_a_page(self):
        """It drops one with markup silently: if it begins with a name, for example."""
        for name in ("de.po", "fr.po", "it.po"):
            for entry in self._entries(name):
                if not any("ir.ui.view" in where for where, _ in entry.occurrences):
                    continue
                if entry.msgstr == entry.msgid:
                    continue
                with self.subTest(name=name, msgid=entry.msgid):
                    page = f"<div>{entry.msgid}</div>"
                    shown = xml_translate({entry.msgid: entry.msgstr}.get, page)
                    self.assertNotEqual(shown, page)
