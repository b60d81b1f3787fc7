# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts alarms into words."""

from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models

from ... import adapters
from ...tools import period

#: A list names so many things, and counts the others.
LIST_LENGTH = 20


class Words(NamedTuple):
    """An alarm consists of these words."""

    summary: str
    note: Markup


class ExivoAlarmWords(models.AbstractModel):
    """Says what is amiss and what to do about it, in plain words without PIN or link.

    It speaks the language of its environment.
    """

    _name = "exivo.alarm.words"
    _description = "Exivo Alarm Words"

    @api.model
    def _get_words(self, kind, records):
        """Put an alarm into words.

        :param str kind: among the kinds of ``exivo.alarm``.
        :param records: what is amiss, all of it at one site or one access.
        :rtype: Words
        """
        return getattr(self, f"_word_{kind}")(records.with_env(self.env))

    # === ACCESSES === #

    @api.model
    def _word_failed(self, accesses):
        access = accesses[0]
        facts = {"holder": access.partner_id.display_name}
        if access.is_of_community:
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
        advice = self.env["exivo.failure.words"]._advise(access)
        return Words(summary, self._get_note(lead, self._as_list(lines), advice))

    @api.model
    def _word_gone(self, access):
        return Words(
            self.env._("Removed at Exivo: %(access)s", access=access.display_name),
            self._get_note(
                self.env._(
                    "Somebody removed this access at Exivo, so it no longer opens the "
                    "doors. Press Give back to have it made again, or leave it removed."
                )
            ),
        )

    @api.model
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
                    "back, or leave it removed."
                ),
            ),
        )

    @api.model
    def _word_missing(self, accesses):
        return Words(
            self.env._(
                "Accesses of the next 24 hours that are not there yet: %(count)s",
                count=len(accesses),
            ),
            self._as_list(map(self._word_access, accesses)),
        )

    @api.model
    def _word_imminent(self, accesses):
        return Words(
            self.env._(
                "Accesses that begin soon and are not there: %(count)s",
                count=len(accesses),
            ),
            self._get_note(
                self._as_list(map(self._word_access, accesses)),
                self.env._(
                    "Odoo goes on trying where it can. Be ready to let these people "
                    "in by other means."
                ),
            ),
        )

    @api.model
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
                    "and Odoo's mail queue."
                ),
            ),
        )

    @api.model
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

    @api.model
    def _word_booking(self, booking):
        """Name a booking and its time, but nobody: it may be another company's."""
        planner = self.env["exivo.planner"]
        when = period.format_period(
            self.env, *planner._get_period(booking), planner._get_tz(booking)
        )
        return f"{planner._get_reference(booking)}: {when}"

    @api.model
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
                self.env["exivo.failure.words"]._describe(access),
                self.env._(
                    "Press Open at Exivo and look for it: revoke a visit, take a "
                    "person out of the access group. Odoo goes on trying, and closes "
                    "this by itself once it is gone."
                ),
            ),
        )

    @api.model
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

    @api.model
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

    # === SITES AND LOCKS === #

    @api.model
    def _word_stopped(self, site):
        if site._leads_inside():
            return Words(
                self.env._("%(site)s is not called", site=site.name),
                self._get_note(site._explain_inside()),
            )
        if site.state == "refused":
            summary = self.env._(
                "Exivo refuses the credentials of %(site)s", site=site.name
            )
        elif site.state == "draft":
            summary = self.env._("%(site)s waits to be verified", site=site.name)
        else:
            summary = self.env._("%(site)s does not answer", site=site.name)
        if site.state == "verified":
            advice = self.env._(
                "Check the network, and whether Exivo has an outage. Odoo goes on by "
                "itself as soon as it gets an answer."
            )
        elif site.state == "refused" and site.ask_again_at:
            advice = self.env._(
                "Until it answers nothing is made, changed or removed there. Odoo asks "
                "again by itself every ten minutes, and goes on as soon as Exivo "
                "answers. If its credentials were changed at Exivo, open the site, "
                "enter the new ones and press Verify authentication."
            )
        else:
            advice = self.env._(
                "Until then nothing is made, changed or removed there. Open the site, "
                "check its credentials and press Verify authentication; Odoo goes on "
                "by itself then."
            )
        return Words(summary, self._get_note(site.failure_reason, advice))

    @api.model
    def _word_actions(self, _site):
        health = self.env["exivo.health"]
        amiss = health._get_amiss()
        actions = health._get_actions(amiss)
        failing = health._get_failing(actions)
        lines = [
            self._word_action(action, name in failing)
            if action
            else self.env._("exivo_access.ir_cron_%(name)s: deleted", name=name)
            for name, action in actions.items()
        ]
        return Words(
            self.env._(
                "Scheduled actions that do not run as they should: %(count)s",
                count=len(amiss),
            ),
            self._get_note(
                self._as_list(lines),
                self.env._(
                    "Have an administrator open Settings → Technical → Scheduled "
                    "Actions: switch on what is off, press Run Manually, and look "
                    "into Odoo's log where that fails. Odoo switches an action off by "
                    "itself that has failed for a week. What was deleted comes back "
                    "when the app is upgraded."
                ),
                self.env._("This closes by itself once all of them run again."),
            ),
        )

    @api.model
    def _word_action(self, action, fails):
        """Name a scheduled action, and say what is amiss with it."""
        if not action.active:
            what = self.env._("switched off")
        elif fails:
            what = self.env._("its last run failed")
        else:
            what = self.env._("has not run for too long")
        return f"{action.with_env(self.env).name}: {what}"

    @api.model
    def _word_unready(self, locks):
        coming = self.env["exivo.lookout"]._get_coming(locks)
        lines = []
        for lock in locks:
            access = coming.filtered(lambda one, lock=lock: lock in one.lock_ids)[:1]
            facts = {
                "lock": lock.name,
                "room": access._get_occasion(),
                "period": access._format_window(),
            }
            if lock.active:
                line = self.env._("%(lock)s, needed for %(room)s: %(period)s", **facts)
            else:
                line = self.env._(
                    "%(lock)s, no longer at Exivo, needed for %(room)s: %(period)s",
                    **facts,
                )
            lines.append(line)
        return Words(
            self.env._(
                "Locks that are not ready, with bookings in the next 24 hours: "
                "%(count)s",
                count=len(locks),
            ),
            self._get_note(
                self._as_list(lines),
                self.env._(
                    "Check at Exivo and at the doors: battery, connection, and "
                    "whether the locks are still there. Accesses open the doors that "
                    "are left; for one that is gone, choose another in the rule."
                ),
            ),
        )

    @api.model
    def _word_scarce(self, locks):
        site = locks.site_id
        return Words(
            self.env._(
                "PINs of %(length)s digits are running out: %(site)s",
                length=site.pin_length,
                site=site.name,
            ),
            self._get_note(
                self.env._("Four of five PINs are in use at the same time at:"),
                self._as_list(locks.mapped("name")),
                self.env._(
                    "Set more PIN Digits on the site before all are taken: new "
                    "accesses could then not be made. Nobody's PIN is changed by it, "
                    "and this closes by itself."
                ),
            ),
        )

    @api.model
    def _word_door_alarm(self, events):
        site = events.site_id
        lines = [self._word_event(event) for event in events]
        doors = ", ".join(sorted(set(events.lock_id.mapped("name"))))
        return Words(
            self.env._("Alarm at a door: %(doors)s", doors=doors or site.name),
            self._as_list(lines),
        )

    @api.model
    def _word_event(self, event):
        """Say what a door reported, and when, in the time of its site."""
        site = event.site_id
        moment = period.format_moment(self.env, event.occurred_at, site._get_tz())
        return f"{event.lock_id.name or site.name}: {event.name}, {moment}"

    # === PARTS === #

    @api.model
    def _word_access(self, access):
        """Name an access that is not there, and say why."""
        return f"{self._name_access(access)}: {self._get_reason(access)}"

    @api.model
    def _name_access(self, access):
        """Name an access: its booking, its holder, its occasion and its window."""
        parts = (
            access.reference,
            access.partner_id.display_name,
            access._get_occasion(),
            access._format_window(),
        )
        return " · ".join(filter(None, parts))

    @api.model
    def _get_reason(self, access):
        """Return why an access is not there, as staff read it."""
        failure = self.env["exivo.failure.words"]._describe(access)
        return failure or self.env._("In progress")

    @api.model
    def _as_list(self, lines):
        """Return lines as a list. Of very many it has only the first ones."""
        lines = list(lines)
        more = len(lines) - LIST_LENGTH
        if more > 0:
            lines[LIST_LENGTH:] = [self.env._("… and %(count)s more", count=more)]
        return Markup("<ul>%s</ul>") % Markup().join(
            Markup("<li>%s</li>") % line for line in lines
        )

    @api.model
    def _get_note(self, *paragraphs):
        """Return paragraphs, without those that have nothing to say."""
        return Markup().join(
            Markup("<div>%s</div>") % paragraph for paragraph in paragraphs if paragraph
        )
