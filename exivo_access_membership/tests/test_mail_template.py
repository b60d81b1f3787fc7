# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""An update changes the mail about the end of a membership until somebody does."""

import importlib.util

from odoo.tests import tagged
from odoo.tools import SQL, file_path
from odoo.tools.convert import convert_file

from odoo.addons.exivo_access.tests.common import ExivoCase

ADDON = "exivo_access_membership"
DATA = "data/mail_template_data.xml"
#: What this version's predecessor had in its place.
OLD_DATA = "tests/mail_template_19.0.1.6.0.xml"
MINE = "<p>Stay with us, <t t-out=\"object.partner_id.name or ''\">Joel</t>!</p>"


@tagged("post_install", "-at_install")
class TestMailTemplate(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.module = cls.env.ref(f"base.module_{ADDON}")
        cls.module._update_translations(["de_DE"])
        cls.template = cls.env.ref(f"{ADDON}.mail_template_end")
        cls.german = cls.template.with_context(lang="de_DE")

    def update(self):
        """Do what an update of the add-on does with its mail."""
        self.env.flush_all()
        convert_file(self.env, ADDON, DATA, {}, mode="update")
        self.module._update_translations(["de_DE"])
        self.env.invalidate_all()

    def read_row(self):
        """All that the database holds of the mail, in all languages."""
        self.env.flush_all()
        query = SQL(
            "SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM mail_template t"
            " WHERE id = %s",
            self.template.id,
        )
        ((row,),) = self.env.execute_query(query)
        return row

    def change(self):
        """Change it, in each of several ways; it is as before after each of them."""
        for change in (
            lambda: self.template.write({"subject": "Stay"}),
            lambda: self.template.write({"email_from": "house@example.com"}),
            lambda: self.german.write({"body_html": MINE}),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                yield self.read_row()
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def install_old(self):
        """Let it be as an earlier version has installed it."""
        convert_file(self.env, ADDON, OLD_DATA, {}, mode="init")
        domain = [("module", "=", ADDON), ("model", "=", "mail.template")]
        self.env["ir.model.data"].search(domain).noupdate = True
        self.env.invalidate_all()

    def migrate(self, version="19.0.1.8.0"):
        """Do what the update from such a version does first."""
        path = file_path(f"{ADDON}/migrations/{version}/pre-migration.py")
        spec = importlib.util.spec_from_file_location("exivo_migration", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()

    def test_update_changes_what_nobody_has_changed_in_all_languages(self):
        now = self.read_row()
        self.assertIn("Ihre Mitgliedschaft", now["subject"]["de_DE"])
        self.env.cr.execute(
            """UPDATE mail_template SET subject = '{"en_US": "Over", "de_DE": "Aus"}'"""
            " WHERE id = %s",
            [self.template.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.template.exivo_origin, "shipped")
        self.update()
        self.assertEqual(self.read_row(), now)

    def test_update_leaves_alone_what_somebody_has_changed(self):
        for changed in self.change():
            self.assertEqual(self.template.exivo_origin, "changed")
            self.update()
            self.assertEqual(self.read_row(), changed)

    def test_mail_of_an_earlier_version_is_updated_from_now_on(self):
        now = self.read_row()
        self.install_old()
        self.assertEqual(self.template.exivo_origin, "changed", "so it seems")
        self.migrate()
        self.update()
        self.assertEqual(self.template.exivo_origin, "shipped")
        self.assertEqual(self.read_row(), now)

    def test_mail_that_was_changed_in_an_earlier_version_stays_as_it_is(self):
        self.install_old()
        for changed in self.change():
            self.migrate()
            self.update()
            self.assertEqual(self.template.exivo_origin, "changed")
            row = self.read_row()
            for name, value in changed.items():
                if isinstance(value, dict):  # translations that were missing have come
                    row[name] = {lang: row[name][lang] for lang in value}
            self.assertEqual(row, changed)

    def test_mail_with_other_words_has_the_shipped_sender_until_somebody_chooses(self):
        shipped = self.template.email_from
        self.install_old()
        self.template.subject = "Stay"
        for sender in shipped, "house@example.com":
            self.migrate("19.0.1.9.0")
            self.assertEqual(self.template.email_from, sender)
            self.assertEqual(self.template.exivo_origin, "changed")
            self.template.email_from = "house@example.com"

    def test_reset_brings_the_shipped_text_back_in_all_languages(self):
        now = self.read_row()
        self.template.write({"subject": "Stay", "body_html": MINE})
        self.german.body_html = MINE
        reset = self.env["mail.template.reset"].create(
            {"template_ids": [(6, 0, self.template.ids)]}
        )
        reset.reset_template()
        self.env.invalidate_all()
        self.assertEqual(self.read_row(), now)
        self.assertEqual(self.template.exivo_origin, "shipped")
