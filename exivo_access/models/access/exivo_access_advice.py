# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..rule.methods import GROUP


class ExivoAccess(models.Model):
    """An access says why it is not what it should be, and what to do about it.

    Whoever shows it, an alarm or a screen, says the same. It speaks the language of its
    environment.
    """

    _inherit = "exivo.access"

    def _describe_failure(self):
        """Describe what went wrong last, in Exivo's words where it gave some.

        In superuser mode.

        :rtype: str
        """
        if not self.failure_type:
            return ""
        labels = dict(self._fields["failure_type"]._description_selection(self.env))
        failure = labels[self.failure_type]
        if self.failure_reason:
            failure = f"{failure} ({self.failure_reason.rstrip('.')})"
        return f"{failure}."

    def _advise(self):
        """Advise what to do about a refusal that only a person can clear.

        In superuser mode.

        :rtype: str
        """
        advise = getattr(self, f"_advise_{self.failure_type}", None)
        return advise() if advise else ""

    def _advise_rejected(self):
        if self.method == GROUP:
            return self.env._(
                "If Exivo refuses the name, e-mail address or phone number, correct it "
                "on the contact; Odoo goes on by itself then. Otherwise check at Exivo "
                "whose person it is and that these doors are there, then open the "
                "access and press Retry."
            )
        if (self.failure_facts or {}).get("late"):
            return self.env._(
                "By Exivo's clock this start may be past: have the clocks there and on "
                "this server compared. If they agree, check at Exivo that these doors "
                "are ready. Then open the access and press Retry."
            )
        return self.env._(
            "Check at Exivo that these doors are there and ready, then open the access "
            "and press Retry."
        )

    def _advise_locks_gone(self):
        return self.env._(
            "Exivo no longer lists %(locks)s. Choose other doors in the rule, or have "
            "these put back at Exivo and press Synchronise locks on the site; Odoo "
            "goes on by itself then.",
            locks=", ".join(self._get_unlisted_locks().mapped("name")),
        )

    def _advise_pins_taken(self):
        return self.env._(
            "All PINs of %(length)s digits are in use at these doors. Set more PIN "
            "Digits on the site %(site)s; Odoo goes on by itself then. Nobody's PIN is "
            "changed by it.",
            length=self.site_id.pin_length,
            site=self.site_id.name,
        )

    def _advise_no_link(self):
        return self.env._(
            "Odoo asks Exivo for the link again and again, and goes on by itself once "
            "it is there. To have the access made anew, open it and press Retry. If "
            "that fails too, let the person in by other means and ask Exivo's support."
        )

    def _advise_no_recipient(self):
        return self.env._(
            "Put a mobile number or an e-mail address on the contact; Odoo goes on by "
            "itself then. A number without +41 or the like is taken for one of the "
            "contact's country, else of the company's."
        )

    def _advise_person_shut_out(self):
        return self.env._(
            "Somebody revoked this person at Exivo, or set an entry date to come or an "
            "exit date that is over. Unrevoke the person or change the date there and "
            "press Retry, or take the tag from the contact."
        )

    def _advise_zones_differ(self):
        others = self._get_failed_locks("others")
        uncovered = self._get_failed_locks("uncovered")
        parts = []
        if others:
            text = self.env._(
                "These doors would open as well, or at other hours, because Exivo has "
                "them in the same access zones: %(locks)s. Add them to the rules of "
                "the community, or have the zones changed at Exivo.",
                locks=", ".join(others.mapped("name")),
            )
            parts.append(text)
        if uncovered:
            text = self.env._(
                "These doors are in no access zone, so that standing access cannot "
                "open them: %(locks)s. Put them into a zone at Exivo, or take them "
                "out of the rules.",
                locks=", ".join(uncovered.mapped("name")),
            )
            parts.append(text)
        last = self.env._(
            "Then press Synchronise locks on the site; Odoo goes on by itself, at the "
            "latest within a day."
        )
        return " ".join([*parts, last])
