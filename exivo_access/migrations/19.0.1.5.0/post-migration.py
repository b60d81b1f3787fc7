# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

#: Scheduled actions that are verbs of other models now.
MOVED = {
    "ir_cron_clear": ("exivo.site", "model._cron_clear()"),
    "ir_cron_encrypt": ("exivo.site", "model._cron_encrypt()"),
    "ir_cron_read_events": ("exivo.site", "model._cron_read_events()"),
    "ir_cron_watch": ("exivo.trouble", "model._cron_watch()"),
}


def migrate(cr, version):
    """Lead scheduled actions to their nouns, before the models they had are removed.

    Their interval, and whether they are on, is the administrator's and stays.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (model, code) in MOVED.items():
        cron = env.ref(f"exivo_access.{name}", raise_if_not_found=False)
        if cron:  # somebody may have deleted it
            cron.ir_actions_server_id.write(
                {"model_id": env["ir.model"]._get_id(model), "code": code}
            )
