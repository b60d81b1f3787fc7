# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares our credentials with the lock system's own list, as a pure function.

No Odoo, no HTTP: :func:`compare` is a function of (grants, credentials, our marks).
"""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from .reconcile import CREATING, LIVE, REVOKING
from .rights import union

EXPIRED = "expired"


@dataclass(frozen=True)
class Known:
    """This is what we know of a credential."""

    id: int
    kind: str
    token: str
    remote_id: str
    state: str
    #: what it shall open, by the lock system's own ids of locks; empty: not compared
    rights: tuple = ()
    #: whether it may be over already by the clock over there
    ends_soon: bool = False
    #: whether it is over, however much the clock over there is behind
    is_long_over: bool = False


class Comparison(NamedTuple):
    """This is what the two lists say of each other."""

    #: credentials that should live, and are not among the grants that do
    missing: tuple
    #: ids of credentials that live, and open more than they should
    changed: tuple
    #: ids of credentials that live, and open less than they should
    lacking: tuple
    #: grants of ours that live, although none of our records has them, or one that is
    #: long over
    strays: tuple
    #: those that live beside what their record stands for, or although it has ended:
    #: pairs of the credential's id and the grant
    surplus: tuple
    #: how many living grants are somebody else's, by kind; they are never touched
    foreign: dict


def compare(grants, credentials, marks):
    """Compare what lives at Exivo with what we believe.

    A grant is ours if a credential is its record, or if it carries a token that begins
    with a mark of ours: then its record was lost, for example because a backup was
    restored. A grant of another database at the same site has another mark.

    :param grants: everything in the lock system's list (:class:`.adapters.Grant`).
    :param list[Known] credentials: all that we have, or had, at this site, read after
        the grants.
    :param tuple[str] marks: what all tokens of this database begin with, and those of
        databases whose place it has taken.
    :rtype: Comparison
    """
    by_remote_id = {
        (one.kind, one.remote_id): one for one in credentials if one.remote_id
    }
    by_token = {one.token: one for one in credentials}
    alive, changed, lacking, strays, surplus = set(), [], [], [], []
    foreign = Counter()
    for grant in grants:
        if not grant.is_live:
            continue
        alive.add((grant.kind, grant.id))
        known = by_remote_id.get((grant.kind, grant.id)) or by_token.get(grant.token)
        if not known:
            if grant.token.startswith(marks):
                strays.append(grant)
            else:
                foreign[grant.kind] += 1
        elif known.state == EXPIRED and known.is_long_over:
            strays.append(grant)  # somebody has prolonged it there
        elif not _stands_for(known, grant):
            surplus.append((known.id, grant))
        elif known.state == LIVE and _is_changed(known, grant):
            (changed if _opens_more(known, grant) else lacking).append(known.id)
    missing = tuple(
        one
        for one in credentials
        if one.state == LIVE and (one.kind, one.remote_id) not in alive
    )
    return Comparison(
        missing,
        tuple(changed),
        tuple(lacking),
        tuple(strays),
        tuple(surplus),
        dict(foreign),
    )


def _is_changed(credential, grant):
    if not credential.rights or grant.rights is None:
        return False
    return not grant.has_pin or union(credential.rights) != union(grant.rights)


def _opens_more(credential, grant):
    wanted = union(credential.rights)
    return union(wanted, grant.rights) != wanted


def _stands_for(credential, grant):
    """Tell whether somebody sees to this grant already, or will."""
    if credential.state in (CREATING, EXPIRED):
        return True  # it is looked up by its token; or it is over by itself
    return credential.state in (LIVE, REVOKING) and credential.remote_id == grant.id
