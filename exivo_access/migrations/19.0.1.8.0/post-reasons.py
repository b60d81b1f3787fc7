# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps the words in which earlier versions wrote down what is wrong with a site.

They are worded for whoever reads them from the next answer of Exivo on.
"""


def migrate(cr, version):
    cr.execute(
        "SELECT 1 FROM information_schema.columns"
        " WHERE table_name = 'exivo_site' AND column_name = 'failure_reason'"
    )
    if not cr.fetchone():
        return
    cr.execute(
        "UPDATE exivo_site"
        "   SET failure_facts ="
        "       jsonb_build_object('kind', 'words', 'message', failure_reason)"
        " WHERE failure_reason <> '' AND failure_facts IS NULL"
    )
    cr.execute("ALTER TABLE exivo_site DROP COLUMN failure_reason")
