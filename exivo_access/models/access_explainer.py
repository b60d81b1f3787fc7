# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from .. import period
from .explainer import FINE, INFO, LOOK, PROBLEM, Finding


class ExivoAccessExplainer(models.AbstractModel):
    """Says how one access stands, what hinders it, and what its holder knows of it.

    All accesses are in superuser mode: ``exivo.explainer`` has checked the rights.
    """

    _name = "exivo.access.explainer"
    _description = "Exivo Access Explainer"

    @api.model
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
            return [*findings, self._explain_removal(access)]
        works = access.state == "created"
        findings += [
            self.env["exivo.explainer"]._explain_window(
                access.start, access.stop, access.tz, works
            ),
            self._explain_state(access),
        ]
        if access.state != "expired":
            findings += self._explain_site(access.site_id, works, access.tz)
            findings += self._explain_locks(access)
        findings += self._explain_mail(access)
        if works:
            findings.append(self._explain_looks(access))
        return findings

    # === THE FINDINGS, IN THE ORDER OF THE SCREEN === #

    @api.model
    def _explain_removal(self, access):
        title = self.env._("Access")
        if access.gone_at_exivo:
            text = self.env._(
                "Somebody removed it at Exivo. Press Give back to have it made again."
            )
        elif access.stands:
            text = self.env._(
                "Staff removed it. Press Give back to let it follow its booking again."
            )
        else:
            text = self.env._(
                "It was removed, because the booking no longer asks for it."
            )
        if access.state != "removed":
            pending = self.env._("Exivo has not confirmed the removal yet.")
            text = f"{text} {pending} {self._describe_failure(access)}".rstrip()
        return Finding(PROBLEM, title, text)

    @api.model
    def _explain_state(self, access):
        title = self.env._("Access")
        if access.state == "created":
            text = self.env._(
                "Created: it is at Exivo since %(moment)s.",
                moment=self._format(access._get_keeper().create_date, access.tz),
            )
            return Finding(FINE, title, text)
        if access.state == "expired":
            text = self.env._("Expired: its window is over, or was too short to use.")
            return Finding(PROBLEM, title, text)
        if access.state == "failed":
            text = f"{self._describe_failure(access)} {self._get_advice(access)}"
            return Finding(PROBLEM, title, text)
        text = self.env._(
            "In progress: ordered %(moment)s, not yet confirmed by Exivo.",
            moment=self._format(access.ordered_at, access.tz),
        )
        parts = text, self._describe_failure(access), self._describe_next_try(access)
        urgent = access.start <= fields.Datetime.now()
        verdict = PROBLEM if urgent else LOOK
        return Finding(verdict, title, " ".join(part for part in parts if part))

    @api.model
    def _describe_failure(self, access):
        """What went wrong last, in Exivo's words where it gave some."""
        if not access.failure_type:
            return ""
        labels = access._fields["failure_type"]._description_selection(self.env)
        reason = (access.failure_reason or "").rstrip(".")
        failure = dict(labels)[access.failure_type]
        return f"{failure}: {reason}." if reason else f"{failure}."

    @api.model
    def _get_advice(self, access):
        if access.failure_type == "no_link":
            return self.env._(
                "Press Retry. If it happens again, look at the visit at Exivo."
            )
        return self.env._(
            "Put right what Exivo complains of (often a lock that it no longer has), "
            "then press Retry."
        )

    @api.model
    def _describe_next_try(self, access):
        site = access.site_id
        if not access.due_at or site.state != "verified":
            return ""
        moment = max(access.due_at, site.paused_until or access.due_at)
        if moment <= fields.Datetime.now():
            return self.env._("It is worked on any moment.")
        return self.env._(
            "Next try: %(moment)s.", moment=self._format(moment, access.tz)
        )

    @api.model
    def _explain_site(self, site, works, tz):
        """Say what keeps Odoo from reaching the site of an access, if anything does."""
        title = self.env._("Site")
        verdict = LOOK if works else PROBLEM
        paused = site.paused_until and site.paused_until > fields.Datetime.now()
        if not site.active:
            text = self.env._("It is archived, so Odoo does not call it. Unarchive it.")
        elif site.state != "verified":
            text = self.env._(
                "It is not verified, so Odoo does not call it. A manager opens the "
                "site and presses Verify authentication."
            )
        elif site.hindrance:
            text = site.hindrance
        elif paused:
            text = self.env._(
                "It does not answer; Odoo tries again at %(moment)s. Check its "
                "network if this lasts.",
                moment=self._format(site.paused_until, tz),
            )
        else:
            return []
        parts = f"{site.name}:", site.failure_reason, text
        return [Finding(verdict, title, " ".join(part for part in parts if part))]

    @api.model
    def _explain_locks(self, access):
        title = self.env._("Locks")
        findings = []
        for lock in access.lock_ids:
            if not lock.active:
                text = self.env._(
                    "%(lock)s: Exivo no longer has this lock. Choose another one in "
                    "the rule.",
                    lock=lock.name,
                )
                findings.append(Finding(PROBLEM, title, text))
            elif not lock.is_ready:
                text = self.env._(
                    "%(lock)s: not ready, as of %(moment)s. Check its battery and "
                    "connection, then synchronise the locks of the site.",
                    lock=lock.name,
                    moment=self._format(lock.seen_at, access.tz),
                )
                findings.append(Finding(PROBLEM, title, text))
        ready = access.lock_ids.filtered(lambda lock: lock.active and lock.is_ready)
        if ready:
            text = self.env._(
                "%(locks)s: ready, as of %(moment)s.",
                locks=", ".join(ready.mapped("name")),
                moment=self._format(min(ready.mapped("seen_at")), access.tz),
            )
            findings.append(Finding(FINE, title, text))
        return findings

    @api.model
    def _explain_mail(self, access):
        """Say what the holder was sent, and what is known of its arrival."""
        title = self.env._("Mail")
        verdict, text = {
            "sent": (FINE, self.env._("It was sent.")),
            "announced": (
                INFO,
                self.env._("It was said that the access follows; link and PIN wait."),
            ),
            "waiting": (
                INFO,
                self.env._("Nothing is sent yet: the mail follows the access."),
            ),
            "no_email": (
                PROBLEM,
                self.env._(
                    "Nothing could be sent: there is no e-mail address. It is sent as "
                    "soon as the contact has one."
                ),
            ),
            "failed": (
                PROBLEM,
                self.env._(
                    "It could not be written. Put the mail template right, then press "
                    "Resend."
                ),
            ),
        }[access.mail_state]
        queued = self._find_queued_mail(access)
        if queued.state == "exception":
            verdict, text = (
                PROBLEM,
                self.env._(
                    "It could not be delivered: %(reason)s. Check the address, then "
                    "press Resend.",
                    reason=(queued.failure_reason or "?").strip().rstrip("."),
                ),
            )
        elif queued:
            verdict, text = LOOK, self.env._("It waits in Odoo's queue to be sent.")
        return [
            Finding(verdict, title, text),
            *self._explain_address(access.partner_id),
        ]

    @api.model
    def _find_queued_mail(self, access):
        """The last mail about an access that has not left Odoo; often there is none."""
        mails = access._get_siblings().mail_id.sorted("id")
        return mails.filtered(lambda mail: mail.state in ("outgoing", "exception"))[-1:]

    @api.model
    def _explain_address(self, partner):
        title = self.env._("Mail")
        findings = []
        if partner.message_bounce:
            text = self.env._(
                "%(count)s mails to %(address)s came back. Check the address.",
                count=partner.message_bounce,
                address=partner.email,
            )
            findings.append(Finding(LOOK, title, text))
        if partner.is_blacklisted:
            text = self.env._(
                "%(address)s is on Odoo's mail blacklist; mails about accesses are "
                "sent all the same.",
                address=partner.email,
            )
            findings.append(Finding(INFO, title, text))
        return findings

    @api.model
    def _explain_looks(self, access):
        """Say what is known of the holder's way to link and PIN."""
        looks = access._get_siblings().reveal_ids.filtered(
            lambda look: look.user_id.partner_id == access.partner_id
        )
        if looks:
            text = self.env._(
                "The holder looked at the PIN in the portal, last %(moment)s.",
                moment=self._format(max(looks.mapped("create_date")), access.tz),
            )
        else:
            text = self.env._("The holder has not looked at the PIN in the portal.")
        unknown = self.env._("Exivo does not tell whether the link was opened.")
        return Finding(INFO, self.env._("Link and PIN"), f"{text} {unknown}")

    @api.model
    def _format(self, moment, tz):
        return period.format_moment(self.env, moment, tz)
