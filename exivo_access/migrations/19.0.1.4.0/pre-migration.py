# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import html
from pathlib import Path

#: What we ship of a mail template; first what differs between languages.
FIELDS = (
    *("name", "description", "subject", "body_html"),
    *("email_from", "partner_to", "use_default_to", "lang", "auto_delete"),
)


def migrate(cr, version):
    """Take back what was called verified although nobody has verified it.

    A site could be written so, or come from a mail, and was then taken for one of this
    database at the next update.
    """
    cr.execute(
        "UPDATE exivo_site SET state = 'draft'"
        " WHERE state = 'verified' AND verified_at IS NULL"
    )
    let_updates_change_templates(cr)


def let_updates_change_templates(cr):
    """Have updates change the mail templates that nobody has changed.

    Until now they left all of them alone. A template is as we shipped it where each of
    its texts, in each language, is one that some version brought: the file has the
    digests of what the versions from 19.0.1.0.0 on have installed before this one.
    """
    path = Path(__file__).with_name("shipped_templates.txt")
    shipped = set(path.read_text().split())
    cr.execute(
        """
        SELECT data.id, data.name, to_jsonb(template)
          FROM ir_model_data data
          JOIN mail_template template ON template.id = data.res_id
         WHERE data.module = 'exivo_access' AND data.model = 'mail.template'
        """
    )
    unchanged = [
        data_id
        for data_id, name, values in cr.fetchall()
        if set(digest_texts(name, values)) <= shipped
    ]
    cr.execute(
        "UPDATE ir_model_data SET noupdate = FALSE WHERE id = ANY(%s)", [unchanged]
    )


def digest_texts(name, values):
    """Digest what a mail template has from us, each text in each language by itself.

    A language of a country has the texts of the language.

    :param str name: of its external ID.
    :param dict values: its row.
    :rtype: Iterator[str]
    """
    for field in FIELDS:
        value = values.get(field)
        texts = value if isinstance(value, dict) else {"": value}
        plain = {lang: _without_spaces(text) for lang, text in texts.items()}
        for lang, text in plain.items():
            if lang == "en_US" or text != plain.get("en_US"):  # else not translated
                parts = (name, field, lang.split("_")[0], text)
                yield hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _without_spaces(text):
    """Leave out what editors and libraries write as they like."""
    return "".join(html.unescape(str(text)).split())
