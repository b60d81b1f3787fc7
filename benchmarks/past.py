# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Gives a database a past: accesses and credentials that ended, written by SQL."""

from datetime import timedelta

#: Accesses that have ended, each like the first one, with the secrets it had.
FILL = """
WITH made AS (
    INSERT INTO exivo_access (
        site_id, company_id, partner_id, method, is_wanted, state, mail_state, start,
        stop, reference, room, rooms, booking_start, booking_stop, tz, ordered_at,
        tries, pin
    )
    SELECT site_id, company_id, partner_id, method, TRUE, 'expired', 'sent', moment,
           moment + interval '1 hour', 'X' || number, room, rooms, moment,
           moment + interval '1 hour', tz, ordered_at, 0, pin
      FROM exivo_access, generate_series(%(first)s, %(last)s) AS number,
           LATERAL (SELECT now() AT TIME ZONE 'UTC' - %(ago)s
                           - number * interval '6 minutes' AS moment) AS moments
     WHERE exivo_access.id = %(access)s
    RETURNING id, site_id, company_id, start, stop, pin
), locked AS (
    INSERT INTO exivo_access_exivo_lock_rel (exivo_access_id, exivo_lock_id)
    SELECT made.id, exivo_lock_id
      FROM made, exivo_access_exivo_lock_rel WHERE exivo_access_id = %(access)s
)
INSERT INTO exivo_credential (
    access_id, site_id, company_id, system, kind, state, token, remote_id, start, stop,
    pin
)
SELECT id, site_id, company_id, 'exivo', 'visit', 'expired', 'bench' || id,
       'bench' || id, start, stop, pin
  FROM made
"""


def fill_past(office, access_id, first, last, ago=timedelta(hours=1)):
    """Make accesses that ended, one every six minutes back from a moment.

    :param int access_id: of the one that they are like.
    :param int first: number of the first one, by which they are told apart.
    :param int last: number of the last one.
    :param timedelta ago: the moment is so long ago.
    """
    with office.env() as env:
        values = {"first": first, "last": last, "access": access_id, "ago": ago}
        env.cr.execute(FILL, values)
    with office.registry.cursor() as cursor:
        cursor.execute("ANALYZE")
