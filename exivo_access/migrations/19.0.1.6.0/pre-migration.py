# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tools import SQL
from odoo.tools.sql import table_exists

#: Models that have another name now, with what their tables have in unique indexes.
RENAMED = (
    ("exivo.planned", "exivo.planning.digest", ("once",)),
    ("exivo.replan", "exivo.planning.backlog", ()),
)
#: The scheduled action whose model is gone, and what it calls now.
MOVED = "ir_cron_remove_abandoned"
MODEL, CODE = "resource.booking", "model._cron_remove_exivo_abandoned()"
#: From this file Odoo resets a mail template, which it only notes when it makes it.
OLD_FILE = "exivo_access/data/mail_template_data.xml"
NEW_FILE = "exivo_access/data/mails/mail_template_data.xml"


def migrate(cr, version):
    """Keep rows, scheduled actions and resets of what has another name or place now."""
    for old, new, indexes in RENAMED:
        if table_exists(cr, _get_table(old)):  # else the version is older than it
            _rename_table(cr, _get_table(old), _get_table(new), indexes)
            _rename_model(cr, old, new)
    cr.execute(
        SQL(
            "UPDATE ir_act_server action SET code = %s, model_id ="
            " (SELECT id FROM ir_model WHERE model = %s)"
            " FROM ir_cron cron JOIN ir_model_data data ON data.res_id = cron.id"
            " WHERE action.id = cron.ir_actions_server_id AND data.model = 'ir.cron'"
            " AND data.module = 'exivo_access' AND data.name = %s",
            *(CODE, MODEL, MOVED),
        )
    )
    cr.execute(
        "UPDATE mail_template SET template_fs = %s WHERE template_fs = %s",
        [NEW_FILE, OLD_FILE],
    )


def _get_table(model):
    return model.replace(".", "_")


def _rename_table(cr, old, new, indexes):
    names = [("TABLE", ""), ("SEQUENCE", "_id_seq")]
    names += [("INDEX", f"_{name}") for name in indexes]
    for kind, end in names:
        cr.execute(
            SQL(
                "ALTER %s IF EXISTS %s RENAME TO %s",
                SQL(kind),
                SQL.identifier(old + end),
                SQL.identifier(new + end),
            )
        )


def _rename_model(cr, old, new):
    """Rename a model in all that Odoo itself knows of it."""
    for table, column in (
        ("ir_model", "model"),
        ("ir_model_fields", "model"),
        ("ir_model_fields", "relation"),
    ):
        cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(new)s WHERE %(column)s = %(old)s",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                new=new,
                old=old,
            )
        )
    old, new = _get_table(old), _get_table(new)
    cr.execute(
        "UPDATE ir_model_data SET name = replace(name, %(old)s, %(new)s)"
        " WHERE module LIKE 'exivo_access%%' AND name ~ %(pattern)s",
        {
            "old": old,
            "new": new,
            "pattern": rf"^(model|field|constraint)_{old}(__?\w+)?$",
        },
    )
    cr.execute(
        "UPDATE ir_model_constraint SET name = replace(name, %(old)s, %(new)s)"
        " WHERE name LIKE %(old)s || '\\_%%'",
        {"old": old, "new": new},
    )
