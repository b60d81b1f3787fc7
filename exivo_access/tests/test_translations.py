# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader


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

    def test_german_is_complete(self):
        translated = {
            entry.msgid for entry in self._entries("de.po").translated_entries()
        }
        self.assertFalse(self._terms() - translated)
