# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.transactions import wake

#: These columns make a row what it is.
SLOT = SQL("booking_id, resource_id, start, stop")
#: So many bits hold all seconds until the year 10000.
BITS = 38


class ExivoOccupancy(models.Model):
    """A booking has a room with doors for some time, and PostgreSQL keeps others out.

    resource_booking looks whether a room is free, but does not see what others do at
    that moment. PostgreSQL does: whoever adds a row that overlaps one of somebody else
    waits until that one has committed, and is then refused, so that Odoo repeats the
    request, which now finds the room busy. Nobody else has to wait for anybody.

    Some overlap all the same, because somebody made a rule for a room that was booked
    twice before, or has gone past Odoo. Then both have a row here, and that is an
    alarm.
    """

    _name = "exivo.occupancy"
    _description = "Exivo Occupancy"
    _rec_name = "booking_id"
    _log_access = False

    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    resource_id = fields.Many2one(
        comodel_name="resource.resource",
        string="Room",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    is_doubled = fields.Boolean(
        readonly=True, help="Another booking had the room for that time already."
    )

    # One number for room and time spares an extension of PostgreSQL (btree_gist).
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int8range("
        f"(resource_id::bigint << {BITS}) + extract(epoch FROM start)::bigint, "
        f"(resource_id::bigint << {BITS}) + extract(epoch FROM stop)::bigint"
        ") WITH &&) WHERE (NOT is_doubled)",
        "Somebody has just taken the room for that time. Choose another time.",
    )
    _doubled_idx = models.Index("(stop) WHERE is_doubled")

    def _occupy(self, bookings):
        """Note which rooms with doors these bookings have, and when. Idempotent.

        :param bookings: ``resource.booking`` records in superuser mode.
        :return: those that overlap another one since now.
        :rtype: resource.booking
        :raise SerializationFailure: somebody else has just taken a room.
        """
        if not bookings:
            return bookings
        self.env.flush_all()
        bookings = bookings.with_context(active_test=False)
        wanted = self._as_table(
            row for booking in bookings for row in self._get_wanted(booking)
        )
        self.env.cr.execute(
            SQL("; ").join(
                [
                    self._keep_combinations(bookings.combination_id),
                    self._delete_unwanted(bookings, wanted),
                    self._insert_alone(wanted),
                    self._insert_overlapping(wanted),
                ]
            ),
            log_exceptions=False,  # being refused is what this is for
        )
        self.invalidate_model()
        overlapping = {booking_id for (booking_id,) in self.env.cr.fetchall()}
        if overlapping:
            wake(self.env, "ir_cron_watch")
        return bookings.browse(overlapping)

    def _get_wanted(self, booking):
        """Return the rooms that a booking has, each with its time.

        :param booking: one ``resource.booking`` in superuser mode, active_test off.
        :rtype: list[tuple]
        """
        planner = self.env["exivo.planner"]
        if not planner._takes_place(booking):
            return []
        start, stop = planner._get_period(booking)
        if not fields.Datetime.now() < stop or not start < stop:
            return []
        with_doors = self.env["exivo.access.rule"]._get_rules_by_resource()
        rooms = planner._get_booked_rooms(booking)
        return [
            (booking.id, room_id, start, stop)
            for room_id in rooms.ids
            if room_id in with_doors
        ]

    # === STATEMENTS === #

    def _as_table(self, rows):
        """Return rows to select from, in an order that is the same for everybody."""
        ordered = sorted(rows, key=lambda row: (row[1], row[2], row[0]))
        columns = [list(column) for column in zip(*ordered, strict=True)]
        return SQL(
            "unnest(%s::int[], %s::int[], %s::timestamp[], %s::timestamp[])"
            " AS wanted (%s)",
            *(columns or [[]] * 4),
            SLOT,
        )

    def _keep_combinations(self, combinations):
        """Have whoever changes rooms of combinations wait for us, and vice versa."""
        return SQL(
            "SELECT FROM resource_booking_combination WHERE id = ANY(%s)"
            " ORDER BY id FOR SHARE",
            combinations.ids,
        )

    def _delete_unwanted(self, bookings, wanted):
        """Return the statement that deletes rows that are outdated.

        A row that overlaps nobody any more is deleted, too, and then added like any
        other.
        """
        return SQL(
            "DELETE FROM exivo_occupancy mine WHERE booking_id = ANY(%s) AND ("
            " NOT EXISTS (SELECT FROM %s WHERE (%s) = (mine.booking_id,"
            " mine.resource_id, mine.start, mine.stop))"
            " OR is_doubled AND NOT EXISTS (%s))",
            bookings.ids,
            wanted,
            SQL("wanted.booking_id, wanted.resource_id, wanted.start, wanted.stop"),
            self._select_others(),
        )

    def _insert_alone(self, wanted):
        """Return the statement that adds rows.

        It waits for what somebody else adds meanwhile, and then fails.
        """
        return SQL(
            "INSERT INTO exivo_occupancy (%(slot)s, is_doubled)"
            " SELECT %(slot)s, false FROM %(wanted)s ON CONFLICT DO NOTHING",
            slot=SLOT,
            wanted=wanted,
        )

    def _insert_overlapping(self, wanted):
        """Return the statement that adds rows which overlap earlier ones."""
        return SQL(
            "INSERT INTO exivo_occupancy (%(slot)s, is_doubled)"
            " SELECT %(slot)s, true FROM %(wanted)s WHERE (%(slot)s) NOT IN"
            " (SELECT %(slot)s FROM exivo_occupancy mine"
            " WHERE mine.booking_id = wanted.booking_id) RETURNING booking_id",
            slot=SLOT,
            wanted=wanted,
        )

    def _select_others(self):
        """Return a query for others in the same room at the same time as ``mine``."""
        return SQL(
            "SELECT FROM exivo_occupancy other"
            " WHERE other.resource_id = mine.resource_id"
            " AND other.booking_id != mine.booking_id"
            " AND other.start < mine.stop AND other.stop > mine.start"
        )

    # === WHAT OVERLAPS, WHAT IS CLOSED, AND WHAT IS OVER === #

    def _get_others(self):
        """Return the bookings that are in the same room at the same time.

        :rtype: resource.booking
        """
        self.ensure_one()
        others = self.search(
            [
                ("resource_id", "=", self.resource_id.id),
                ("booking_id", "!=", self.booking_id.id),
                ("start", "<", self.stop),
                ("stop", ">", self.start),
            ],
            order="start, id",
        )
        return others.booking_id

    def _find_overlapping(self):
        """Return the rows that overlap another booking that is not over.

        :rtype: exivo.occupancy
        """
        overlapping = Domain("is_doubled", "=", True)
        return self.search(overlapping & self._get_not_over_domain()).filtered(
            lambda one: one._get_others()
        )

    def _find_closed(self, domain=Domain.TRUE):
        """Return the rows of coming bookings of which something is closed by now.

        resource_booking books nothing that is closed, be it the room or who and what
        comes with it, but does not look again when somebody closes what is booked.

        :param Domain domain: of the rows that are asked for.
        :rtype: exivo.occupancy
        """
        with_doors = self.env["exivo.access.rule"]._get_rules_by_resource()
        combinations = self.env["resource.booking.combination"]
        combinations = combinations.with_context(active_test=False).search(
            [("resource_ids", "in", list(with_doors))]
        )
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("time_type", "=", "leave"),
                ("date_to", ">", fields.Datetime.now()),
                ("resource_id", "in", [False, *combinations.resource_ids.ids]),
            ]
        )
        closed = Domain.OR(self._get_closed_domain(leave) for leave in leaves)
        leaves_of = defaultdict(leaves.browse, leaves.grouped("resource_id"))
        of_all = leaves_of[combinations.resource_ids.browse()]
        together = [
            (
                combination.id,
                resource.id if resource.id in with_doors else None,
                leave.date_from,
                leave.date_to,
            )
            for combination in combinations
            for resource in combination.resource_ids
            for leave in of_all | leaves_of[resource]
            if self._closes(leave, resource, combination.forced_calendar_id)
        ]
        closed |= Domain("id", "in", self._find_closed_together(together))
        return self.search(closed & self._get_not_over_domain() & domain)

    def _get_closed_domain(self, leave):
        """Return the domain of rows that a leave closes for all that is of their type.

        Odoo asks there for no resource, and we say of which companies; it is the same
        here (``_for_exivo_companies``). Staff see the leaves of their companies only.
        """
        if leave.resource_id:
            return Domain.FALSE
        company_id, booking_type = leave.company_id.id, "booking_id.type_id"
        calendar = f"{booking_type}.resource_calendar_id"
        owners = f"{booking_type}.company_id", f"{calendar}.company_id"
        rooms = "booking_id.combination_id.resource_ids.company_id"
        of_rooms = Domain(rooms, "=", company_id) | ~Domain(rooms, "!=", False)
        closed = of_rooms & Domain.AND(Domain(one, "=", False) for one in owners)
        closed |= Domain.OR(Domain(one, "=", company_id) for one in owners)
        if leave.calendar_id:
            closed &= Domain(calendar, "=", leave.calendar_id.id)
        closed &= Domain("start", "<", leave.date_to)
        return closed & Domain("stop", ">", leave.date_from)

    def _closes(self, leave, resource, forced):
        """Tell whether a leave closes what is booked, as Odoo sees it.

        :param leave: one ``resource.calendar.leaves``: of that resource, of all that go
            by a calendar, or of a whole company.
        :param forced: the calendar that a combination goes by in place of its
            resources', if any.
        :rtype: bool
        """
        calendar = forced or resource.calendar_id
        is_followed = not leave.calendar_id or leave.calendar_id == calendar
        if leave.resource_id:
            return is_followed or not calendar
        return is_followed and leave.company_id == resource.company_id

    def _find_closed_together(self, closed):
        """Return the ids of rows whose combination has something that is closed then.

        :param list[tuple] closed: the combination, its room with doors or none if it is
            something else, from when and until when.
        :rtype: list[int]
        """
        self.env["resource.booking"].flush_model(["combination_id"])
        columns = [list(column) for column in zip(*closed, strict=True)] or [[]] * 4
        rows = self.env.execute_query(
            SQL(
                "SELECT mine.id FROM exivo_occupancy mine"
                " JOIN resource_booking booking ON booking.id = mine.booking_id"
                " JOIN unnest(%s::int[], %s::int[], %s::timestamp[], %s::timestamp[])"
                " AS closed (combination_id, resource_id, start, stop)"
                " ON closed.combination_id = booking.combination_id"
                " AND COALESCE(closed.resource_id, mine.resource_id) = mine.resource_id"
                " AND closed.start < mine.stop AND closed.stop > mine.start",
                *columns,
            )
        )
        return [row_id for (row_id,) in rows]

    def _get_not_over_domain(self):
        """Return the domain of rows whose bookings are not over."""
        return Domain("stop", ">", fields.Datetime.now())

    def _get_booking_ids(self):
        """Return the bookings that have a room now or later.

        :rtype: set[int]
        """
        groups = self._read_group(
            self._get_not_over_domain(), aggregates=["booking_id:array_agg_distinct"]
        )
        return {*(groups[0][0] or ())}

    def _forget_past(self):
        """Delete the rows of bookings that are over: they have no room any more."""
        self.search(~self._get_not_over_domain()).unlink()
