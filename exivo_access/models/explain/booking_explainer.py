# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError

from ...pure import reconcile
from ...tools import period
from .finding import FINE, INFO, LOOK, PROBLEM, Finding, Hindrance


class ExivoBookingExplainer(models.AbstractModel):
    """Says what booking, person and rules have to do with a closed door.

    The planner decides whether a booking takes place and who holds its accesses.
    """

    _name = "exivo.booking.explainer"
    _description = "Exivo Booking Explainer"

    def _explain(self, booking, partner, accesses):
        """Explain whether a booking gives a person access, whatever is at Exivo.

        :param booking: ``resource.booking`` record, see :meth:`_as_planned`.
        :param partner: ``res.partner`` record in superuser mode.
        :param accesses: the ``exivo.access`` records that the person has because of it.
        :rtype: list[Finding]
        """
        rules = self._get_rules_of_reader(booking)
        findings = [
            self._explain_whether_booked(booking, rules, accesses),
            self._explain_person(booking, partner),
        ]
        guests = self.env["exivo.planner"]._get_guests(booking)
        if partner not in self._get_people(booking) | guests:
            return findings
        findings += self._explain_rules(booking, partner, rules)
        if not accesses:
            windows = self._get_windows(booking, partner, rules)
            tz = self.env["exivo.planner"]._get_tz(booking)
            explainer = self.env["exivo.access.explainer"]
            findings += [explainer._explain_window(*window, tz) for window in windows]
            findings.append(self._explain_absence(booking, partner, rules, windows))
        return findings

    # === THE FINDINGS, IN THE ORDER OF THE SCREEN === #

    def _explain_whether_booked(self, booking, rules, accesses):
        """Explain whether the booking takes place, and is as far as its rules ask."""
        planner = self.env["exivo.planner"]
        title = self.env._("Booking")
        if not planner._takes_place(booking) or planner._is_over(booking):
            text = self._get_reason_against(booking)
            verdict = LOOK if accesses._working() else PROBLEM
            return Finding(verdict, title, text, booking)
        if rules and not any(planner._reached(booking, rule) for _room, rule in rules):
            hindrances = self._get_all_hindrances(booking, rules)
            if hindrances:
                return self._find_hindered(PROBLEM, title, "", hindrances)
            answering = self._get_answering(booking)
            reason = self.env._(
                "It is not confirmed yet: %(name)s has not accepted it, or has "
                "declined.",
                name=answering.name or answering.email,
            )
            if booking._waits_for_exivo_staff():
                reason = self.env._(
                    "The customer has booked it; it waits for somebody of the staff to "
                    "confirm it."
                )
            advice = self.env._("Press Confirm on the booking.")
            if not self._can_be_confirmed(booking):
                advice = self.env._(
                    "Its room is closed or taken then, so that it cannot be confirmed: "
                    "open the room, or choose another time."
                )
            text = self._with_advice(booking, reason, advice)
            return Finding(PROBLEM, title, text, booking)
        start, stop = planner._get_period(booking)
        tz = planner._get_tz(booking)
        text = self.env._(
            "It takes place: %(period)s.",
            period=period.format_period(self.env, start, stop, tz),
        )
        return Finding(FINE, title, text)

    def _can_be_confirmed(self, booking):
        """Tell whether `resource_booking` would take the booking as it is now.

        It looks at all that is booked with the room, and at every calendar of these.

        :rtype: bool
        """
        try:
            booking._check_scheduling()
        except ValidationError:
            return False
        return True

    def _get_reason_against(self, booking):
        """Return why a booking does not take place."""
        meeting = booking.meeting_id
        if not booking.active and meeting:
            return self._with_advice(
                booking,
                self.env._("It is archived, although its calendar event is there."),
                self.env._(
                    "Press Set pending to take it up again, or delete the event."
                ),
            )
        if not booking.active:
            return self._with_advice(
                booking,
                self.env._("It is cancelled."),
                self.env._("Press Set pending and choose a time again, or book anew."),
            )
        if not meeting and booking.start:
            return self.env._(
                "A time was chosen, but somebody else had just taken it: there is no "
                "calendar event. Choose another time."
            )
        if not meeting:
            return self._with_advice(
                booking,
                self.env._("No time is chosen."),
                self.env._("Press Schedule, or ask the customer to choose one."),
            )
        if not meeting.active:
            return self.env._(
                "Its calendar event is archived. Unarchive the event, or cancel the "
                "booking."
            )
        planner = self.env["exivo.planner"]
        _start, stop = planner._get_period(booking)
        return self.env._(
            "It is over since %(moment)s.",
            moment=period.format_moment(self.env, stop, planner._get_tz(booking)),
        )

    def _with_advice(self, booking, reason, advice):
        """Add to a reason which button helps, or who has it where the reader has not.

        `resource_booking` shows its buttons to whoever may change a booking, and after
        its type's deadline only to its managers.

        :rtype: str
        """
        booking = booking.sudo(False)
        if not (booking.has_access("write") and booking.is_modifiable):
            advice = self.env._("Ask somebody who manages the bookings to change it.")
        return f"{reason} {advice}"

    def _explain_person(self, booking, partner):
        """Explain whether the person may hold an access to the booking at all."""
        title = self.env._("Person")
        name = partner.name or ""
        if not partner and self._get_people(booking):
            return Finding(LOOK, title, self.env._("Choose the person."))
        if not partner:
            text = self.env._("Nobody is on the booking. Add the person who books.")
            return Finding(PROBLEM, title, text, booking)
        guests = self.env["exivo.planner"]._get_guests(booking)
        if partner in guests:
            text = self.env._("%(name)s is a guest of who has booked.", name=name)
            return Finding(FINE, title, text)
        archived = booking.exivo_guest_ids.filtered(
            lambda one: one.active and not one.partner_id.active
        ).partner_id
        if partner not in booking.partner_ids | archived:
            text = self.env._(
                "%(name)s is not on the booking; an invitation to its calendar event "
                "opens no door. Add the contact to the booking.",
                name=name,
            )
            return Finding(PROBLEM, title, text, booking)
        people = self._get_people(booking)
        if partner not in people:
            text = self.env._(
                "%(name)s is archived, and archived contacts hold no access. Unarchive "
                "the contact.",
                name=name,
            )
            return Finding(PROBLEM, title, text, partner)
        if partner in self.env["exivo.planner"]._get_declined(booking):
            text = self.env._(
                "%(name)s has declined, and opens no doors. Whoever comes after all "
                "accepts the invitation in the calendar event.",
                name=name,
            )
            return Finding(PROBLEM, title, text, booking.meeting_id)
        if not partner.email:
            text = self.env._(
                "%(name)s has no e-mail address, so link and PIN cannot be sent. Add "
                "one to the contact.",
                name=name,
            )
            return Finding(LOOK, title, text, partner)
        if partner == self._get_requester(booking):
            text = self.env._("%(name)s is the requester of the booking.", name=name)
        else:
            text = self.env._("%(name)s attends the booking.", name=name)
        return Finding(FINE, title, text)

    def _explain_rules(self, booking, partner, rules):
        """Explain which rules give the person access. One is enough."""
        planner = self.env["exivo.planner"]
        rooms = planner._get_booked_rooms(booking)
        foreign = rooms - planner._get_rooms(booking)
        if foreign and not rules:
            text = self.env._(
                "%(rooms)s: the room belongs to another company than the type of the "
                "booking, so booking it opens no door. Book a room of your company.",
                rooms=", ".join(foreign.mapped("name")),
            )
            return [Finding(PROBLEM, self.env._("Rule"), text, booking)]
        if rooms and not rules:
            text = self.env._(
                "%(rooms)s: there is no access rule, so booking it opens no door. A "
                "manager can add one on the form of the room.",
                rooms=", ".join(rooms.mapped("name")),
            )
            return [Finding(PROBLEM, self.env._("Rule"), text, rooms[:1])]
        applies = self._applies_any(booking, partner, rules)
        otherwise = INFO if applies else PROBLEM
        return [
            self._explain_rule(booking, partner, room, rule, otherwise)
            for room, rule in rules
        ]

    def _explain_rule(self, booking, partner, room, rule, otherwise):
        """Explain one rule.

        :param str otherwise: the verdict if the rule does not apply.
        """
        planner = self.env["exivo.planner"]
        title = self.env._("Rule")
        text = self._describe_rule(room, rule)
        if partner in planner._get_declined(booking):
            reason = self.env._("%(name)s has declined.", name=partner.name or "")
            return Finding(otherwise, title, f"{text} {reason}")
        if partner not in planner._get_holders(booking, rule):
            reason = self.env._(
                "It is for the requester only, who is %(name)s.",
                name=self._get_requester(booking).name,
            )
            return Finding(otherwise, title, f"{text} {reason}")
        if not planner._reached(booking, rule):
            hindrances = self._get_hindrances(booking, rule)
            if hindrances:
                return self._find_hindered(otherwise, title, text, hindrances)
            reason = self.env._("It waits until the booking is confirmed.")
            return Finding(otherwise, title, f"{text} {reason}", booking)
        return Finding(FINE, title, text)

    def _find_hindered(self, verdict, title, text, hindrances):
        """Return the finding that something beside the booking's state is missing.

        :param list[Hindrance] hindrances: at least one.
        :rtype: Finding
        """
        sentences = filter(None, (text, *(one.text for one in hindrances)))
        return Finding(verdict, title, " ".join(sentences), hindrances[0].record)

    def _describe_rule(self, room, rule):
        """Describe what a rule gives, in a few words."""
        lock_ids = frozenset().union(*rule.lock_ids_by_site.values())
        labels = self.env["exivo.access.rule"]._fields
        holders, states = (
            dict(labels[name]._description_selection(self.env))
            for name in ("holders", "booking_state")
        )
        return self.env._(
            "%(room)s: opens %(locks)s from %(before)s min before until %(after)s min "
            "after the booking. Who: %(holders)s. From: %(state)s.",
            room=room.name,
            locks=", ".join(self._browse_locks(lock_ids).mapped("name")),
            before=rule.minutes_before,
            after=rule.minutes_after,
            holders=holders[rule.holders],
            state=states[rule.booking_state],
        )

    def _explain_absence(self, booking, partner, rules, windows):
        """Explain why there is no access, unless the findings before say it already."""
        title = self.env._("Access")
        now = fields.Datetime.now()
        due = self._applies_any(booking, partner, rules) and any(
            stop - now > reconcile.SHORTEST_USE for _start, stop in windows
        )
        planner = self.env["exivo.planner"]
        if due and planner._takes_place(booking) and not planner._is_over(booking):
            text = self.env._(
                "There is none, although there should be one. It is made within the "
                "hour, when accesses are compared with bookings."
            )
            return Finding(PROBLEM, title, text)
        text = self.env._("There is none, for the reasons above.")
        return Finding(INFO, title, text)

    # === WHAT IS MISSING === #

    def _get_hindrances(self, booking, rule):
        """Return what else than the booking's state a rule waits for; for add-ons.

        :param booking: one ``resource.booking`` in superuser mode that takes place.
        :param RoomRule rule: one that the booking has not reached.
        :rtype: list[Hindrance]
        """
        return []

    def _get_all_hindrances(self, booking, rules):
        """Return what keeps a booking from some rules, each thing once.

        :param list[tuple] rules: see :meth:`_get_rules_of_reader`.
        :rtype: list[Hindrance]
        """
        planner = self.env["exivo.planner"]
        hindrances = [
            hindrance
            for _room, rule in rules
            if not planner._reached(booking, rule)
            for hindrance in self._get_hindrances(booking, rule)
        ]
        return list(dict.fromkeys(hindrances))

    def _opens_some(self, booking, partner):
        """Tell whether a booking is as far as some doors ask that a person may open.

        :param booking: one ``resource.booking`` record.
        :rtype: bool
        """
        booking = self._as_planned(booking)
        rules = self.env["exivo.planner"]._get_rules(booking)
        return self._applies_any(booking, partner, rules)

    def _get_hindrances_of(self, booking, partner, reader=None):
        """Return what keeps a person from the doors of a booking, be it some of them.

        Whoever may know that it is this person's booking may know it.

        :param booking: one ``resource.booking`` record.
        :param partner: a ``res.partner`` on it.
        :param reader: the ``res.partner`` who reads it, if that is known.
        :rtype: list[Hindrance]
        """
        planner = self.env["exivo.planner"]
        booking = self._as_planned(booking)
        if not planner._takes_place(booking) or planner._is_over(booking):
            return []
        rules = planner._get_rules(booking)
        if rules and partner in planner._get_declined(booking):
            return [self._get_refusal(booking, partner, reader)]
        rules = [
            (room, rule)
            for room, rule in rules
            if partner in planner._get_holders(booking, rule)
            and not planner._reached(booking, rule)
        ]
        if not rules:
            return []
        hindrances = self._get_all_hindrances(booking, rules)
        return hindrances or self._get_awaited_answers(booking, reader)

    def _get_awaited_answers(self, booking, reader=None):
        """Return whose answer a booking waits for, in words for customers.

        :param reader: see :meth:`_get_hindrances_of`.
        :rtype: list[Hindrance]
        """
        answering = self._get_answering(booking)
        if booking._waits_for_exivo_staff():
            text = self.env._("Our staff confirm it first. The time is kept for you.")
        elif self.env["exivo.planner"]._is_declined(booking):
            return [self._get_refusal(booking, answering, reader)]
        elif reader and answering == reader:
            text = self.env._("It is confirmed as soon as you accept it.")
        else:
            text = self.env._(
                "It is confirmed as soon as %(name)s accepts it.",
                name=answering.name or answering.email,
            )
        return [Hindrance(text, booking)]

    def _get_answering(self, booking):
        """Return whose answer confirms a booking: the first one's who was invited.

        :rtype: res.partner
        """
        answer = self.env["exivo.planner"]._get_deciding_answer(booking)
        return answer.partner_id or booking.partner_ids[:1]

    def _get_refusal(self, booking, partner, reader=None):
        """Return that somebody will not come, in words for customers.

        :param reader: see :meth:`_get_hindrances_of`.
        :rtype: Hindrance
        """
        if reader and partner == reader:
            text = self.env._(
                "You have declined it. Please ask us if this is not right."
            )
        else:
            text = self.env._(
                "%(name)s has declined it. Please ask us if this is not right.",
                name=partner.name or partner.email,
            )
        return Hindrance(text, booking)

    # === FACTS === #

    def _as_planned(self, booking):
        """Return the booking as the planner sees it: whole, archived parts included."""
        return booking.sudo().with_context(active_test=False)

    def _get_people(self, booking):
        """Return those who may hold accesses."""
        return booking.with_context(active_test=True).partner_ids

    def _get_requester(self, booking):
        """Return the one that a booking belongs to; an archived one if need be.

        :rtype: res.partner
        """
        people = self._get_people(booking) or booking.partner_ids
        return self.env["exivo.planner"]._get_requester(booking, people)

    def _get_rules_of_reader(self, booking):
        """Return the rules of the booked rooms that the user's companies have.

        :rtype: list[tuple]
        """
        return [
            (room, rule)
            for room, rule in self.env["exivo.planner"]._get_rules(booking)
            if rule.company_id in self.env.companies.ids
        ]

    def _applies_any(self, booking, partner, rules):
        """Tell whether any rule gives the person access."""
        planner = self.env["exivo.planner"]
        return any(
            planner._reached(booking, rule)
            and partner in planner._get_holders(booking, rule)
            for _room, rule in rules
        )

    def _get_windows(self, booking, partner, rules):
        """Return when the doors would open for a person, were there an access."""
        if not booking.meeting_id:
            return []
        planner = self.env["exivo.planner"]
        start, stop = planner._get_period(booking)
        return sorted(
            {
                (
                    start - timedelta(minutes=rule.minutes_before),
                    stop + timedelta(minutes=rule.minutes_after),
                )
                for _room, rule in rules
                if partner in planner._get_holders(booking, rule)
            }
        )

    def _browse_locks(self, lock_ids):
        return self.env["exivo.lock"].sudo().browse(sorted(lock_ids)).sorted("name")
