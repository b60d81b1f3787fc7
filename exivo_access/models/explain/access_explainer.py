# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

from ...pure import reconcile
from ...tools import period
from ..access.exivo_access import PENDING
from .finding import FINE, INFO, LOOK, PROBLEM, Finding

#: A refusal so near to a window is worth knowing of.
NEAR = timedelta(hours=1)
MOST_DENIALS = 10


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
            removal = self._explain_removal(access)
            return [*findings, removal, *self._explain_looks_again(access)]
        works = bool(access._working())
        findings += [
            self._explain_window(access.start, access.stop, access.tz, works),
            self._explain_state(access),
            *self._explain_looks_again(access),
        ]
        if not access._is_over():
            findings += self._explain_site(access.site_id, works, access.tz)
            findings += self._explain_locks(access)
        findings += self._explain_events(access)
        findings += self._explain_mail(access)
        if works and (access._is_key() or access._shows_pin()):
            findings.append(self._explain_looks(access))
        return findings

    # === THE FINDINGS, IN THE ORDER OF THE SCREEN === #

    @api.model
    def _explain_removal(self, access):
        """Explain why an access is gone, or goes, and who can give it back."""
        title = self.env._("Access")
        if access.gone_at_exivo:
            text = self.env._(
                "Somebody removed it at Exivo. Press Give back to have it made again."
            )
        elif access.is_wanted:
            text = self.env._(
                "Staff removed it. Press Give back to let it follow its booking again."
            )
        else:
            text = self.env._(
                "It was removed, because the booking or the community no longer asks "
                "for it."
            )
        if access.state != "removed":
            pending = self.env._("Exivo has not confirmed the removal yet.")
            failure = self.env["exivo.failure.words"]._describe(access)
            text = f"{text} {pending} {failure}".rstrip()
        return Finding(PROBLEM, title, text)

    @api.model
    def _explain_window(self, start, stop, tz, works=False):
        """Compare a window with the clock.

        :param datetime start: naive UTC.
        :param datetime stop: naive UTC.
        :param str tz: name of the booking's zone.
        :param bool works: whether an access exists already.
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

    @api.model
    def _explain_state(self, access):
        """Explain how an access that is granted is at Exivo, and what it waits for."""
        title = self.env._("Access")
        if access._working():
            text = self.env._(
                "Created: it is at Exivo since %(moment)s.",
                moment=self._format(
                    access._get_working_credential().create_date, access.tz
                ),
            )
            return Finding(FINE, title, text)
        if access._is_over():
            text = self.env._("Expired: its window is over, or was too short to use.")
            return Finding(PROBLEM, title, text)
        if access.state == "failed":
            words = self.env["exivo.failure.words"]
            text = f"{words._describe(access)} {words._advise(access)}"
            return Finding(PROBLEM, title, text)
        text = self.env._(
            "In progress: ordered %(moment)s, not yet confirmed by Exivo.",
            moment=self._format(access.ordered_at, access.tz),
        )
        parts = (
            text,
            self._describe_wait_for_phone(access),
            self.env["exivo.failure.words"]._describe(access),
            self._describe_next_try(access),
        )
        urgent = access.start <= fields.Datetime.now()
        verdict = PROBLEM if urgent else LOOK
        return Finding(verdict, title, " ".join(part for part in parts if part))

    @api.model
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

    @api.model
    def _describe_next_try(self, access):
        """Describe when an access is worked on again, unless its site is not called."""
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
    def _explain_looks_again(self, access):
        """Explain what orders without an answer may lead to, and when that is known."""
        looked_for = access.credential_ids.filtered(lambda one: one._is_looked_for())
        if not looked_for:
            return []
        text = self.env._(
            "Exivo did not answer an order. It may have been carried out late, or "
            "twice, so it is looked for again %(moment)s; what is too much is taken "
            "away then.",
            moment=self._format(min(looked_for.mapped("look_again_at")), access.tz),
        )
        return [Finding(INFO, self.env._("Looked for again"), text)]

    @api.model
    def _explain_site(self, site, works, tz):
        """Say what keeps Odoo from reaching the site of an access, if anything does."""
        title = self.env._("Site")
        verdict = LOOK if works else PROBLEM
        paused = site.paused_until and site.paused_until > fields.Datetime.now()
        if site.state == "refused" and site.ask_again_at:
            text = self.env._(
                "Odoo asks again by itself, next at %(moment)s, and goes on as soon as "
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
    def _explain_events(self, access):
        """Say what the doors reported near the window: an opening, and refusals."""
        title = self.env._("Doors")
        findings = []
        if access.arrived_at:
            text = self.env._(
                "First opened %(moment)s.",
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

    @api.model
    def _say_guess(self):
        return self.env._("Exivo does not say who it was; it may be somebody else.")

    @api.model
    def _explain_mail(self, access):
        """Say what the holder was sent, and what is known of its arrival."""
        state = self._get_mail_state(access)
        if state == "failed":
            verdict, text = PROBLEM, self._describe_failed_mail(access)
        else:
            verdict, text = self._describe_mails(access)[state]
        return [
            Finding(verdict, self.env._("Mail"), text),
            *self._explain_address(access.partner_id),
        ]

    @api.model
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

    @api.model
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

    @api.model
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

    @api.model
    def _find_kept_mail(self, access):
        """Return the last mail about an access that Odoo has kept, if there is one."""
        return access._get_siblings()._get_last_mails()[-1:]

    @api.model
    def _explain_address(self, partner):
        """Explain what may keep mails from arriving, or would if others sent them."""
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
            lambda look: look.user_id.partner_id == access.partner_id
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

    @api.model
    def _format(self, moment, tz):
        return period.format_moment(self.env, moment, tz)
