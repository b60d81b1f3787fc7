# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import ormcache

from ..sync import lanes


class IrCron(models.Model):
    """Whoever wakes the synchroniser wakes all of its lanes that are switched on."""

    _inherit = "ir.cron"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "active" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    def _trigger_list(self, at_list):
        triggers = super()._trigger_list(at_list)
        for cron in self.browse(self._get_exivo_lanes(self.id)):
            triggers |= super(IrCron, cron)._trigger_list(at_list)
        return triggers

    @api.model
    @ormcache("cron_id")
    def _get_exivo_lanes(self, cron_id):
        """Return the other lanes that are switched on, if this one is the first.

        :rtype: tuple[int, ...]
        """
        name = f"exivo_access.{lanes.FIRST}"
        if cron_id != self.env["ir.model.data"]._xmlid_to_res_id(name):
            return ()
        return tuple({*lanes.find_active(self.env).values()} - {cron_id})
