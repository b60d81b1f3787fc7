# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Has a scheduled action run, as soon as the current transaction has committed."""


def wake(env, name, at=None):
    """Wake one of our scheduled actions.

    :param Environment env: of whoever asks; no rights are needed.
    :param str name: of the action, without the module.
    :param at: one or several moments (UTC); now if left out.
    """
    cron_id = env["ir.model.data"]._xmlid_to_res_id(f"exivo_access.{name}")
    if cron_id:  # a booking must not fail because somebody deleted it
        env["ir.cron"].sudo().browse(cron_id)._trigger(at)
