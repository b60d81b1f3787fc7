# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Decides which rules a booking has reached, whom they let in, and who requests it."""

from odoo import models


class ExivoPlanner(models.AbstractModel):
    """A booking that takes place gives rights: by its rooms, to its people and guests.

    Planner, explainer, opener and portal ask the same here.
    """

    _inherit = "exivo.planner"

    # === WHICH RULES === #

    def _get_rules(self, booking, rules_by_resource=None):
        """Return the rules of the booked rooms whose doors the booking may open.

        :param dict rules_by_resource: what to take for all rules that there are.
        :return: rooms, each with a rule.
        :rtype: list[tuple]
        """
        if rules_by_resource is None:
            rules_by_resource = self.env["exivo.access.rule"]._get_rules_by_resource()
        return [
            (room, rule)
            for room in self._get_rooms(booking)
            for rule in rules_by_resource.get(room.id, ())
        ]

    def _get_reached_rules(self, booking, rules_by_resource=None):
        """Return the rules of the booked rooms that the booking has reached.

        :param dict rules_by_resource: see :meth:`_get_rules`.
        :rtype: list[RoomRule]
        """
        return [
            rule
            for _room, rule in self._get_rules(booking, rules_by_resource)
            if self._reached(booking, rule)
        ]

    def _get_rooms(self, booking):
        """Return the booked rooms whose doors the booking may open.

        resource_booking lets everybody book every combination, also one with rooms of
        another company. Rooms and types without a company are everybody's.

        :rtype: resource.resource
        """
        return self._filter_rooms(booking.type_id, self._get_booked_rooms(booking))

    def _filter_rooms(self, booking_type, rooms):
        """Return those of some rooms whose doors bookings of a type may open.

        :rtype: resource.resource
        """
        company = booking_type.company_id
        return rooms.filtered(
            lambda room: not company or room.company_id in (company, company.browse())
        )

    def _reached(self, booking, rule):
        """Tell whether a booking that takes place has come as far as a rule asks.

        Planner, explainer and opener ask this. Add-ons that ask more of bookings extend
        it, and the explainer's ``_get_hindrances``, which says why not.

        :param booking: one ``resource.booking`` in superuser mode.
        :param RoomRule rule: of a booked room.
        :rtype: bool
        """
        return booking.state == "confirmed" or (
            rule.booking_state == "scheduled"
            and not booking._waits_for_exivo_staff()
            and not self._is_declined(booking)
        )

    def _is_declined(self, booking):
        """Tell whether who has booked does not come: `resource_booking` keeps the time.

        :rtype: bool
        """
        return self._get_deciding_answer(booking).state == "declined"

    def _get_deciding_answer(self, booking):
        """Return the answer that confirms a booking, as `resource_booking` has it.

        :rtype: calendar.attendee
        """
        answers = booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id in booking.partner_ids
        )
        return answers[:1]

    # === WHOM THEY LET IN === #

    def _get_holders(self, booking, rule):
        """Return who holds the accesses of a rule.

        Archived contacts hold none, nor does who has declined to come.

        Rights follow the booking's own people, not the meeting's: somebody who is taken
        off the booking stays on the meeting.
        """
        partners = booking.with_context(active_test=True).partner_ids
        declined = self._get_declined(booking)
        if rule.holders == "requester" and len(partners) > 1:
            return self._get_requester(booking, partners) - declined
        if rule.holders == "requester":
            return partners - declined
        return (partners | self._get_guests(booking)) - declined

    def _get_declined(self, booking):
        """Return who will not come to a booking, by all answers that they have given.

        :rtype: res.partner
        """
        attendees = booking.meeting_id.attendee_ids
        coming = attendees.filtered(lambda one: one.state != "declined").partner_id
        return attendees.partner_id - coming

    def _get_guests(self, booking):
        """Return the contacts of those whom customers take along to a booking.

        :rtype: res.partner
        """
        return self._get_guest_list(booking).partner_id

    def _get_guest_list(self, booking):
        """Return those whom customers take along to a booking.

        Whoever is taken off it takes no one along any more; archived contacts do not
        come along.

        :rtype: exivo.guest
        """
        booking = booking.with_context(active_test=True)
        return booking.exivo_guest_ids.filtered(
            lambda one: one.host_id in booking.partner_ids and one.partner_id.active
        )

    def _get_requester(self, booking, partners):
        """Return the one among the people on a booking that it belongs to.

        Whoever holds its access keeps it, so that inviting somebody, or another name,
        hands nobody's code to anybody else; also if nobody had it for a while, because
        the booking was cancelled, say. Otherwise it is the one who has booked, or else
        was invited first. Who holds what every attendee has is not thereby the
        requester.

        :param partners: the ``res.partner`` records of the booking, at least one.
        :rtype: res.partner
        """
        booked = booking.create_uid.partner_id & partners
        invited = booking.meeting_id.attendee_ids.sorted("id").partner_id & partners
        everybody = self._get_locks_of_everybody(booking)
        accesses = booking.sudo().exivo_access_ids.filtered(
            lambda access: (
                {*access.lock_ids.ids} - everybody.get(access.method, set())
            )
        )
        held = accesses.filtered("is_wanted").sorted("id").partner_id & partners
        if not held:
            last = accesses.sorted("id", reverse=True).partner_id & partners
            held = last - self._get_declined(booking)
        if len(held) > 1:  # it was everybody's before
            held = held & booked or invited & held or held
        # Right after a write, records come in the order in which they were written.
        by_name = partners.search([("id", "in", partners.ids)], limit=1)
        return held[:1] or booked or invited[:1] or by_name

    def _get_locks_of_everybody(self, booking):
        """Return the locks that all people on a booking may open, as far as it comes.

        :return: the ids of locks, by method.
        :rtype: dict[str, set[int]]
        """
        found = {}
        for _room, rule in self._get_rules(booking):
            if rule.holders != "requester":
                found.setdefault(rule.method, set()).update(
                    *rule.lock_ids_by_site.values()
                )
        return found
