# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Every term is exported, translated into every language, and shown."""

import re

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader, xml_translate

PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]|\{\{.*?\}\}|t-[a-z]+=\"[^\"]*\"")
LANGUAGES = ("de.po", "fr.po", "it.po")


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """Of the core; where our other add-ons are, of those.

    Beside the shop, texts of others would be among the core's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.env["ir.module.module"].search(
            [("name", "=like", "exivo_access_%"), ("state", "=", "installed")]
        )
        cls.addons = others.mapped("name") or ["exivo_access"]

    def _terms(self, addon):
        """Everything in an add-on that can be translated."""
        reader = TranslationModuleReader(self.env.cr, modules=[addon])
        return {source for _module, _type, _name, _id, source, *_rest in reader}

    def _entries(self, addon, name):
        return polib.pofile(file_path(f"{addon}/i18n/{name}"))

    def _each_entry(self):
        """All translations."""
        for addon in self.addons:
            for name in LANGUAGES:
                yield from self._entries(addon, name)

    def test_template_holds_all_terms(self):
        for addon in self.addons:
            with self.subTest(addon=addon):
                template = {one.msgid for one in self._entries(addon, f"{addon}.pot")}
                missing = self._terms(addon) - template
                self.assertFalse(missing, "run ./dev translations")

    def test_every_language_is_complete(self):
        for addon in self.addons:
            terms = self._terms(addon)
            for name in LANGUAGES:
                with self.subTest(addon=addon, name=name):
                    translated = self._entries(addon, name).translated_entries()
                    self.assertFalse(terms - {entry.msgid for entry in translated})

    def test_translations_take_over_all_placeholders(self):
        for entry in self._each_entry():
            self.assertEqual(
                sorted(PLACEHOLDER.findall(entry.msgstr)),
                sorted(PLACEHOLDER.findall(entry.msgid)),
                entry.msgid,
            )

    def test_odoo_shows_every_translation_of_a_page(self):
        """It drops one with markup silently: if it begins with a name, for example."""
        for entry in self._each_entry():
            if not any("ir.ui.view" in where for where, _ in entry.occurrences):
                continue
            if entry.msgstr == entry.msgid:
                continue
            page = f"<div>{entry.msgid}</div>"
            shown = xml_translate({entry.msgid: entry.msgstr}.get, page)
            self.assertNotEqual(shown, page, entry.msgstr)
