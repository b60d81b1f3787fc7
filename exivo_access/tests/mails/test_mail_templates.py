# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Mail templates hold words, and who changes one keeps it."""

import importlib.util
import re
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo.tests import Form, tagged
from odoo.tools import SQL, file_path
from odoo.tools.convert import convert_file

from ...tools.shipped_templates import digest_texts
from ..common import NOW
from ..member_common import MemberCase

DATA = "data/mails/mail_template_data.xml"
#: A variable or a path of fields, perhaps a call; Odoo's editor adds the last bit.
PLAIN = re.compile(r"\w+(\.\w+)*(\(\))?( or '')?")
MINE = "<p>Come in, <t t-out=\"object.partner_id.name or ''\">Joel</t>!</p>"


#: By this a mail had its sender at first.
SENDER = "{{ object.company_id.email_formatted or user.email_formatted }}"


def migration(script="19.0.1.4.0/pre-migration.py"):
    """What an update runs first."""
    path = file_path(f"exivo_access/migrations/{script}")
    spec = importlib.util.spec_from_file_location("exivo_migration", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailTemplates(MemberCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.module = cls.env.ref("base.module_exivo_access")
        cls.module._update_translations(["de_DE"])
        cls.confirmation = cls.env.ref("exivo_access.mail_template_confirmation")
        cls.removal = cls.env.ref("exivo_access.mail_template_removal")
        cls.templates = cls.env["mail.template"].search(
            [("model", "=", "exivo.access")]
        )

    def update(self):
        """Do what an update of the add-on does with its templates."""
        self.env.flush_all()
        convert_file(self.env, "exivo_access", DATA, {}, mode="update")
        self.module._update_translations(["de_DE"])
        self.env.invalidate_all()

    def ship(self, template, **texts):
        """Let an earlier version have shipped another text of a field, by language."""
        self.env.flush_all()
        for field, values in texts.items():
            for lang, text in values.items():
                self.env.cr.execute(
                    SQL(
                        "UPDATE mail_template SET %(field)s ="
                        " jsonb_set(%(field)s, %(path)s, to_jsonb(%(text)s::text))"
                        " WHERE id = %(id)s",
                        field=SQL.identifier(field),
                        path=[lang],
                        text=text,
                        id=template.id,
                    )
                )
        self.env.invalidate_all()

    def read_row(self, template):
        """All that the database holds of a template, in all languages."""
        self.env.flush_all()
        query = SQL(
            "SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM mail_template t"
            " WHERE id = %s",
            template.id,
        )
        ((row,),) = self.env.execute_query(query)
        return row

    def keep_all(self):
        """Let the templates be as versions before this one left them."""
        self.env["ir.model.data"].search(
            [("model", "=", "mail.template"), ("module", "=", "exivo_access")]
        ).noupdate = True

    # === WORDS === #

    def test_a_template_holds_words_and_names_and_no_code(self):
        for template in self.templates:
            for lang in ("en_US", "de_DE"):
                shown = template.with_context(lang=lang)
                found = [
                    expression.strip()
                    for field in ("subject", "email_from", "partner_to", "lang")
                    for expression in re.findall(r"\{\{(.*?)\}\}", shown[field] or "")
                ]
                for element in html.fromstring(shown.body_html).iter():
                    found += [
                        value
                        for name, value in element.attrib.items()
                        if name in ("t-if", "t-elif", "t-out", "t-value") and value
                    ]
                for expression in found:
                    with self.subTest(template=template.name, lang=lang):
                        self.assertRegex(expression, f"^{PLAIN.pattern}$")

    def test_every_template_can_be_written_whatever_accesses_there_are(self):
        """Odoo tries it out with one, also during an update."""
        self.book()
        self.synchronise()
        for access in self.env["exivo.access"].search([]):
            for template in self.templates:
                for field in ("subject", "body_html", "email_from"):
                    shown = template._render_field(field, access.ids)[access.id]
                    with self.subTest(template=template.name, field=field):
                        self.assertTrue(shown)

    def test_template_that_was_edited_long_ago_goes_on_saying_what_is_new(self):
        self.confirmation.write(
            {
                "subject": "{{ ctx.get('exivo_changed') and 'Changed' or 'Yours' }}",
                "body_html": """
                    <p t-if="'time' in (ctx.get('exivo_changes') or [])">Other time</p>
                    <p>First: <t t-out="object._get_main_change()"/></p>
                """,
            }
        )
        booking = self.book()
        self.synchronise()
        self.assertEqual(self.mails_to(self.customer)[-1].subject, "Yours")
        booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        mail = self.mails_to(self.customer)[-1]
        self.assertEqual(mail.subject, "Changed")
        self.assertIn("Other time", mail.body_html)
        self.assertIn("First: link", mail.body_html)

    def test_edited_template_names_no_host_where_there_is_none(self):
        self.confirmation.body_html = """
            <p>Host: <t t-out="object._get_host_name()"/>.</p>
        """
        self.book()
        self.synchronise()
        self.assertIn("Host: .", self.mails_to(self.customer)[-1].body_html)

    # === UPDATES === #

    def test_update_changes_what_nobody_has_changed_in_all_languages(self):
        now = self.read_row(self.removal)
        self.ship(
            self.removal,
            subject={"en_US": "Gone", "de_DE": "Weg"},
            body_html={"en_US": "<p>It is gone.</p>", "de_DE": "<p>Es ist weg.</p>"},
        )
        self.assertEqual(self.removal.exivo_origin, "shipped")
        self.update()
        self.assertEqual(self.read_row(self.removal), now)
        self.assertEqual(self.removal.exivo_origin, "shipped")
        german = self.removal.with_context(lang="de_DE")
        self.assertIn("wurde entfernt", german.subject)
        self.assertIn("wurde entfernt", german.body_html)

    def test_update_leaves_alone_what_somebody_has_changed(self):
        german = self.removal.with_context(lang="de_DE")
        for change in (
            lambda: self.removal.write({"subject": "Gone"}),
            lambda: german.write({"body_html": MINE}),
            lambda: german.write({"subject": "Weg"}),
            lambda: german.update_field_translations("body_html", {"de_DE": MINE}),
            lambda: german.update_field_translations("subject", {"de_DE": "Weg"}),
            lambda: self.removal.write({"email_from": "doors@example.com"}),
        ):
            with self.env.cr.savepoint() as savepoint:
                before = self.read_row(self.removal)
                change()
                changed = self.read_row(self.removal)
                self.assertNotEqual(changed, before)
                self.update()
                self.assertEqual(self.read_row(self.removal), changed)
                self.assertEqual(self.removal.exivo_origin, "changed")
                self.assertEqual(self.confirmation.exivo_origin, "shipped")
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_update_leaves_what_we_do_not_ship_and_it_counts_as_no_change(self):
        own = {"reply_to": "office@example.com", "active": False}
        self.removal.write(own)
        self.assertEqual(self.removal.exivo_origin, "shipped")
        self.update()
        self.assertEqual({name: self.removal[name] for name in own}, own)

    def test_reset_brings_the_shipped_text_back_and_updates_with_it(self):
        shipped = self.read_row(self.removal)
        self.removal.write({"subject": "Gone", "body_html": MINE})
        self.removal.with_context(lang="de_DE").body_html = MINE
        reset = self.env["mail.template.reset"].create(
            {"template_ids": [(6, 0, self.removal.ids)]}
        )
        reset.reset_template()
        self.env.invalidate_all()
        self.assertEqual(self.read_row(self.removal), shipped)
        self.assertEqual(self.removal.exivo_origin, "shipped")
        self.ship(self.removal, subject={"en_US": "Gone"})
        self.update()
        self.assertEqual(self.read_row(self.removal), shipped)

    def test_the_form_says_which_it_is_and_nothing_of_templates_of_others(self):
        editor = self._create_user(
            "exivo_editor",
            "mail.group_mail_template_editor,exivo_access.group_user",
        )
        with Form(self.removal.with_user(editor)) as form:
            self.assertEqual(form.exivo_origin, "shipped")
            form.subject = "Gone"
        with Form(self.removal.with_user(editor)) as form:
            self.assertEqual(form.exivo_origin, "changed")
        other = self.env["mail.template"].create({"name": "Greeting"})
        other.name = "Hello"
        self.assertFalse(other.exivo_origin)
        self.assertFalse(self.removal.copy().exivo_origin)

    # === DATABASES OF EARLIER VERSIONS === #

    def migrate(self):
        self.env.flush_all()
        with patch.object(Path, "read_text", lambda _path: "\n".join(self.brought)):
            migration().let_updates_change_templates(self.env.cr)
        self.env.invalidate_all()

    def ship_as_before(self):
        """Let the mail about a removed access be as an earlier version has left it."""
        self.removal.email_from = SENDER
        self.keep_all()
        row = self.read_row(self.removal)
        digests = digest_texts("mail_template_removal", row)
        self.brought = [*digests]

    def test_template_of_an_earlier_version_is_updated_from_now_on(self):
        self.ship_as_before()
        self.assertEqual(self.removal.exivo_origin, "changed", "so it seems")
        self.migrate()
        self.assertEqual(self.removal.exivo_origin, "shipped")
        self.update()
        self.assertEqual(self.removal.email_from, "{{ object._get_sender() }}")

    def test_changed_template_of_an_earlier_version_keeps_its_sender(self):
        """Where a company has no address, the code has put another one in its place."""
        self.removal.write({"subject": "Gone", "email_from": SENDER})
        self.confirmation.email_from = "doors@example.com"
        self.env.flush_all()
        migration("19.0.1.11.0/pre-senders.py").migrate(self.env.cr, "19.0.1.10.0")
        self.env.invalidate_all()
        self.assertEqual(self.removal.email_from, "{{ object._get_sender() }}")
        self.assertEqual(self.removal.subject, "Gone")
        self.assertEqual(self.confirmation.email_from, "doors@example.com")

    def test_template_that_was_changed_before_stays_as_it_is(self):
        german = self.removal.with_context(lang="de_DE")
        for change in (
            lambda: self.removal.write({"subject": "Gone"}),
            lambda: self.removal.write({"email_from": "doors@example.com"}),
            lambda: self.removal.write({"use_default_to": True}),
            lambda: german.write({"subject": "Weg"}),
            lambda: german.write({"body_html": MINE}),
        ):
            with self.env.cr.savepoint() as savepoint:
                self.ship_as_before()
                change()
                changed = self.read_row(self.removal)
                self.migrate()
                self.update()
                self.assertEqual(self.read_row(self.removal), changed)
                self.assertEqual(self.removal.exivo_origin, "changed")
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_the_language_of_a_country_has_the_texts_of_the_language(self):
        self.ship_as_before()
        self.env["res.lang"]._activate_lang("de_CH")
        self.module._update_translations(["de_CH"])
        self.migrate()
        self.assertEqual(self.removal.exivo_origin, "shipped")
        self.keep_all()
        self.removal.with_context(lang="de_CH").subject = "Weg"
        self.migrate()
        self.assertEqual(self.removal.exivo_origin, "changed")
