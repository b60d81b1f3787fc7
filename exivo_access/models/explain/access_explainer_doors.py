# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Explains whether the doors of an access can open, and what they reported."""

from datetime import timedelta

from odoo import fields, models

from .finding import FINE, INFO, LOOK, PROBLEM, Finding

#: A refusal so near to a window is worth knowing of.
NEAR = timedelta(hours=1)
MOST_DENIALS = 10


class ExivoAccessExplainer(models.AbstractModel):
    """Site, locks and door events say whether an access is of use at the door."""

    _inherit = "exivo.access.explainer"

    def _explain_site(self, site, works, tz):
        """Say what keeps Odoo from reaching the site of an access, if anything does."""
        title = self.env._("Site")
        verdict = LOOK if works else PROBLEM
        paused = site.paused_until and site.paused_until > fields.Datetime.now()
        if site.state == "refused" and site.ask_again_at:
            text = self.env._(
                "Odoo asks again by itself, next on %(moment)s, and goes on as soon as "
                "Exivo answers. If its credentials were changed at Exivo, a manager "
                "opens the site, enters the new ones and presses Verify "
                "authentication.",
                moment=self._format(site.ask_again_at, tz),
            )
        elif site.state != "verified":
            text = self.env._(
                "It is not verified, so Odoo does not call it. A manager opens the "
                "site and presses Verify authentication."
            )
        elif site.hindrance:
            text = site.hindrance
        elif paused and (site.failure_facts or {}).get("kind") == "limited":
            text = self.env._(
                "Odoo calls it again: %(moment)s. What is there already opens.",
                moment=self._format(site.paused_until, tz),
            )
        elif paused:
            text = self.env._(
                "It does not answer; Odoo tries again on %(moment)s. Check its "
                "network if this lasts.",
                moment=self._format(site.paused_until, tz),
            )
        else:
            return []
        parts = f"{site.name}:", site.failure_reason, text
        return [Finding(verdict, title, " ".join(filter(None, parts)), site)]

    def _explain_locks(self, access):
        """Explain whether its locks can open, as far as Exivo has told."""
        title = self.env._("Locks")
        findings = []
        for lock in access.lock_ids:
            if not lock.active:
                text = self.env._(
                    "%(lock)s: Exivo no longer has this lock. Choose another one in "
                    "the rule.",
                    lock=lock.name,
                )
                findings.append(Finding(PROBLEM, title, text, lock))
            elif not lock.is_ready:
                text = self.env._(
                    "%(lock)s: not ready, as of %(moment)s. Check its battery and "
                    "connection, then synchronise the locks of the site.",
                    lock=lock.name,
                    moment=self._format(lock.seen_at, access.tz),
                )
                findings.append(Finding(PROBLEM, title, text, access.site_id))
        ready = access.lock_ids.filtered(lambda lock: lock.active and lock.is_ready)
        if ready:
            text = self.env._(
                "%(locks)s: ready, as of %(moment)s.",
                locks=", ".join(ready.mapped("name")),
                moment=self._format(min(ready.mapped("seen_at")), access.tz),
            )
            findings.append(Finding(FINE, title, text))
        return findings

    def _explain_events(self, access):
        """Say what the doors reported near the window: an opening, and refusals."""
        title = self.env._("Doors")
        findings = []
        if access.arrived_at and access.arrived_at >= access.start:
            text = self.env._(
                "First opened: %(moment)s.",
                moment=self._format(access.arrived_at, access.tz),
            )
            if access.arrival_is_guess:
                text = f"{text} {self._say_guess()}"
            findings.append(Finding(INFO, title, text))
        denials = self.env["exivo.door.event"].search(
            [
                ("kind", "in", ("denied", "not_ready")),
                ("lock_id", "in", access.lock_ids.ids),
                ("access_id", "in", (False, access.id)),
                ("occurred_at", ">=", access.start - NEAR),
                ("occurred_at", "<=", access.stop + NEAR),
            ],
            limit=MOST_DENIALS,
        )
        labels = dict(denials._fields["kind"]._description_selection(self.env))
        for denial in denials.sorted("occurred_at"):
            text = self.env._(
                "%(lock)s: %(what)s, %(moment)s.",
                lock=denial.lock_id.name,
                what=labels[denial.kind],
                moment=self._format(denial.occurred_at, access.tz),
            )
            if denial.actor:
                who = self.env._("Exivo names %(actor)s.", actor=denial.actor)
            elif denial.certainty == "certain":
                who = self.env._("It was this access.")
            else:
                who = self._say_guess()
            findings.append(Finding(LOOK, title, f"{text} {who}"))
        return findings

    def _say_guess(self):
        return self.env._("Exivo does not say who it was; it may be somebody else.")
