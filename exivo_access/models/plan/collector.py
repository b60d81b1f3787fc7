# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Collects what has changed in a transaction, and has it planned at its end."""

from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import clean_context

from ...tools.serialise import TakenMeanwhile
from ...tools.transactions import wake

_BOOKINGS = "exivo_access.booking_ids"
_NEW = "exivo_access.new_booking_ids"
_AFFECTED = "exivo_access.affected_bookings"
_EVENTS = "exivo_access.event_ids"
_INVITATIONS = "exivo_access.invitations"
_MEMBERS = "exivo_access.member_ids"
_COMMUNITIES = "exivo_access.community_ids"
#: Whoever books while rules are changed has finished by then; or, with an import, by
#: the time that Odoo gives a request.
BOOKED_MEANWHILE = (timedelta(seconds=30), timedelta(minutes=3))


class ExivoCollector(models.AbstractModel):
    """Hooks report changed bookings here; before the commit all are planned together.

    The accesses are written in the booking's own transaction: both happen or neither.
    """

    _name = "exivo.collector"
    _description = "Exivo Collector"

    # === WHAT HOOKS REPORT === #

    def _is_needed(self):
        """Tell whether any room has a rule. Spares everybody else's calendar a query.

        :rtype: bool
        """
        return bool(self.env["exivo.access.rule"]._get_rules_by_resource())

    def _bookings_changed(self, bookings):
        """Plan these bookings at the end of the transaction.

        :param bookings: ``resource.booking`` records, of which anything has changed.
        """
        if bookings and self._is_needed():
            self._collect(_BOOKINGS, set).update(bookings.ids)

    def _bookings_created(self, bookings):
        """Plan these new bookings at the end of the transaction.

        Nobody else sees them before, and they have no accesses yet, so nothing has to
        be looked up then.

        :param bookings: ``resource.booking`` records.
        """
        if bookings and self._is_needed():
            self._collect(_BOOKINGS, set).update(bookings.ids)
            self._collect(_NEW, set).update(bookings.ids)

    def _events_changed(self, events):
        """Plan the bookings of these events at the end of the transaction.

        Which bookings those are is looked up then: most events are no booking, and
        must not pay for it at every write.

        :param events: ``calendar.event`` records; they may be gone by then.
        """
        if events and self._is_needed():
            self._collect(_EVENTS, set).update(events.ids)

    def _bookings_matching_changed(self, name, ids, again=True):
        """Plan the bookings to come that have one of these, even without any rule left.

        These bookings have not changed themselves. So whoever has changed something
        else is not told off for what is wrong with them. Many are planned afterwards.

        :param str name: of a field of ``resource.booking``.
        :param list[int] ids: what it has to lead to.
        :param bool again: whether to plan all once more: for whoever books at this very
            moment and does not see the change.
        """
        if again and self._is_needed():
            self._plan_again_soon()
        self._collect(_AFFECTED, dict).setdefault(name, set()).update(ids)

    def _knows_communities(self):
        """Tell whether any community has a rule.

        Spares everybody else's contacts a query.

        :rtype: bool
        """
        return self.env["exivo.access.rule"]._has_community_rules()

    def _members_changed(self, partners):
        """Plan the standing accesses of these contacts before the commit.

        :param partners: ``res.partner`` records, of which anything has changed.
        """
        if partners and self._knows_communities():
            self._collect(_MEMBERS, set).update(partners.ids)

    def _communities_changed(self, categories):
        """Plan the standing accesses of these communities, even without a rule left.

        :param categories: ``res.partner.category`` records.
        """
        if categories:
            self._collect(_COMMUNITIES, set).update(categories.ids)
            self._plan_again_soon()

    def _plan_again_soon(self, moments=BOOKED_MEANWHILE):
        """Plan all once more, soon after a change of what opens doors.

        Whoever books or becomes a member at this very moment does not see the change,
        nor does the change see them. They are found then, and not an hour later.

        :param moments: how long from now. One is enough for what somebody keeps locked:
            it is found again each time, and asks for the next.
        """
        now = fields.Datetime.now()
        wake(self.env, "ir_cron_plan_all", [now + one for one in moments])

    def _defer_invitations(self, attendees, send):
        """Send calendar mails only to those who turn out to hold no access.

        :param attendees: ``calendar.attendee`` records of booked rooms with rules.
        :param send: function that takes the attendees to mail after all.
        """
        self._collect(_INVITATIONS, list).append((attendees, send))

    def _collect(self, key, kind):
        """Return the collection of this transaction, and have it worked off."""
        precommit = self.env.cr.precommit
        if key not in precommit.data:
            precommit.data[key] = kind()
            collector = self.with_context(clean_context(self.env.context)).sudo()
            precommit.add(collector._run)
        return precommit.data[key]

    # === BEFORE THE COMMIT === #

    def _run(self):
        """Plan all that this transaction has collected, then send what waited."""
        data = self.env.cr.precommit.data
        booking_ids = data.pop(_BOOKINGS, set())
        event_ids = data.pop(_EVENTS, set())
        affected = self.env["exivo.planning.backlog"]._take_soonest(
            data.pop(_AFFECTED, {})
        )
        invitations = data.pop(_INVITATIONS, ())
        self.env["exivo.community.planner"]._plan_or_mark(
            data.pop(_MEMBERS, set()),
            self.env["res.partner.category"].browse(data.pop(_COMMUNITIES, set())),
        )
        new_ids = data.pop(_NEW, set())
        booking_ids |= new_ids
        bookings = self._get_new(new_ids, {*booking_ids, *affected.ids}, event_ids)
        are_new = bool(bookings)
        if booking_ids <= set(affected.ids) and not event_ids:
            bookings = affected
        elif not are_new:
            bookings = bookings.search(
                Domain("id", "in", {*booking_ids, *affected.ids})
                | Domain("meeting_id", "in", event_ids)
            )
        self._occupy(
            bookings,
            bookings.filtered(
                lambda one: one.id in booking_ids or one.meeting_id.id in event_ids
            ),
        )
        self.env["exivo.planner"]._plan(bookings, are_new)
        if invitations:
            all_attendees = self.env["calendar.attendee"].union(
                *(attendees for attendees, _send in invitations)
            )
            to_mail = self._without_holders(all_attendees.sudo().exists())
            for attendees, send in invitations:
                send(attendees & to_mail)
                to_mail -= attendees  # each is written as it is now, and so says all

    def _get_new(self, new_ids, booking_ids, event_ids):
        """Return the bookings of a transaction, if it has made all of them.

        Only those that are still in the cache are known to be there: a booking may have
        been deleted since, or undone.

        :param set new_ids: of bookings that were made and not planned yet.
        :param set booking_ids: of all bookings to plan.
        :param set event_ids: of events whose bookings are to be planned.
        :return: none, if they have to be looked up.
        :rtype: resource.booking
        """
        Booking = self.env["resource.booking"].sudo().with_context(active_test=False)
        meetings = Booking._fields["meeting_id"]._get_cache(self.env)
        known = booking_ids <= new_ids and all(one in meetings for one in new_ids)
        if known and event_ids <= {meetings[one] for one in new_ids}:
            return Booking.browse(sorted(new_ids))
        return Booking

    def _occupy(self, bookings, changed):
        """Take the rooms of bookings, if nobody else has them.

        :param bookings: ``resource.booking`` records in superuser mode.
        :param changed: those of them that somebody has changed, and not only what
            they depend on.
        :raise UserError: one of the changed bookings cannot have its room.
        """
        taken = self.env._(
            "Somebody has just taken the room for that time. Choose another time."
        )
        try:
            overlapping = self.env["exivo.occupancy"]._occupy(bookings)
        except SerializationFailure as error:
            raise TakenMeanwhile(taken) from error
        if overlapping & changed:
            raise ValidationError(taken)

    def _without_holders(self, attendees):
        """Return the attendees of booked rooms whom no mail about an access informs.

        No mail is sent about an access that staff have taken away.

        :param attendees: ``calendar.attendee`` records in superuser mode.
        """
        accesses = self.env["exivo.access"].sudo()
        accesses = accesses.search(
            [
                ("booking_id.meeting_id", "in", attendees.event_id.ids),
                ("is_wanted", "=", True),
                ("withheld", "=", False),
            ]
        )
        holders = {
            (access.booking_id.meeting_id.id, access.partner_id.id)
            for access in accesses
        }
        return attendees.filtered(
            lambda attendee: (attendee.event_id.id, attendee.partner_id.id)
            not in holders
        )
