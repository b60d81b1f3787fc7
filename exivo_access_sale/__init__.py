# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from . import models

from odoo.addons.exivo_access.tools.transactions import wake

#: The parameter that keeps what rules ask for while this is not installed.
KEPT = "exivo_access_sale.kept_conditions"


def install(env):
    """Have bookings that were ordered before treated as those that are ordered now."""
    free_customers(env)
    give_conditions_back(env)
    plan_anew(env)


def uninstall(env):
    """Keep what rules ask for: installed again, no door opens to who has not paid."""
    keep_conditions(env)
    plan_anew(env)


def keep_conditions(env):
    """Note what rules ask for, by their ids and when they were made.

    Other rules may have these ids if the core is installed anew.
    """
    rules = env["exivo.access.rule"].with_context(active_test=False)
    rules = rules.search([("payment", "!=", "any")])
    kept = [
        [one.id, str(one.create_date), one.payment, one.payment_share] for one in rules
    ]
    env["ir.config_parameter"].set_param(KEPT, kept and json.dumps(kept))


def give_conditions_back(env):
    """Have rules ask for what they asked for before this was uninstalled."""
    parameters = env["ir.config_parameter"]
    for rule_id, made, payment, share in json.loads(parameters.get_param(KEPT, "[]")):
        rule = env["exivo.access.rule"].browse(rule_id).exists()
        if str(rule.create_date) == made:
            rule.write({"payment": payment, "payment_share": share})
    parameters.set_param(KEPT, False)


def plan_anew(env):
    """Have all bookings planned: with this, it matters what their orders say.

    The core, which plans them without it, knows no orders.
    """
    wake(env, "ir_cron_plan_all")


def free_customers(env):
    """Let no customer organise what they have ordered (``models/resource_booking.py``).

    Past Odoo: each write on a booking takes back what its organiser has accepted.
    """
    env.flush_all()
    env.cr.execute(
        """
        WITH theirs AS (
            SELECT booking.id, booking.meeting_id
            FROM resource_booking booking
            JOIN sale_order_line line ON line.id = booking.sale_order_line_id
            JOIN sale_order ON sale_order.id = line.order_id
            LEFT JOIN calendar_event meeting ON meeting.id = booking.meeting_id
            JOIN res_users organiser
                ON organiser.id = COALESCE(meeting.user_id, booking.user_id)
            WHERE organiser.share OR organiser.partner_id = sale_order.partner_id
        ), meetings AS (
            UPDATE calendar_event SET user_id = NULL
            WHERE id IN (SELECT meeting_id FROM theirs)
        )
        UPDATE resource_booking SET user_id = NULL WHERE id IN (SELECT id FROM theirs)
        """
    )
    env.invalidate_all()
