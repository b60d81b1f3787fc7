# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoSmartButtonsMixin(models.AbstractModel):
    """Smart buttons of other records count records of this kind, and lead to them."""

    _name = "exivo.smart.buttons.mixin"
    _description = "Exivo Smart Buttons Mixin"

    def _action_for(self, domain):
        """Return the list of what belongs to a record, for its smart button.

        :param list domain: what belongs to it.
        :rtype: dict
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"exivo_access.{self._table}_action"
        )
        return {**action, "domain": domain, "context": {}}

    def _count_by(self, field, records):
        """Count how many belong to each of some records, for their smart buttons.

        :param str field: leads to the records.
        :return: by the ids of the records; those without any are left out.
        :rtype: dict[int, int]
        """
        groups = self._read_group([(field, "in", records.ids)], [field], ["__count"])
        return {record.id: count for record, count in groups}
