# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Explains what the holder of an access was sent, and has looked at."""

from odoo import models

from ..access.exivo_access import PENDING
from .finding import FINE, INFO, LOOK, PROBLEM, Finding


class ExivoAccessExplainer(models.AbstractModel):
    """Mail, link, PIN and key say what the holder of an access can know of it."""

    _inherit = "exivo.access.explainer"

    def _explain_mail(self, access):
        """Say what the holder was sent, and what is known of its arrival."""
        state = self._get_mail_state(access)
        if access._is_over() and state not in ("sent", "queued", "failed"):
            label = access._describe_mail()
            text = self.env._("The holder was not told in time: %(mail)s.", mail=label)
            verdict = INFO
        elif state == "failed":
            verdict, text = PROBLEM, self._describe_failed_mail(access)
        else:
            verdict, text = self._describe_mails(access)[state]
        about = access if state == "failed" else access.partner_id
        record = about if verdict == PROBLEM else None
        return [
            Finding(verdict, self.env._("Mail"), text, record),
            *self._explain_address(access.partner_id),
        ]

    def _describe_mails(self, access):
        """Describe the mail, by each state that it may have."""
        address = access.partner_id.email or "?"
        return {
            "sent": (FINE, self.env._("It was sent.")),
            "queued": (LOOK, self.env._("It waits in Odoo's queue to be sent.")),
            "announced": (
                INFO,
                self.env._("It was said that the access follows; link and PIN wait."),
            ),
            "waiting": (
                INFO,
                self.env._("Nothing is sent yet: the mail follows the access."),
            ),
            "outdated": (
                INFO,
                self.env._(
                    "What has changed is not told yet: the mail follows the access."
                ),
            ),
            "no_email": (
                PROBLEM,
                self.env._(
                    "Nothing could be sent: there is no e-mail address. It is sent as "
                    "soon as the contact has one."
                ),
            ),
            "invalid": (
                PROBLEM,
                self.env._(
                    "%(address)s is no address that mails can be sent to. The mail is "
                    "sent as soon as the contact has another one.",
                    address=address,
                ),
            ),
            "bounced": (
                PROBLEM,
                self.env._(
                    "The mail to %(address)s came back. It is sent as soon as the "
                    "contact has another address; or press Resend.",
                    address=address,
                ),
            ),
        }

    def _describe_failed_mail(self, access):
        """Describe why a mail has not left Odoo, and when it is tried again."""
        mail = self._find_kept_mail(access)
        due_at = access.env["exivo.mail"]._find(mail.ids).due_at
        if access.mail_due_at:
            due_at = access.mail_due_at
            text = self.env._("It could not be written. Put the mail template right.")
        elif mail.state == "exception":
            text = self.env._(
                "It could not be delivered: %(reason)s. Check the address and the "
                "outgoing mail server.",
                reason=(mail.failure_reason or "?").strip().rstrip("."),
            )
        elif mail.state == "outgoing":
            text = self.env._("It could not be delivered, and waits in Odoo's queue.")
        else:
            text = self.env._("It was not sent, and is not tried again. Press Resend.")
        if not due_at or due_at >= access.stop:
            return text
        again = self.env._(
            "It is tried again: %(moment)s.", moment=self._format(due_at, access.tz)
        )
        return f"{text} {again}"

    def _get_mail_state(self, access):
        """Return how what the holder was sent compares with what there is, or will be.

        :return: a state of the mail, or ``outdated``.
        :rtype: str
        """
        state = access.mail_state
        # Odoo may know more already than the access says.
        kept = self._find_kept_mail(access).state
        if state in ("queued", "sent", "announced") and kept in (
            "outgoing",
            "exception",
        ):
            return "queued" if kept == "outgoing" else "failed"
        if state == "queued" and kept:
            state = "sent" if kept == "sent" else "failed"
        told = state in ("queued", "sent")
        if state == "waiting" or (told and access.state in PENDING):
            return "outdated" if access._is_told() else "waiting"
        return state

    def _find_kept_mail(self, access):
        """Return the last mail about an access that Odoo has kept, if there is one."""
        return access._get_siblings()._get_last_mails()[-1:]

    def _explain_address(self, partner):
        """Explain what may keep mails from arriving, or would if others sent them."""
        title = self.env._("Mail")
        findings = []
        if partner.message_bounce:
            text = self.env._(
                "Mails to %(address)s that came back: %(count)s. Check the address.",
                count=partner.message_bounce,
                address=partner.email,
            )
            findings.append(Finding(LOOK, title, text, partner))
        if partner.is_blacklisted:
            text = self.env._(
                "%(address)s is on Odoo's mail blacklist; mails about accesses are "
                "sent all the same.",
                address=partner.email,
            )
            findings.append(Finding(INFO, title, text))
        return findings

    def _explain_reveals(self, access):
        """Say what is known of the holder's way to link and PIN, or of the key."""
        if access._is_key():
            text = self.env._(
                "Sent to %(recipient)s, in the app %(app)s. Exivo does not tell "
                "whether it was used.",
                recipient=access.app_recipient,
                app=access._get_app_name() or "?",
            )
            return Finding(INFO, self.env._("Key"), text)
        looks = access._get_siblings().reveal_ids.filtered(
            lambda look: (
                look.user_id.partner_id == access.partner_id and not look.is_by_fixing
            )
        )
        if looks:
            text = self.env._(
                "The holder looked at the PIN in the portal, last %(moment)s.",
                moment=self._format(max(looks.mapped("create_date")), access.tz),
            )
        else:
            text = self.env._("The holder has not looked at the PIN in the portal.")
        if access._needs_link():
            unknown = self.env._("Exivo does not tell whether the link was opened.")
            text = f"{text} {unknown}"
        return Finding(INFO, self.env._("Link and PIN"), text)
