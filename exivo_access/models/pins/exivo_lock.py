# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from math import ceil

from odoo import fields, models
from odoo.tools import SQL

from ...pure import pin

#: From here on staff are told, in parts of all PINs of a length.
MANY = 0.8


class ExivoLock(models.Model):
    """A lock can run out of PINs."""

    _inherit = "exivo.lock"

    def _find_short_of_pins(self):
        """Return locks at which most PINs of their site's length will be in use.

        What counts is how many work at the same time, now or later. Standing accesses
        are renewed, so they count as having no end. A lock is the same door, by
        whichever site it is connected.

        :rtype: exivo.lock
        """
        sites = self.env["exivo.site"].search([("active", "=", True)])
        lengths = sites.mapped("pin_length")
        most = {length: ceil(MANY * pin.USABLE[length]) for length in lengths}
        if not most:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """
                WITH used AS (
                    SELECT site.remote_id AS site, lock.remote_id AS door,
                        access.pin_digest, access.start,
                        CASE WHEN access.is_of_community AND access.is_wanted
                            THEN 'infinity' ELSE access.stop END AS stop
                    FROM exivo_access access
                    JOIN exivo_access_exivo_lock_rel rel
                        ON rel.exivo_access_id = access.id
                    JOIN exivo_lock lock ON lock.id = rel.exivo_lock_id
                    JOIN exivo_site site ON site.id = lock.site_id
                    WHERE access.pin_digest IS NOT NULL AND access.stop > %(now)s
                        AND access.state NOT IN ('removed', 'expired')
                ), busy AS (
                    SELECT site, door FROM used GROUP BY site, door
                    HAVING count(DISTINCT pin_digest) >= %(least)s
                ), moves AS (
                    SELECT site, door, start AS moment, 1 AS more
                    FROM used JOIN busy USING (site, door)
                    UNION ALL
                    SELECT site, door, stop, -1 FROM used JOIN busy USING (site, door)
                ), sums AS (
                    SELECT site, door,
                        sum(more) OVER (PARTITION BY site, door ORDER BY moment) AS pins
                    FROM moves
                )
                SELECT lock.id, site.pin_length, max(sums.pins)
                FROM sums
                JOIN exivo_site site ON site.remote_id = sums.site
                JOIN exivo_lock lock ON lock.site_id = site.id
                    AND lock.remote_id = sums.door
                WHERE lock.active AND site.active
                GROUP BY lock.id, site.pin_length
                """,
                now=fields.Datetime.now(),
                least=min(most.values()),
            )
        )
        return self.browse(
            sorted(lock_id for lock_id, length, pins in rows if pins >= most[length])
        )
