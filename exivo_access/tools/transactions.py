# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What is done once a transaction commits, and work that commits on its own."""

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


def wake(env, name, at=None):
    """Have one of our scheduled actions run, once the current transaction commits.

    :param Environment env: of whoever asks; no rights are needed.
    :param str name: of the action, without the module.
    :param at: one or several moments (UTC); now if left out.
    """
    cron_id = env["ir.model.data"]._xmlid_to_res_id(f"exivo_access.{name}")
    if cron_id:  # a booking must not fail because somebody deleted it
        env["ir.cron"].sudo().browse(cron_id)._trigger(at)


def committed(env, work, *args):
    """Do some work and commit it, in a scheduled action.

    :param Environment env: of the action.
    :param work: function of ``args``.
    :return: False if it was rolled back, because somebody got in between.
    :rtype: bool
    """
    try:
        work(*args)
        env.flush_all()
        env["ir.cron"]._commit_progress()
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        env.cr.rollback()
        return False
    return True
