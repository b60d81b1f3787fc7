# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tools import SQL
from odoo.tools.sql import column_exists, rename_column

#: Fields that have another name now.
RENAMED = (
    ("exivo_access", "stands", "is_wanted"),
    ("exivo_access", "is_standing", "is_of_community"),
    ("exivo_access", "holder_mark", "holder_digest"),
    ("exivo_credential", "holder_mark", "holder_digest"),
)
#: The fields that people can have written about, by their old names.
WRITTEN_ABOUT = {old: new for table, old, new in RENAMED if table == "exivo_access"}


def migrate(cr, version):
    """Give each thing one name, and the address of a key a field of its own."""
    for table, old, new in RENAMED:
        if column_exists(cr, table, old):  # else the version is older than the field
            rename_column(cr, table, old, new)
    if column_exists(cr, "exivo_credential", "holder_digest"):
        _move_addresses_of_keys(cr, "exivo_access", SQL("method = 'app'"))
        _move_addresses_of_keys(cr, "exivo_credential", SQL("kind = 'key'"))
    for old, new in WRITTEN_ABOUT.items():
        _rename_in_templates(cr, old, new)
        _rename_in_filters(cr, old, new)


def _move_addresses_of_keys(cr, table, is_key):
    """Take the address that a key is sent to out of the digests of persons."""
    table = SQL.identifier(table)
    cr.execute(SQL("ALTER TABLE %s ADD COLUMN app_recipient varchar", table))
    cr.execute(
        SQL(
            "UPDATE %s SET app_recipient = holder_digest, holder_digest = NULL"
            " WHERE %s AND holder_digest IS NOT NULL",
            table,
            is_key,
        )
    )


def _rename_in_templates(cr, old, new):
    """Rename a field in mails about accesses that somebody has changed."""
    cr.execute(
        SQL(
            "UPDATE mail_template SET"
            " subject = regexp_replace(subject::text, %(old)s, %(new)s, 'g')::jsonb,"
            " body_html = regexp_replace(body_html::text, %(old)s, %(new)s, 'g')::jsonb"
            " WHERE model = 'exivo.access'"
            " AND concat(subject::text, body_html::text) ~ %(old)s",
            old=rf"\m(object|access)\.{old}\M",
            new=rf"\1.{new}",
        )
    )


def _rename_in_filters(cr, old, new):
    """Rename a field in the filters of accesses that people have saved."""
    cr.execute(
        SQL(
            "UPDATE ir_filters SET"
            " domain = regexp_replace(domain, %(old)s, %(new)s, 'g'),"
            " context = regexp_replace(context, %(old)s, %(new)s, 'g'),"
            " sort = regexp_replace(sort, %(old)s, %(new)s, 'g')"
            " WHERE model_id = 'exivo.access'"
            " AND concat(domain, context, sort) ~ %(old)s",
            old=rf"""(["'])((?:asc |desc )?){old}\M""",
            new=rf"\1\2{new}",
        )
    )
