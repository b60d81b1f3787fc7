# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models

from .. import period


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
                    room=access.room,
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
            self.env._(
                "%(locks)s: %(period)s, visit “%(name)s”",
                locks=", ".join(credential.lock_ids.mapped("name")),
                period=period.format_period(
                    self.env, credential.start, credential.stop, access.tz
                ),
                name=credential._get_visit_name(),
            )
            for credential in credentials
        ]
        lead = self.env._(
            "This should be gone at Exivo, and Exivo has not confirmed it:"
        )
        reason = access.failure_type and self.env["exivo.alarm"]._get_reason(access)
        return Words(
            self.env._(
                "May still open doors: %(holder)s, %(room)s",
                holder=access.partner_id.display_name,
                room=access.room,
            ),
            self._get_note(
                lead,
                self.env["exivo.alarm"]._as_list(lines),
                reason,
                self.env._(
                    "Press Open at Exivo, look for the visit by its name, and revoke "
                    "it there. Odoo goes on trying, and closes this by itself once it "
                    "is gone."
                ),
            ),
        )

    @api.model
    def _get_note(self, *paragraphs):
        return Markup().join(
            Markup("<div>%s</div>") % paragraph for paragraph in paragraphs if paragraph
        )
