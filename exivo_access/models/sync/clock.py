# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts right what was written while the clock of the server was ahead.

What was noted as over is not over, and may open doors. What was to be looked at in two
minutes would wait for as long as the clock was wrong.
"""

from odoo import fields
from odoo.fields import Domain

from ...pure import backoff, reconcile
from ...tools.transactions import committed, together_or_each


def mend(env):
    """Have all looked at that a wrong clock may have spoilt.

    Finds nothing where the clock was right. One that is broken keeps no other.

    :param Environment env: of the synchroniser.
    """
    now = fields.Datetime.now()
    ended = [("state", "=", "expired"), ("stop", ">", now)]
    together_or_each(_return, env["exivo.credential"].search(ended))
    together_or_each(_look_at, _find_stranded(env, now))
    committed(env, _mend_sites, env, now)


def _look_at(accesses):
    """Have accesses looked at now, and what is searched for of them later than ever."""
    now = fields.Datetime.now()
    latest = now + reconcile.LONGEST_LEASE
    accesses.credential_ids.filtered_domain(
        [("look_again_at", ">", latest)]
    ).look_again_at = now
    accesses.due_at = now
    accesses._update_state()


def _mend_sites(env, now):
    """Have sites called and their door logs read, as if no times had been noted."""
    latest = now + backoff.LONGEST_REQUESTED_PAUSE
    moments = env["exivo.site"]._get_moments_instead(now)
    ahead = Domain.OR([(name, ">", latest)] for name in moments)
    for site in env["exivo.site"].search(ahead):
        for name, moment in moments.items():
            if site[name] and site[name] > latest:
                site[name] = moment


def _return(credentials):
    """Have credentials that are not over looked after again."""
    now = fields.Datetime.now()
    accesses = credentials.access_id.browse()
    for credential in credentials:
        state = reconcile.find_state_of_returned(
            credential._get_bare_facts(),
            bool(credential.remote_id),
            credential.access_id._get_open_credentials(),
            now,
        )
        if state:
            credential._change_state(state)
            accesses |= credential.access_id
    _look_at(accesses)


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
    credentials |= credentials.search([("look_again_at", ">", latest)])
    return accesses | credentials.access_id
