# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells whether a mail template of an earlier version is as it was shipped.

Versions that had their templates left alone by updates wrote nothing down about that.
"""

import hashlib
import html

#: What we ship of a mail template; first what differs between languages.
TRANSLATED = ("name", "description", "subject", "body_html")
FIELDS = (
    *TRANSLATED,
    *("email_from", "partner_to", "use_default_to", "lang", "auto_delete"),
)


def free_unchanged(cr, module, shipped):
    """Have updates change the mail templates of an add-on that nobody has changed.

    A template is as we shipped it where each of its texts, in each language, is one
    that some version brought.

    :param str module: the add-on.
    :param list[str] shipped: digests of all that its versions have installed.
    """
    cr.execute(
        """
        SELECT data.id, data.name, to_jsonb(template)
          FROM ir_model_data data
          JOIN mail_template template ON template.id = data.res_id
         WHERE data.module = %s AND data.model = 'mail.template'
        """,
        [module],
    )
    unchanged = [
        data_id
        for data_id, name, values in cr.fetchall()
        if {*digest_texts(name, values)} <= {*shipped}
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
