# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Decides who may change when the doors of a booking are open."""

from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import fields, models
from odoo.exceptions import AccessError


class DoorFacts(NamedTuple):
    """The doors of a booking go by these facts."""

    active: bool
    state: str
    combination_id: int
    meeting_id: int
    meeting_active: bool
    allday: bool
    start: Any
    stop: Any
    #: A meeting that is shown as free leaves its room to others.
    show_as: str
    #: Odoo shows a private one to its organiser and attendees alone.
    privacy: str
    organiser_id: int
    #: Whoever has booked, or is a guest, has answered so: attendee and state. Which of
    #: several answers of one contact counts is seen only when Odoo reads them anew.
    answers: frozenset

    @property
    def accepted(self):
        """Return the attendees who have accepted.

        :rtype: frozenset
        """
        return frozenset(one for one in self.answers if one[1] == "accepted")

    @property
    def takes_place(self):
        """Tell whether there is a meeting at all.

        :rtype: bool
        """
        return self.active and self.meeting_active


class ResourceBooking(models.Model):
    """Every employee may change every meeting; doors follow only whoever may decide.

    These are staff of ours, those who may change the booking itself, and the meeting's
    own organiser as far as the type of booking allows it. Whoever else changes a
    meeting or its attendees is refused if the doors would follow.
    """

    _inherit = "resource.booking"

    @contextmanager
    def _exivo_guarded(self):
        """Guard a change of the meetings or attendees of these bookings.

        What counts is what is different afterwards, whichever field it was and however
        the change came about.

        :raise AccessError: the doors would follow somebody who may not decide.
        """
        guarded = self._get_exivo_foreign().sudo()
        before = {booking: booking._get_door_facts() for booking in guarded}
        yield
        for booking, facts in before.items():
            after = booking._get_door_facts() if booking.exists() else None
            if after != facts and not self._may_organise(booking, facts, after):
                raise AccessError(
                    self.env._(
                        "Doors open for this meeting; you may not change its time. Ask "
                        "whoever looks after bookings here; who has booked can change "
                        "it on the booking's page."
                    )
                )

    def _get_exivo_foreign(self):
        """Return the bookings with doors that the user may not change as a whole.

        :rtype: resource.booking
        """
        rules_by_resource = self.env["exivo.access.rule"]._get_rules_by_resource()
        if not rules_by_resource or self._is_exivo_trusted(
            {rule.company_id for rules in rules_by_resource.values() for rule in rules}
        ):
            return self.browse()
        planner = self.env["exivo.planner"]
        with_doors = self.sudo().filtered(
            lambda booking: any(
                room.id in rules_by_resource
                for room in planner._get_booked_rooms(booking)
            )
        )
        return self.browse(with_doors.ids).filtered(
            lambda booking: not booking._may_change_doors()
        )

    def _is_exivo_trusted(self, company_ids):
        """Tell whether nothing has to be asked: code, or staff of all these companies.

        :param set[int] company_ids: of ``res.company`` records.
        :rtype: bool
        """
        if self.env.su:
            return not self._is_from_mail()
        return self._is_exivo_staff() and company_ids <= set(
            self.env.user.company_ids.ids
        )

    def _is_exivo_staff(self):
        return self.env.user.has_group("exivo_access.group_user")

    def _may_change_doors(self):
        """Tell whether the user decides about this booking.

        :rtype: bool
        """
        self.ensure_one()
        if self._is_from_mail():
            return False
        is_ours = self._get_exivo_companies() <= self.env.user.company_ids
        return self._is_exivo_staff() and is_ours or self.has_access("write")

    def _get_door_facts(self):
        """Return what the doors go by now.

        :rtype: DoorFacts
        """
        self.ensure_one()
        meeting, planner = self.meeting_id, self.env["exivo.planner"]
        start, stop = planner._get_period(self)
        people = self.partner_ids | planner._get_guests(self)
        answers = meeting.attendee_ids.filtered(lambda one: one.partner_id in people)
        return DoorFacts(
            active=self.active,
            state=self.state,
            combination_id=self.combination_id.id,
            meeting_id=meeting.id,
            meeting_active=meeting.active,
            allday=meeting.allday,
            start=start,
            stop=stop,
            show_as=meeting.show_as,
            privacy=meeting.privacy,
            organiser_id=meeting.user_id.id,
            answers=frozenset((one.id, one.state) for one in answers),
        )

    def _may_organise(self, booking, before, after):
        """Tell whether a change is one that the meeting's organiser may make.

        They may move it, shorten it and call it off before the deadline of the type;
        lengthen it beyond what the type allows, or confirm it for others, they may not.

        :param booking: the booking in superuser mode.
        :param DoorFacts before: how it stood.
        :param after: :class:`DoorFacts`, or None if the booking is gone.
        :rtype: bool
        """
        now = fields.Datetime.now()
        deadline = timedelta(hours=booking.type_id.modifications_deadline)
        if (
            self._is_from_mail()
            or before.organiser_id != self.env.uid
            or before.start - deadline < now
        ):
            return False
        if after is None or not after.takes_place:
            return True
        longest = timedelta(hours=booking.type_id.duration)
        return (
            after.start - deadline >= now
            and after.stop - after.start <= max(longest, before.stop - before.start)
            and after.allday <= before.allday
            and after.show_as == before.show_as
            and after.privacy == before.privacy
            and after.combination_id == before.combination_id
            and after.accepted <= before.accepted
        )
