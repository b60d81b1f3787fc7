# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.secret_char import SecretChar
from ...tools.serialise import serialise


class ExivoSecretMixin(models.AbstractModel):
    """Records of this kind have secrets, which Odoo's log must not quote.

    Where somebody else has changed the same row, PostgreSQL refuses the statement and
    Odoo logs it with all its values, before it repeats the transaction. So the rows are
    taken by a statement that quotes nothing and is not logged; the one with the secret
    comes second, and cannot be refused any more.
    """

    _name = "exivo.secret.mixin"
    _description = "Exivo Secret Mixin"

    def _write_multi(self, vals_list):
        secrets = {
            field.name
            for field in self._fields.values()
            if isinstance(field, SecretChar) and field.store
        }
        told = self.browse(
            record.id
            for record, vals in zip(self, vals_list, strict=True)
            if secrets & vals.keys()
        )
        if told:
            serialise(told)
        return super()._write_multi(vals_list)
