# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

#: Scheduled actions that belong to another model now, and what they call there.
MOVED = {
    "ir_cron_compare": ("exivo.site", "_cron_compare"),
}


def migrate(cr, version):
    """Have scheduled actions call where their code is now.

    An update leaves their records alone, so that they keep what people have set.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (model, method) in MOVED.items():
        cron = env.ref(f"exivo_access.{name}", raise_if_not_found=False)
        if cron:
            cron.write({"model_id": env["ir.model"]._get_id(model)})
            cron.code = f"model.{method}()"
