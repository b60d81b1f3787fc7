# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds the sites that have something due, and locks what comes next at each of them.

At a site, bookings whose doors are to open soon take turns with all that is left, in
which what must not open doors any more comes first, be it of now or of later.

A site in doubt is asked by one call whether it is back, and it may take some kinds of
calls only. So the count of its outages says what comes first, and whoever was asked
for in vain comes last there:

====== ============ ================================
outage what is      and has at Exivo
====== ============ ================================
1, 5 … not soon     something, which may have to go
2, 6 … soon         nothing
3, 7 … not soon     nothing
4, 8 … soon         something, which may have to go
====== ============ ================================

How sites share the threads is said in ``run.py``.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

#: Doors that open within that time are needed soon.
SOON = timedelta(minutes=30)

_IS_SOON = SQL(
    "is_of_community IS NOT TRUE AND state IN ('in_progress', 'failed') AND start <="
)
_IN_DOUBT = SQL("site.outages > 0")
_LETS_IN = SQL("is_wanted IS TRUE AND withheld IS NOT TRUE")
_HAS_SOMETHING = SQL(
    "EXISTS (SELECT FROM exivo_credential WHERE access_id = exivo_access.id"
    " AND state IN ('live', 'revoking'))"
)
#: Whose turn it is at a site in doubt, see the table above.
_TURN_OF_SOON = SQL("site.outages %% 2 = 0")
_TURN_OF_HELD = SQL("site.outages %% 4 < 2")


def find_due_sites(env, now):
    """Find the sites that have something to be looked at.

    :param Environment env: of the synchroniser.
    :param datetime now: UTC.
    :return: by the id of the site, whether doors there are needed soon, and since when
        something is due.
    :rtype: dict[int, tuple[bool, datetime]]
    """
    rows = env.execute_query(
        SQL(
            "SELECT site_id, bool_or(%s %s), min(due_at) FROM exivo_access"
            " WHERE due_at <= %s GROUP BY site_id",
            _IS_SOON,
            now + SOON,
            now,
        )
    )
    return {site_id: (is_soon, since) for site_id, is_soon, since in rows}


def lock_due(env, shares, most, soon_first, left_out):
    """Lock the accesses whose turn it is.

    What somebody else has locked is passed over in the search itself: however many
    those are, they keep no others waiting.

    :param Environment env: of the synchroniser.
    :param dict shares: how many of each site at most, by its id; those first that are
        to come first.
    :param int most: how many in all.
    :param bool soon_first: whether those come first whose doors are to open soon, at
        sites that have answered.
    :param left_out: ids of accesses that are left out.
    :rtype: exivo.access
    """
    now = fields.Datetime.now()
    rows = env.execute_query(
        SQL(
            "SELECT one.id"
            " FROM unnest(%s, %s) WITH ORDINALITY AS turn(site_id, share, place)"
            " JOIN exivo_site site ON site.id = turn.site_id"
            " CROSS JOIN LATERAL (SELECT id FROM exivo_access"
            " WHERE site_id = site.id AND due_at <= %s AND id != ALL(%s)"
            " ORDER BY %s"
            " LIMIT turn.share FOR NO KEY UPDATE SKIP LOCKED) one"
            " ORDER BY turn.place LIMIT %s",
            [*shares],
            [*shares.values()],
            now,
            [*left_out],
            _get_order(now, soon_first),
            most,
        )
    )
    return env["exivo.access"].browse(access_id for (access_id,) in rows)


def _get_order(now, soon_first):
    """Return in which order the due accesses of one site come.

    :param datetime now: UTC.
    :param bool soon_first: see :func:`lock_due`.
    :rtype: SQL
    """
    # what must go, be it of now, is among all that is left, and first there
    is_soon = SQL("(%s %s) AND (%s OR %s)", _IS_SOON, now + SOON, _LETS_IN, _IN_DOUBT)
    turn_of_soon = SQL(
        "CASE WHEN %s THEN %s ELSE %s END", _IN_DOUBT, _TURN_OF_SOON, soon_first
    )
    return SQL(", ").join(
        [
            SQL("(%s) = (%s) DESC", is_soon, turn_of_soon),
            SQL("%s AND (%s) = %s DESC", _IN_DOUBT, _TURN_OF_HELD, _HAS_SOMETHING),
            # whoever was asked for in vain is due later
            SQL("CASE WHEN %s THEN due_at END", _IN_DOUBT),
            # what must not open doors any more
            SQL("COALESCE(is_wanted, FALSE), withheld IS TRUE DESC"),
            # what begins next; all that has begun is as urgent
            SQL("greatest(start, %s), due_at, id", now),
        ]
    )
