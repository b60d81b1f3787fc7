# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models

from .. import adapters, period


class Words(NamedTuple):
    """What an alarm says."""

    summary: str
    note: Markup


class ExivoTroubleWords(models.AbstractModel):
    """Says what is amiss and what to do about it, in plain words without PIN or link.

    It speaks the language of its environment; the records it is given must do, too.
    """

    _name = "exivo.trouble.words"
    _description = "Exivo Trouble Words"

    @api.model
    def _get_words(self, kind, records):
        """Word an alarm.

        :param str kind: see the kinds of the lookout.
        :param records: what is amiss, all of it at one site or one access.
        :rtype: Words
        """
        return getattr(self, f"_word_{kind}")(records)

    @api.model
    def _word_imminent(self, accesses):
        alarm = self.env["exivo.alarm"]
        return Words(
            self.env._(
                "Accesses that begin soon and are not there: %(count)s",
                count=len(accesses),
            ),
            self._get_note(
                alarm._as_list(map(alarm._get_missing_line, accesses)),
                self.env._(
                    "Odoo goes on trying where it can. Be ready to let these people "
                    "in by other means."
                ),
            ),
        )

    @api.model
    def _word_stopped(self, site):
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
        else:
            advice = self.env._(
                "Until then nothing is made, changed or removed there. Open the site, "
                "check its credentials and press Verify authentication; Odoo goes on "
                "by itself then."
            )
        return Words(summary, self._get_note(site.failure_reason, advice))

    @api.model
    def _word_unready(self, locks):
        coming = self.env["exivo.lookout"]._get_coming(locks)
        lines = []
        for lock in locks:
            access = coming.filtered(lambda one, lock=lock: lock in one.lock_ids)[:1]
            lines.append(
                self.env._(
                    "%(lock)s, needed for %(room)s: %(period)s",
                    lock=lock.name,
                    room=access._get_occasion(),
                    period=access._format_window(),
                )
            )
        return Words(
            self.env._(
                "Locks that are not ready, with bookings in the next 24 hours: "
                "%(count)s",
                count=len(locks),
            ),
            self._get_note(
                self.env["exivo.alarm"]._as_list(lines),
                self.env._(
                    "Check at Exivo and at the doors: battery, connection, and "
                    "whether the locks are still there."
                ),
            ),
        )

    @api.model
    def _word_lingering(self, credentials):
        access = credentials.access_id
        lines = [
            self._word_credential(credential, access.tz) for credential in credentials
        ]
        lead = self.env._(
            "This should be gone at Exivo, and Exivo has not confirmed it:"
        )
        reason = access.failure_type and self.env["exivo.alarm"]._get_reason(access)
        return Words(
            self.env._(
                "May still open doors: %(holder)s, %(room)s",
                holder=access.partner_id.display_name,
                room=access._get_occasion(),
            ),
            self._get_note(
                lead,
                self.env["exivo.alarm"]._as_list(lines),
                reason,
                self.env._(
                    "Press Open at Exivo and look for it: revoke a visit, take a "
                    "person out of the access group. Odoo goes on trying, and closes "
                    "this by itself once it is gone."
                ),
            ),
        )

    @api.model
    def _word_credential(self, credential, tz):
        """What something at Exivo opens, and how it is found there."""
        facts = {
            "locks": ", ".join(credential.lock_ids.mapped("name")),
            "period": period.format_period(
                self.env, credential.start, credential.stop, tz
            ),
        }
        if credential.kind == adapters.PERSON:
            return self.env._(
                "%(locks)s: %(period)s, person with “%(token)s” in the info",
                token=credential.token,
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

    # === WHAT KEEPS A MEMBER FROM BEING LET IN === #

    @api.model
    def _advise(self, access):
        """What to do about a refusal that only a person can clear; else nothing.

        :param access: an ``exivo.access`` record in superuser mode.
        :rtype: str
        """
        advise = getattr(self, f"_advise_{access.failure_type}", None)
        return advise(access) if advise else ""

    @api.model
    def _advise_rejected(self, access):
        return self.env._(
            "Check at Exivo that these doors are there and ready, then open the access "
            "and press Retry."
        )

    @api.model
    def _advise_no_link(self, access):
        return self.env._(
            "Open the access and press Retry. If it fails again, let the person in by "
            "other means and ask Exivo's support."
        )

    @api.model
    def _advise_no_recipient(self, access):
        return self.env._(
            "Put a mobile number or an e-mail address on the contact; Odoo goes on by "
            "itself then. A number without +41 or the like is taken for one of the "
            "contact's country, else of the company's."
        )

    @api.model
    def _advise_person_exists(self, access):
        return self.env._(
            "Exivo has %(names)s, who may be this member and was not made by Odoo. "
            "Nothing was changed there. A manager opens the access, presses Who is "
            "it? and decides.",
            names=", ".join(one.name for one in access._get_candidates()),
        )

    @api.model
    def _advise_person_shut_out(self, access):
        return self.env._(
            "Somebody revoked this person at Exivo, who is not let in again. Unrevoke "
            "the person there and press Retry, or take the tag from the contact."
        )

    @api.model
    def _advise_zones_differ(self, access):
        others = access._get_failed_locks("others")
        uncovered = access._get_failed_locks("uncovered")
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
        last = self.env._("Then press Synchronise locks on the site, and Retry here.")
        return " ".join([*parts, last])

    @api.model
    def _get_note(self, *paragraphs):
        return Markup().join(
            Markup("<div>%s</div>") % paragraph for paragraph in paragraphs if paragraph
        )
