# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib

from odoo import fields, models
from odoo.tools import SQL


class ExivoPlanningDigest(models.Model):
    """A row keeps a digest of what decided about a booking when it was last planned.

    The regular comparison of all bookings with all rules only loads those of which
    something is different now, in whatever way that came about: PostgreSQL tells which
    transaction has written a row last, and where (``xmin``, ``ctid``). What is new, or
    restored from a backup, is planned once more. A type of bookings goes by Odoo's own
    date: whoever asks for a link touches its row, and changes nothing.
    """

    _name = "exivo.planning.digest"
    _description = "Exivo Planned Booking"
    _rec_name = "booking_id"
    _log_access = False

    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    facts = fields.Char(required=True, readonly=True)

    _once = models.UniqueIndex("(booking_id)", "A booking is noted only once.")

    def _find_outdated(self, booking_ids):
        """Return those bookings of which something is different since their planning.

        :param list[int] booking_ids: of ``resource.booking`` records.
        :return: ids in their order.
        :rtype: list[int]
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT facts.id FROM (%s) facts"
                " LEFT JOIN exivo_planning_digest planned"
                " ON planned.booking_id = facts.id"
                " WHERE planned.facts IS DISTINCT FROM facts.facts ORDER BY facts.id",
                self._select_facts(booking_ids),
            )
        )
        return [booking_id for (booking_id,) in rows]

    def _note(self, booking_ids):
        """Note that bookings have just been planned, as all is now.

        :param list[int] booking_ids: of ``resource.booking`` records.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO exivo_planning_digest (booking_id, facts) %s"
                " ON CONFLICT (booking_id) DO UPDATE SET facts = EXCLUDED.facts",
                self._select_facts(booking_ids),
            )
        )
        self.invalidate_model()

    def _forget_past(self):
        """Delete what was noted of bookings that are over."""
        self.env.cr.execute(
            "DELETE FROM exivo_planning_digest USING resource_booking booking"
            " WHERE booking.id = booking_id AND (booking.stop IS NULL"
            " OR booking.stop < now() AT TIME ZONE 'UTC' - interval '3 days')"
        )
        self.invalidate_model()

    def _select_facts(self, booking_ids):
        """Return a query for bookings, each with a digest of what decides about it.

        :rtype: SQL
        """
        rules = self._get_rules()
        return SQL(
            """
            SELECT booking.id, md5(concat_ws('|', %(of_all)s,
                booking.xmin, booking.ctid, meeting.xmin, meeting.ctid,
                combination.xmin, combination.ctid, type.write_date,
                calendar.xmin, calendar.ctid,
                (SELECT string_agg(concat_ws(':', partner.id, partner.active,
                        partner.complete_name, partner.email, partner.phone,
                        partner.country_id), ',' ORDER BY partner.id)
                    FROM res_partner_resource_booking_rel rel
                    JOIN res_partner partner ON partner.id = rel.res_partner_id
                    WHERE rel.resource_booking_id = booking.id),
                (SELECT string_agg(concat_ws(':', room.id, room.xmin, room.ctid,
                        rules.digest), ',' ORDER BY room.id)
                    FROM %(rooms)s rel
                    JOIN resource_resource room ON room.id = rel.resource_resource_id
                    LEFT JOIN unnest(%(room_ids)s::int[], %(digests)s::text[])
                        AS rules (room_id, digest) ON rules.room_id = room.id
                    WHERE rel.resource_booking_combination_id
                        = booking.combination_id),
                (SELECT string_agg(concat_ws(':', access.id, access.xmin, access.ctid,
                        (SELECT string_agg(lock.exivo_lock_id::text, '+'
                                ORDER BY lock.exivo_lock_id)
                            FROM exivo_access_exivo_lock_rel lock
                            WHERE lock.exivo_access_id = access.id)),
                        ',' ORDER BY access.id)
                    FROM exivo_access access WHERE access.booking_id = booking.id),
                (SELECT string_agg(concat_ws(':', occupancy.id, occupancy.xmin,
                        occupancy.ctid), ',' ORDER BY occupancy.id)
                    FROM exivo_occupancy occupancy
                    WHERE occupancy.booking_id = booking.id),
                %(more)s
            )) AS facts
            FROM resource_booking booking
            JOIN resource_booking_type type ON type.id = booking.type_id
            LEFT JOIN resource_calendar calendar
                ON calendar.id = type.resource_calendar_id
            LEFT JOIN calendar_event meeting ON meeting.id = booking.meeting_id
            LEFT JOIN resource_booking_combination combination
                ON combination.id = booking.combination_id
            WHERE booking.id = ANY(%(ids)s)
            """,
            of_all=self._digest_code_and_companies(),
            more=SQL(", ").join(self._get_more_facts()),
            rooms=SQL.identifier(
                self.env["resource.booking.combination"]
                ._fields["resource_ids"]
                .relation
            ),
            room_ids=[*rules],
            digests=[*rules.values()],
            ids=list(booking_ids),
        )

    def _get_more_facts(self):
        """Return what else decides about ``booking``; add-ons have more of it.

        :return: expressions that each give one value.
        :rtype: list[SQL]
        """
        return [
            SQL(
                "(SELECT string_agg(concat_ws(':', guest.id, guest.xmin, guest.ctid,"
                " partner.active, partner.complete_name, partner.email, partner.phone,"
                " partner.country_id), ',' ORDER BY guest.id)"
                " FROM exivo_guest guest"
                " JOIN res_partner partner ON partner.id = guest.partner_id"
                " WHERE guest.booking_id = booking.id)"
            ),
            SQL(
                "(SELECT string_agg(concat_ws(':', attendee.id, attendee.state), ','"
                " ORDER BY attendee.id) FROM calendar_attendee attendee"
                " WHERE attendee.event_id = meeting.id)"
            ),
        ]

    def _get_rules(self):
        """Return a digest of the rules of each room, by its id.

        :rtype: dict[int, str]
        """
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        return {
            room_id: _digest(
                [
                    rule._replace(
                        lock_ids_by_site={
                            site_id: sorted(lock_ids)
                            for site_id, lock_ids in sorted(
                                rule.lock_ids_by_site.items()
                            )
                        }
                    )
                    for rule in room_rules
                ]
            )
            for room_id, room_rules in rules.items()
        }

    def _digest_code_and_companies(self):
        """Return a digest of what decides about all bookings: code and companies."""
        modules = self.env["ir.module.module"].sudo()
        modules = modules.search_fetch(
            [("name", "=like", "exivo_access%"), ("state", "=", "installed")],
            ["name", "latest_version"],
            order="name",
        )
        versions = [(one.name, one.latest_version) for one in modules]
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        companies = companies.search([("id", "!=", False)], order="id")
        return _digest([versions, [(one.id, one.country_id.id) for one in companies]])


def _digest(value):
    return hashlib.md5(repr(value).encode(), usedforsecurity=False).hexdigest()
