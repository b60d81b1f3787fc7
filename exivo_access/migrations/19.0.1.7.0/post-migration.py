# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Mends pages of the portal that people have edited when they were 19.0.1.5.0's.

An update leaves an edited copy alone, such as the website builder makes one for each
website, and what that calls is there no longer: the page would be an error.
"""

#: What follows in brackets, which may have brackets in it.
_GIVEN = r"((?:[^()]|\([^()]*\))*)"
#: What pages of 19.0.1.5.0 call, and by what it goes now.
RENAMED = (
    (rf"\mexivo_desk\._format_(rooms|booked)\({_GIVEN}\)", r"\2._format_exivo_\1()"),
    (rf"\mexivo_period\({_GIVEN}\)", r"\1._format_exivo_booked()"),
    (rf"\mexivo_book_url\(([\w.]+),\s*{_GIVEN}\)", r"\1.get_url(\2)"),
)
#: What no page has any more.
GONE = r"\m(exivo_desk|exivo_period|exivo_book_url)\M"


def migrate(cr, version):
    """Call by its new name what has another one, and take back what cannot be mended.

    Of a page that is taken back, Odoo keeps what it was as the previous version.
    """
    for old, new in RENAMED:
        cr.execute(
            "UPDATE ir_ui_view"
            " SET arch_db = regexp_replace(arch_db::text, %(old)s, %(new)s, 'g')::jsonb"
            " WHERE type = 'qweb' AND arch_db::text ~ %(old)s",
            {"old": old, "new": new},
        )
    cr.execute(
        """
        UPDATE ir_ui_view edited
           SET arch_prev = edited.arch_db->>'en_US', arch_db = shipped.arch_db
          FROM ir_model_data data
          JOIN ir_ui_view shipped ON shipped.id = data.res_id
         WHERE data.module = 'exivo_access' AND data.model = 'ir.ui.view'
           AND edited.key = shipped.key AND edited.id != shipped.id
           AND edited.arch_db::text ~ %s
        """,
        [GONE],
    )
