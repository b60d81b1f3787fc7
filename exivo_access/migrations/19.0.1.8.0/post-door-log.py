# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fills in what doors have told so far, as far as it can be known afterwards."""


def migrate(cr, _version):
    """Say since when logs are known, which members came, and forget who is forgotten.

    The log was read since its oldest event at the latest. That *Read events* was off in
    between is not to be seen any more, and counts as read. Events of a booking all of
    whose holders are forgotten are nobody's.
    """
    cr.execute(
        """
        UPDATE exivo_site AS site
           SET log_known_since = GREATEST(
                   COALESCE(
                       (
                           SELECT min(occurred_at) FROM exivo_door_event
                            WHERE site_id = site.id
                       ),
                       log_read_at
                   ),
                   now() AT TIME ZONE 'UTC' - event_days * interval '1 day'
               )
         WHERE log_read_at IS NOT NULL
        """
    )
    cr.execute(
        """
        UPDATE exivo_access AS access
           SET arrived_at = opened.occurred_at,
               arrival_is_guess = COALESCE(opened.certainty = 'guess', FALSE)
          FROM (
                SELECT DISTINCT ON (access_id) access_id, occurred_at, certainty
                  FROM exivo_door_event
                 WHERE kind = 'opened' AND access_id IS NOT NULL
                 ORDER BY access_id, occurred_at, id
               ) AS opened
         WHERE opened.access_id = access.id AND access.is_of_community
           AND access.arrived_at IS NULL
           AND opened.occurred_at BETWEEN access.start AND access.stop
        """
    )
    cr.execute(
        """
        UPDATE exivo_door_event AS event
           SET booking_id = NULL, partner_id = NULL, actor = NULL
         WHERE booking_id IS NOT NULL AND access_id IS NULL
           AND NOT EXISTS (
               SELECT FROM exivo_access WHERE booking_id = event.booking_id
           )
        """
    )
