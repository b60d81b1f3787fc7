# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Move the scheduled action; know which memberships staff have cancelled.

    Its model goes, and the action would go with it. Staff have cancelled whatever is
    cancelled although no credit note took it back.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    name = "exivo_access_membership.ir_cron_follow_memberships"
    action = env.ref(name, raise_if_not_found=False)
    if action:
        action.model_id = env["ir.model"]._get("exivo.paid.member")
    lines = env["membership.membership_line"].search(
        [("state", "=", "canceled"), ("account_invoice_id.state", "=", "posted")]
    )
    credited = lines.filtered(
        lambda one: one.account_invoice_id.payment_state == "reversed"
        or one._is_exivo_credited()
    )
    credited.filtered("date_cancel").exivo_dated = True
    (lines - credited).exivo_ended = True
