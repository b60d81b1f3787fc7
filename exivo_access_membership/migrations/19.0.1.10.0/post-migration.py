# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Move the scheduled action; know which memberships staff have ended.

    Its model goes, and the action would go with it.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    name = "exivo_access_membership.ir_cron_follow_memberships"
    action = env.ref(name, raise_if_not_found=False)
    if action:
        action.model_id = env["ir.model"]._get("exivo.paid.member")
    env["membership.membership_line"]._know_exivo_ends()
