# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts alarms into words."""

from typing import NamedTuple

from markupsafe import Markup

from odoo import models

from ... import adapters
from ...tools import period
from .exivo_alarm import LIST_LENGTH


class Words(NamedTuple):
    """An alarm consists of these words."""

    summary: str
    note: Markup


class ExivoAlarm(models.AbstractModel):
    """An alarm says what is amiss and what to do, in plain words without PIN or link.

    It speaks the language of its environment.
    """

    _inherit = "exivo.alarm"

    def _get_words(self, kind, records):
        """Put an alarm into words.

        :param str kind: among the kinds of ``exivo.alarm``.
        :param records: what is amiss, all of it at one site or one access.
        :rtype: Words
        """
        return getattr(self, f"_word_{kind}")(records.with_env(self.env))

    # === ACCESSES === #

    def _word_failed(self, accesses):
        access = accesses[0]
        facts = {"holder": access.partner_id.display_name}
        if all(one._is_renewed() for one in accesses):
            summary = self.env._("Not renewed: %(access)s", access=access.display_name)
            lead = not access.is_of_community and access._format_booking_period()
        elif access.is_of_community:
            facts["community"] = access._get_occasion()
            summary = self.env._(
                "No access for %(holder)s, member of %(community)s", **facts
            )
            lead = self.env._(
                "%(holder)s is a member of %(community)s, and cannot open:", **facts
            )
        else:
            facts["room"] = access.room
            summary = self.env._(
                "No access for %(holder)s: %(room)s, %(day)s",
                day=access._format_booking_day(),
                **facts,
            )
            lead = self.env._(
                "%(holder)s has booked %(room)s, %(period)s, and cannot open:",
                period=access._format_booking_period(),
                **facts,
            )
        lines = [
            f"{', '.join(one.lock_ids.mapped('name'))}: {self._get_reason(one)}"
            for one in accesses
        ]
        # what helps one need not help the others; said once where it does
        advice = dict.fromkeys(one._advise() for one in accesses)
        return Words(summary, self._get_note(lead, self._as_list(lines), *advice))

    def _word_alike(self, accesses):
        advice = dict.fromkeys(one._advise() for one in accesses)
        return Words(
            self.env._(
                "Accesses that fail by the same cause: %(count)s", count=len(accesses)
            ),
            self._get_note(
                self._as_list(map(self._word_access, accesses)),
                *advice,
                self.env._("This closes by itself once none of them fails."),
            ),
        )

    def _word_gone(self, access):
        return Words(
            self.env._("Removed at Exivo: %(access)s", access=access.display_name),
            self._get_note(
                self.env._(
                    "Somebody removed this access at Exivo, so it no longer opens the "
                    "doors. Press Give back to have it made again, or Leave removed."
                )
            ),
        )

    def _word_gone_together(self, accesses):
        lines = (f"{one.display_name}: {one._format_window()}" for one in accesses)
        return Words(
            self.env._("Accesses gone at Exivo: %(count)s", count=len(accesses)),
            self._get_note(
                self.env._(
                    "Exivo no longer has these accesses, so they open no doors:"
                ),
                self._as_list(lines),
                self.env._(
                    "If Exivo has lost them, press Make all again on the site. If "
                    "somebody removed them there, open each access and press Give "
                    "back or Leave removed."
                ),
            ),
        )

    def _word_missing(self, accesses):
        summary = self.env._(
            "Accesses of the next 24 hours that are not there yet: %(count)s",
            count=len(accesses),
        )
        advice = self.env._(
            "Odoo goes on trying where it can. Open what has failed and press Explain: "
            "it says what to do. This closes by itself once none is missing."
        )
        return self._list_accesses(summary, accesses, advice)

    def _word_imminent(self, accesses):
        summary = self.env._(
            "Accesses that begin soon and are not there: %(count)s", count=len(accesses)
        )
        advice = self.env._(
            "Odoo goes on trying where it can. Be ready to let these people in by "
            "other means."
        )
        return self._list_accesses(summary, accesses, advice)

    def _list_accesses(self, summary, accesses, advice):
        listed = self._as_list(map(self._word_access, accesses))
        return Words(summary, self._get_note(listed, advice))

    def _word_untold(self, accesses):
        lines = [
            f"{self._name_access(access)}: {access._describe_mail()}"
            for access in accesses
        ]
        return Words(
            self.env._(
                "Accesses whose holders do not know of them: %(count)s",
                count=len(accesses),
            ),
            self._get_note(
                self._as_list(lines),
                self.env._(
                    "Call these people, and give them link and PIN from the access. "
                    "Put the e-mail address right on the contact: the mail then goes "
                    "out by itself. If all mails fail, check the outgoing mail server "
                    "and Odoo's mail queue. Mark this done once all of them know."
                ),
            ),
        )

    def _word_doubled(self, access):
        booking = access.booking_id
        occupancies = self.env["exivo.occupancy"].search(
            [("booking_id", "=", booking.id), ("is_doubled", "=", True)]
        )
        others = booking.union(*(one._get_others() for one in occupancies)) - booking
        return Words(
            self.env._(
                "Booked twice: %(rooms)s, %(day)s",
                rooms=", ".join(occupancies.resource_id.mapped("name")),
                day=access._format_booking_day(),
            ),
            self._get_note(
                self.env._("These bookings have the same room at the same time:"),
                self._as_list(map(self._word_booking, booking | others)),
                self.env._(
                    "Move or cancel one of them, and tell its customer. This closes "
                    "by itself once they no longer overlap."
                ),
            ),
        )

    def _word_closed(self, bookings):
        accesses = self.env["exivo.trouble"]._get_first_accesses(bookings)
        by_booking = accesses.grouped("booking_id")
        lines = (
            self._name_access(by_booking[one])
            if one in by_booking
            else f"{self._word_booking(one)} · {one._format_exivo_rooms()}"
            for one in bookings
        )
        return Words(
            self.env._(
                "Bookings of rooms that are closed, or of people who are away: "
                "%(count)s",
                count=len(bookings),
            ),
            self._get_note(
                self.env._(
                    "After they had been booked, a room was closed, or somebody or "
                    "something that comes with it got time off. The bookings stand, "
                    "and whoever has an access to one comes in:"
                ),
                self._as_list(lines),
                self.env._(
                    "Move or cancel these bookings and tell their customers, or take "
                    "the time off away again. Until then nobody can confirm those that "
                    "are not confirmed. This closes by itself once no booking is left."
                ),
            ),
        )

    def _word_booking(self, booking):
        """Name a booking and its time, but nobody: it may be another company's."""
        planner = self.env["exivo.planner"]
        when = period.format_period(
            self.env, *planner._get_period(booking), planner._get_tz(booking)
        )
        return f"{planner._get_reference(booking)}: {when}"

    def _word_lingering(self, credentials):
        access = credentials.access_id
        lines = [
            self._word_credential(credential, access.tz) for credential in credentials
        ]
        lead = self.env._(
            "This should be gone at Exivo, and Exivo has not confirmed it:"
        )
        return Words(
            self.env._(
                "May still open doors: %(holder)s, %(room)s",
                holder=access.partner_id.display_name,
                room=access._get_occasion(),
            ),
            self._get_note(
                lead,
                self._as_list(lines),
                access._describe_failure(),
                self.env._(
                    "Press Open at Exivo and look for it: revoke a visit, take a "
                    "person out of the access group. Odoo goes on trying, and closes "
                    "this by itself once it is gone."
                ),
            ),
        )

    def _word_credential(self, credential, tz):
        """Say what something at Exivo opens, and how it is found there."""
        facts = {
            "locks": ", ".join(credential.lock_ids.mapped("name")),
            "period": period.format_period(
                self.env, credential.start, credential.stop, tz
            ),
        }
        if credential.kind == adapters.PERSON:
            return self.env._(
                "%(locks)s: %(period)s, person with “%(token)s” in the info",
                token=credential._get_ordered_token(),
                **facts,
            )
        return self.env._(
            "%(locks)s: %(period)s, visit “%(name)s”",
            name=credential._get_remote_name(),
            **facts,
        )

    def _word_no_show(self, access):
        return Words(
            self.env._(
                "Nobody came: %(room)s, %(holder)s",
                room=access.room,
                holder=access.partner_id.display_name,
            ),
            self._get_note(
                access._format_booking_period(),
                self.env._(
                    "No door was opened for this booking so far. Open the access and "
                    "press Release the room to cancel the booking and take the access "
                    "away, or leave it."
                ),
            ),
        )

    # === PARTS === #

    def _word_access(self, access):
        """Name an access that is not there, and say why."""
        return f"{self._name_access(access)}: {self._get_reason(access)}"

    def _name_access(self, access):
        """Name an access: its booking, its holder, its occasion and its window."""
        parts = (
            access.reference,
            access.partner_id.display_name,
            access._get_occasion(),
            access._format_window(),
        )
        return " · ".join(filter(None, parts))

    def _get_reason(self, access):
        """Return why an access is not there, or may not be, as staff read it.

        What opens doors all the same comes first: else they would take it away.
        """
        failure = access._describe_failure()
        if not failure and access.state == "created":
            return self.env._("Exivo has not said whether it is still there")
        reason = failure or self.env._("In progress")
        return " ".join(filter(None, (access._describe_renewal(), reason)))

    def _as_list(self, lines):
        """Return lines as a list. Of very many it has only the first ones."""
        lines = list(lines)
        more = len(lines) - LIST_LENGTH
        if more > 0:
            lines[LIST_LENGTH:] = [self.env._("… and %(count)s more", count=more)]
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line for line in lines
        )

    def _get_note(self, *paragraphs):
        """Return paragraphs, without those that have nothing to say."""
        return Markup().join(
            Markup("<div>%s</div>") % paragraph for paragraph in paragraphs if paragraph
        )
