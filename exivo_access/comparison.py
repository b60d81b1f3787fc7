# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The pure comparison of our credentials with Exivo's own list of visits.

No Odoo, no HTTP: :func:`compare` is a function of (visits, credentials, our mark).
"""

from dataclasses import dataclass
from typing import NamedTuple

from .reconcile import CREATING, LIVE, REVOKING

EXPIRED = "expired"


@dataclass(frozen=True)
class Known:
    """What we know of a credential."""

    id: int
    token: str
    remote_id: str
    state: str


class Comparison(NamedTuple):
    """What the two lists say of each other."""

    #: ids of credentials that should live, and are not among the visits that do
    missing: tuple
    #: visits of ours that live, although nothing of ours stands for them
    strays: tuple
    #: how many living visits are somebody else's; they are never touched
    foreign: int


def compare(visits, credentials, mark):
    """Compare what lives at Exivo with what we believe.

    A visit is ours if a credential stands for it, or if its name carries a token that
    begins with our mark: its row was lost then, such as by restoring a backup. A visit
    of another database at the same site has another mark.

    :param list visits: everything in Exivo's list, with ``id``, ``name``, ``is_live``.
    :param list[Known] credentials: all that we have, or had, at this site.
    :param str mark: what all tokens of this database begin with.
    :rtype: Comparison
    """
    by_remote_id = {one.remote_id: one for one in credentials if one.remote_id}
    by_token = {one.token: one for one in credentials}
    alive, strays, foreign = set(), [], 0
    for visit in visits:
        if not visit.is_live:
            continue
        alive.add(visit.id)
        token = token_of(visit.name)
        known = by_remote_id.get(visit.id) or by_token.get(token)
        if not known and not token.startswith(mark):
            foreign += 1
        elif not _stands_for(known, visit):
            strays.append(visit)
    missing = tuple(
        one.id
        for one in credentials
        if one.state == LIVE and one.remote_id not in alive
    )
    return Comparison(missing, tuple(strays), foreign)


def token_of(name):
    """The last word of a visit's name, where our token stands.

    :rtype: str
    """
    return name.split()[-1] if name.split() else ""


def _stands_for(credential, visit):
    """Whether somebody sees to this visit already, or will."""
    if credential is None:
        return False
    if credential.state in (CREATING, EXPIRED):
        return True  # it is looked up by its token; or it is over by itself
    return credential.state in (LIVE, REVOKING) and credential.remote_id == visit.id
