# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Explains how an access stands: whether it is there, and what it waits for."""

from odoo import fields, models

from ...pure import reconcile
from ...tools import period
from .finding import FINE, INFO, LOOK, PROBLEM, Finding


class ExivoAccessExplainer(models.AbstractModel):
    """Says how one access stands, what hinders it, and what its holder knows of it.

    All accesses are in superuser mode: ``exivo.explainer`` has checked the rights.
    """

    _name = "exivo.access.explainer"
    _description = "Exivo Access Explainer"

    def _explain(self, access, with_heading=False):
        """Explain one access.

        :param access: ``exivo.access`` record in superuser mode.
        :param bool with_heading: whether to say which access it is about.
        :rtype: list[Finding]
        """
        findings = []
        if with_heading:
            locks = ", ".join(access.lock_ids.mapped("name"))
            text = f"{locks} ({access.site_id.name})"
            findings.append(Finding(None, self.env._("Access to"), text))
        if not access._is_granted():
            findings += [self._explain_removal(access)]
            if access.state != "removed":
                findings += self._explain_site(access.site_id, False, access.tz)
            return [*findings, *self._explain_looks_again(access)]
        works = bool(access._working())
        opens = works or access._opens_now()
        findings += [
            self._explain_times(access, opens),
            self._explain_state(access),
            *self._explain_looks_again(access),
        ]
        if not access._is_over() or self._get_end_of_remnant(access):
            findings += self._explain_site(access.site_id, opens, access.tz)
        if not access._is_over():
            findings += self._explain_locks(access)
        findings += self._explain_events(access)
        findings += self._explain_mail(access)
        if works and (access._is_key() or access._shows_pin()):
            findings.append(self._explain_reveals(access))
        return findings

    # === WHETHER IT IS THERE === #

    def _explain_removal(self, access):
        """Explain why an access is gone, or goes, and who can give it back."""
        title = self.env._("Access")
        if not access.is_wanted:
            text = self.env._(
                "It was removed, because the booking or the community no longer asks "
                "for it."
            )
        elif access.gone_at_exivo:
            text = self.env._(
                "Somebody removed it at Exivo. Press Give back to have it made again."
            )
        else:
            text = self.env._(
                "Staff removed it. Press Give back: it is made again where the booking "
                "or the membership goes on."
            )
        if access.state != "removed":
            text = f"{text} {self._describe_pending_removal(access)}"
        # another way in has taken its place
        is_replaced = not access.is_wanted and access._get_siblings()._in_force()
        return Finding(LOOK if is_replaced else PROBLEM, title, text, access)

    def _describe_pending_removal(self, access):
        """Describe why something is at Exivo that is to go, and when it is tried."""
        pending = self.env._("Exivo has not confirmed the removal yet.")
        # what keeps a new one from being made keeps no old one from being taken away
        failure = not access._is_blocked() and access._describe_failure()
        next_try = self._describe_next_try(access)
        return " ".join(filter(None, (pending, failure, next_try)))

    def _get_end_of_remnant(self, access):
        """Return until when what is left of an access that is over opens doors.

        :rtype: datetime | None
        """
        now = fields.Datetime.now()
        remnants = access._get_alive().filtered(lambda one: one.stop > now)
        return max(remnants.mapped("stop"), default=None)

    def _explain_times(self, access, works):
        """Compare the window of an access, and its weekly hours, with the clock."""
        finding = self._explain_window(access.start, access.stop, access.tz, works)
        shut = access._get_locks_shut_by_hours()
        if finding.verdict != FINE or not shut:
            return finding
        text = self.env._(
            "These doors do not open at this hour: %(doors)s.",
            doors=", ".join(shut.mapped("name")),
        )
        hours = [f"{name}: {hours}." for name, hours in access._get_doors() if hours]
        now = self.env._(
            "Now: %(now)s.", now=self._format(fields.Datetime.now(), access.tz)
        )
        return finding._replace(verdict=LOOK, text=" ".join([text, *hours, now]))

    def _explain_window(self, start, stop, tz, works=False):
        """Compare a window with the clock.

        :param datetime start: naive UTC.
        :param datetime stop: naive UTC.
        :param str tz: name of the booking's zone.
        :param bool works: whether something opens the doors already.
        :rtype: Finding
        """
        now = fields.Datetime.now()
        if now >= stop:
            verdict, text = PROBLEM, self.env._("It is over.")
        elif now < start:
            verdict, text = LOOK, self.env._("It is too early.")
        elif stop - now <= reconcile.SHORTEST_USE and not works:
            verdict, text = PROBLEM, self.env._("It ends too soon to be used any more.")
        else:
            verdict, text = FINE, self.env._("It is open now.")
        facts = self.env._(
            "Window: %(window)s. Now: %(now)s.",
            window=period.format_period(self.env, start, stop, tz),
            now=period.format_moment(self.env, now, tz),
        )
        return Finding(verdict, self.env._("Window and now"), f"{text} {facts}")

    def _explain_state(self, access):
        """Explain how an access that is granted is at Exivo, and what it waits for."""
        title = self.env._("Access")
        if access._working():
            credential = access._get_working_credential()
            made_at = credential.made_at or credential.create_date
            text = self.env._(
                "Created: it is at Exivo since %(moment)s.",
                moment=self._format(made_at, access.tz),
            )
            asked = self._get_next_call(access.site_id, credential.ask_at)
            if asked and asked > fields.Datetime.now():
                once_more = self.env._(
                    "Odoo asks for it once more: %(moment)s.",
                    moment=self._format(asked, access.tz),
                )
                text = f"{text} {once_more}"
            return Finding(FINE, title, text)
        if access._is_over():
            text = self.env._("Expired: its window is over, or was too short to use.")
            if stop := self._get_end_of_remnant(access):
                remnant = self.env._(
                    "What is at Exivo opens doors until %(moment)s.",
                    moment=self._format(stop, access.tz),
                )
                text = f"{text} {remnant} {self._describe_pending_removal(access)}"
            return Finding(PROBLEM, title, text)
        failed = access.state == "failed"
        urgent = failed or access.start <= fields.Datetime.now()
        verdict = PROBLEM if urgent and not access._opens_now() else LOOK
        renewal, next_try = access._describe_renewal(), self._describe_next_try(access)
        if failed:
            parts = access._describe_failure(), access._advise(), next_try, renewal
            return Finding(verdict, title, " ".join(filter(None, parts)), access)
        text = self.env._(
            "In progress: requested on %(moment)s, not yet confirmed by Exivo.",
            moment=self._format(access.ordered_at, access.tz),
        )
        waits = self._describe_wait_for_phone(access)
        parts = text, waits, access._describe_failure(), next_try, renewal
        return Finding(verdict, title, " ".join(filter(None, parts)))

    def _describe_wait_for_phone(self, access):
        """Describe what a key waits for that is ordered and not confirmed."""
        if not access._waits_for_phone():
            return ""
        return self.env._(
            "The key was sent to %(recipient)s, and no phone has taken it yet. Ask the "
            "holder to install the app %(app)s and to sign in there with just this "
            "number or address.",
            recipient=access.app_recipient,
            app=access._get_app_name() or "?",
        )

    def _describe_next_try(self, access):
        """Describe when an access is worked on again.

        :return: nothing if its site is not called, or if a person has to act first.
        :rtype: str
        """
        moment = self._get_next_call(access.site_id, access.due_at)
        is_to_be_made = access._is_granted() and not access._is_over()
        if not moment or (access._is_blocked() and is_to_be_made):
            return ""
        if moment <= fields.Datetime.now():
            return self.env._("It is worked on any moment.")
        return self.env._(
            "Next try: %(moment)s.", moment=self._format(moment, access.tz)
        )

    def _get_next_call(self, site, due_at):
        """Return when what is due is called for, by what is known of its site.

        :param due_at: naive UTC, or ``False``.
        :return: nothing if nothing is due, or if the site is not called.
        :rtype: datetime | bool
        """
        if not due_at or site.state != "verified" or site._get_hindrance():
            return False
        return max(due_at, site.paused_until or due_at)

    def _explain_looks_again(self, access):
        """Explain what may live unnoticed, and when that is known."""
        looked_for = access.credential_ids.filtered(lambda one: one._is_looked_for())
        if not looked_for:
            return []
        text = self.env._(
            "Exivo did not answer an order, or said that it does not know what had "
            "come of it. Something may live all the same, so it is looked for again; "
            "what is too much is taken away then."
        )
        due = min(looked_for.mapped("look_again_at"))
        moment = self._get_next_call(access.site_id, due)
        if moment:
            when = self.env._(
                "Next look: %(moment)s.",
                moment=self._format(max(moment, fields.Datetime.now()), access.tz),
            )
            text = f"{text} {when}"
        return [Finding(INFO, self.env._("Looked for again"), text)]

    # === WORDS === #

    def _format(self, moment, tz):
        return period.format_moment(self.env, moment, tz)
