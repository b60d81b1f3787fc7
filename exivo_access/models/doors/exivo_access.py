# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...pure import rights
from ...tools.notice import answer
from .arrivals import find_arrivals

#: Who came longer ago than that is not taken to be in still.
LONGEST_STAY = timedelta(hours=12)


class ExivoAccess(models.Model):
    """Doors tell whether the holder of an access came, and staff may act if not."""

    _inherit = "exivo.access"

    event_ids = fields.One2many(
        comodel_name="exivo.door.event", inverse_name="access_id", readonly=True
    )
    arrived_at = fields.Datetime(
        string="Arrived",
        readonly=True,
        copy=False,
        help="When one of its doors was first opened by its holder.",
    )
    arrival_is_guess = fields.Boolean(
        readonly=True,
        copy=False,
        help="Exivo's log does not say who came in.",
    )
    can_release = fields.Boolean(compute="_compute_can_release")
    released_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When staff released the room, since nobody had come to the booking.",
    )

    # An event belongs to an access that was not over yet.
    _not_over_idx = models.Index("(site_id, stop)")

    @api.depends(
        "state",
        "booking_start",
        "booking_stop",
        "booking_id.exivo_access_ids.arrived_at",
    )
    def _compute_can_release(self):
        for access in self:
            access.can_release = (
                access._runs() and not access.sudo()._get_running()._has_anybody_come()
            )

    def _runs(self):
        """Tell whether the booking of an access goes on, and its doors can be opened.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.booking_id
            and self.state == "created"
            and self.booking_start <= fields.Datetime.now() < self.booking_stop
        )

    def _get_running(self):
        """Return all accesses of the booking by which somebody may have come to it.

        :rtype: exivo.access
        """
        return self.booking_id.exivo_access_ids.filtered(lambda one: one._runs())

    def _has_anybody_come(self):
        """Tell whether a door was opened for a booking, or may have been.

        :rtype: bool
        """
        return bool(find_arrivals(self))

    def _change_wanted(self, changes):
        """Override to forget who came at a time from which the booking was moved.

        Where it was moved back, who came is known again.
        """
        result = super()._change_wanted(changes)
        if "booking_start" in changes:
            came = self.filtered("arrived_at")
            came.filtered(
                lambda one: not one.start <= one.arrived_at <= one.stop
            ).write({"arrived_at": False, "arrival_is_guess": False})
            self._note_arrival(self.event_ids)
        return result

    def _note_arrival(self, events):
        """Note the first opening of each access within its window.

        It stays when events are deleted: so it is known of members, too, who ever came.

        :param events: new ``exivo.door.event`` records; the log may come late.
        """
        for access in self:
            openings = events.filtered(
                lambda event, access=access: (
                    event.access_id == access
                    and event.kind == "opened"
                    and access.start <= event.occurred_at <= access.stop
                )
            ).sorted("occurred_at")
            first, known = openings[:1], access.arrived_at
            # who is taken to have stayed has come by an opening of their own
            if first and not (known and access.start <= known <= first.occurred_at):
                access.write(
                    {
                        "arrived_at": first.occurred_at,
                        "arrival_is_guess": first.certainty == "guess",
                    }
                )

    def _note_who_is_in(self):
        """Note who has come to a booking without opening a door by its access.

        Members have a standing one, and who has booked the time before stays on. All of
        the last day is looked at: the log may come late, and those book who are in.
        """
        now, events = fields.Datetime.now(), self.env["exivo.door.event"]
        yesterday = now - timedelta(days=1)
        awaited = self.search(
            Domain("stop", ">", yesterday)  # this and the next one are indexed
            & Domain("start", "<=", now)
            & Domain("booking_start", "<=", now)
            & Domain("booking_stop", ">", yesterday)
            & Domain("is_wanted", "=", True)
            & Domain("arrived_at", "=", False)
            & Domain("site_id.reads_events", "=", True),
            order="booking_start, id",
        )
        theirs = Domain("partner_id", "in", awaited.partner_id.ids)
        since = min(awaited.mapped("start"), default=now)
        by_members = Domain("access_id.is_of_community", "=", True)
        by_members &= Domain("kind", "=", "opened") & Domain("occurred_at", ">=", since)
        opened = events.search(theirs & by_members).grouped("partner_id")
        just_before = Domain("booking_stop", "in", awaited.mapped("booking_start"))
        just_before &= Domain("stop", ">=", since)
        before = self.search(theirs & just_before).grouped("partner_id")
        arrivals = {}
        for access in awaited:
            came = [
                (one.certainty == "guess", one.occurred_at)
                for one in opened.get(access.partner_id, ())
                if one.lock_id in access.lock_ids
                and access.start <= one.occurred_at <= access.stop
            ]
            for one in before.get(access.partner_id, ()):
                moment = one.arrived_at or arrivals.get(one, (True, False))[1]
                follows = one.booking_stop == access.booking_start
                follows = follows and one.rooms == access.rooms
                if follows and moment and access.booking_start - moment < LONGEST_STAY:
                    came.append((True, moment))
            if came:
                arrivals[access] = min(came)
        # what somebody else keeps locked keeps no others from being noted
        free = self.union(*arrivals).try_lock_for_update(allow_referencing=True)
        for access in free:
            is_guess, moment = arrivals[access]
            access.write({"arrived_at": moment, "arrival_is_guess": is_guess})

    def _get_clickable_locks(self):
        """Return the locks that the holder may open by a click now.

        In superuser mode only, since it looks at what everybody may.

        :rtype: exivo.lock
        """
        now = fields.Datetime.now()
        if not (
            (self.state == "created" or self._opens_now())
            and self._is_granted()
            and self.start <= now < self.stop
        ):
            return self.lock_ids.browse()
        if self.is_of_community:
            lock_ids = self._get_clickable_ids_of_member()
        else:
            lock_ids = self._get_clickable_ids_of_booking()
        return self.lock_ids._filter_remote_opening().filtered(
            lambda lock: lock.id in lock_ids
        )

    def _get_clickable_ids_of_booking(self):
        """Return the locks that rules of booked rooms let the holder open by a click.

        :rtype: set[int]
        """
        planner = self.env["exivo.planner"]
        lock_ids = set()
        for rule in planner._get_reached_rules(self.booking_id):
            holders = planner._get_holders(self.booking_id, rule)
            if rule.others["customer_may_open"] and self.partner_id in holders:
                lock_ids.update(*rule.lock_ids_by_site.values())
        return lock_ids

    def _get_clickable_ids_of_member(self):
        """Return the locks that rules of communities let a member open by a click now.

        :rtype: set[int]
        """
        membership = self.env["exivo.membership"].sudo()
        granted = membership._get_granted(self.partner_id.ids)
        moment = self._get_moment_of_week()
        lock_ids = set()
        for permission in granted.get(membership._get_key(self), ()):
            hours = permission.rule._get_hours()
            if permission.rule.customer_may_open and rights.is_open(hours, *moment):
                lock_ids |= permission.lock_ids
        return lock_ids

    def action_open_events(self):
        """Show what doors report of the access."""
        return self.event_ids._action_for([("access_id", "in", self.ids)])

    def action_release(self):
        """Free the room because nobody came, and take the access away with it."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_release:
            raise UserError(
                self.env._("Only a booking that runs and nobody came to is released.")
            )
        self.sudo().message_post(body=self.env._("Nobody came: the room is released."))
        self.sudo()._get_running().released_at = fields.Datetime.now()
        # A booking that has begun is frozen for staff, and yet they have decided this.
        self.booking_id.with_user(SUPERUSER_ID).action_cancel()
        return answer(self.env._("The room is released: its booking is cancelled."))
