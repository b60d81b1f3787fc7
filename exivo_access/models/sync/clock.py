# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts right what was written while the clock of the server was ahead.

What was noted as over is not over, and may open doors. What was to be looked at in two
minutes would wait for as long as the clock was wrong.
"""

from odoo import fields
from odoo.fields import Domain

from ...pure import backoff, reconcile


def mend(env):
    """Have all looked at that a wrong clock may have spoilt.

    Finds nothing where the clock was right.

    :param Environment env: of the synchroniser.
    """
    now = fields.Datetime.now()
    accesses = _return_credentials(env, now) | _find_stranded(env, now)
    if accesses:
        accesses.due_at = now
        accesses._update_state()
    _mend_sites(env, now)


def _mend_sites(env, now):
    """Have sites called and their door logs read, as if no times had been noted."""
    latest = now + backoff.LONGEST_REQUESTED_PAUSE
    moments = env["exivo.site"]._get_moments_instead(now)
    ahead = Domain.OR([(name, ">", latest)] for name in moments)
    for site in env["exivo.site"].search(ahead):
        for name, moment in moments.items():
            if site[name] and site[name] > latest:
                site[name] = moment


def _return_credentials(env, now):
    """Have credentials that are not over looked after again.

    :return: their accesses.
    :rtype: exivo.access
    """
    accesses = env["exivo.access"]
    for credential in env["exivo.credential"].search(
        [("state", "=", "expired"), ("stop", ">", now)]
    ):
        state = reconcile.find_state_of_returned(
            credential._get_facts(),
            bool(credential.remote_id),
            credential.access_id._get_open_credentials(),
            now,
        )
        if state:
            credential._change_state(state)
            accesses |= credential.access_id
    return accesses


def _find_stranded(env, now):
    """Return accesses that are not over, or that wait longer than anything may.

    :rtype: exivo.access
    """
    accesses = env["exivo.access"].search(
        [
            ("state", "=", "expired"),
            ("is_wanted", "=", True),
            ("stop", ">", now + reconcile.SHORTEST_USE),
        ]
    )
    latest = now + reconcile.LONGEST_LEASE
    accesses |= accesses.search(
        [("state", "=", "in_progress"), ("due_at", ">", latest)]
    )
    credentials = env["exivo.credential"].search(
        [("state", "in", ("creating", "revoking")), ("lease", ">", latest)]
    )
    looked_for = credentials.search([("look_again_at", ">", latest)])
    looked_for.look_again_at = now
    credentials |= looked_for
    return accesses | credentials.access_id
