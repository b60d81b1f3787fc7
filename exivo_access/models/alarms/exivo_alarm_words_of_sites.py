# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools import period
from . import health
from .exivo_alarm_words import Words


class ExivoAlarm(models.AbstractModel):
    """An alarm about a site, its locks or doors has these words."""

    _inherit = "exivo.alarm"

    def _word_stopped(self, site):
        hindrance = site._get_hindrance()
        if hindrance:
            return Words(
                self.env._("%(site)s is not called", site=site.name),
                self._get_note(hindrance),
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
                "Until Exivo answers nothing is made, changed or removed there. Odoo "
                "asks again by itself, usually every ten minutes, and goes on then. If "
                "its credentials were changed at Exivo, open the site, enter the new "
                "ones and press Verify authentication."
            )
        else:
            advice = self.env._(
                "Until then nothing is made, changed or removed there. Open the site, "
                "check its credentials and press Verify authentication; Odoo goes on "
                "by itself then."
            )
        return Words(summary, self._get_note(site.failure_reason, advice))

    def _word_uncompared(self, site):
        return Words(
            self.env._("%(site)s could not be compared for days", site=site.name),
            self._get_note(
                self.env._(
                    "Once a day Odoo reads Exivo's own list: that finds what was "
                    "removed there by hand, and what is left over from us and still "
                    "opens doors. For two days it could not read all of it."
                ),
                self.env._(
                    "Open the site and press Compare with Exivo: it says what Exivo "
                    "answers. This closes by itself after a comparison."
                ),
            ),
        )

    def _word_unheard(self, site):
        return Words(
            self.env._("What doors report is not heard: %(site)s", site=site.name),
            self._get_note(
                self.env._(
                    "For a day Odoo could not read Exivo's log of the doors. Until it "
                    "can, nobody is told of alarms at doors, of who has come, and of "
                    "bookings that nobody came to."
                ),
                self.env._(
                    "See that the API key may read the log at Exivo; Odoo's own log "
                    "says what Exivo answers. If you do not need what doors report, "
                    "switch it off on the site. This closes by itself once the log is "
                    "read."
                ),
            ),
        )

    def _word_actions(self, _site):
        amiss = health.get_amiss(self.env)
        actions = health.get_actions(self.env, amiss)
        failing = health.get_failing(self.env, actions)
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
                    "Actions (in developer mode): switch on what is off, press Run "
                    "Manually, and look into Odoo's log where that fails. Odoo "
                    "switches an action off by itself that has failed for a week. What "
                    "was deleted comes back when the app is upgraded."
                ),
                self.env._("This closes by itself once all of them run again."),
            ),
        )

    def _word_action(self, action, fails):
        """Name a scheduled action, and say what is amiss with it."""
        if not action.active:
            what = self.env._("switched off")
        elif fails:
            what = self.env._("its last run failed")
        else:
            what = self.env._("has not run for too long")
        return f"{action.with_env(self.env).name}: {what}"

    def _word_unready(self, locks):
        coming = self.env["exivo.trouble"]._get_coming(locks)
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

    def _word_scarce(self, locks):
        site = locks.site_id
        return Words(
            self.env._(
                "PINs of %(length)s digits are running out: %(site)s",
                length=site.pin_length,
                site=site.name,
            ),
            self._get_note(
                self.env._(
                    "Four fifths of all PINs of this length are in use at the same "
                    "time at:"
                ),
                self._as_list(locks.mapped("name")),
                self.env._(
                    "Set more PIN Digits on the site before all are taken: new "
                    "accesses could then not be made. Nobody's PIN is changed by it, "
                    "and this closes by itself."
                ),
            ),
        )

    def _word_door_alarm(self, events):
        site = events.site_id
        lines = [self._word_event(event) for event in events]
        doors = ", ".join(sorted(set(events.lock_id.mapped("name"))))
        return Words(
            self.env._("Alarm at a door: %(doors)s", doors=doors or site.name),
            self._get_note(
                self._as_list(lines),
                self.env._(
                    "The word after the door is Exivo's own. Have somebody look at the "
                    "door; Exivo's log may tell more. Odoo does not know when it is "
                    "over: mark this as done then."
                ),
            ),
        )

    def _word_event(self, event):
        """Say what a door reported, and when, in the time of its site."""
        site = event.site_id
        moment = period.format_moment(self.env, event.occurred_at, site._get_tz())
        return f"{event.lock_id.name or site.name}: {event.name}, {moment}"
