# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Deletes what nobody needs any more: PINs and links, door events, then holders."""

from datetime import timedelta

from odoo import api, fields, models

from .. import period, reconcile

BATCH_SIZE = 500
#: How long it is kept who has looked at a PIN.
LOOKS_KEPT = timedelta(days=365)


class ExivoRetention(models.AbstractModel):
    """Clears what is older than its site allows, a batch at a time.

    Nothing is cleared of what may still be alive at Exivo. The rows stay: they tell our
    own visits from others', and how often a room was opened for somebody.
    """

    _name = "exivo.retention"
    _description = "Exivo Retention"

    @api.model
    def _cron_clear(self):
        """Entry point of the scheduled action: clear what is old enough."""
        progress = self.env["ir.cron"]._commit_progress
        stages = self._get_stages()
        progress(remaining=sum(old.search_count(domain) for old, domain, _ in stages))
        for old, domain, clear in stages:
            while batch := old.search(domain, limit=BATCH_SIZE):
                clear(batch)
                if not progress(len(batch)):
                    return

    @api.model
    def _get_stages(self):
        """What is to be cleared now, in its order.

        :return: for each stage the model, the domain of what is old, and the function
            that clears some of it so that the domain does not find it again.
        :rtype: list[tuple]
        """

        def delete(batch):
            batch.unlink()

        stages = []
        now = fields.Datetime.now()
        for site in self.env["exivo.site"].search([("active", "in", (True, False))]):
            here = [("site_id", "=", site.id)]
            ended = [*here, ("stop", "<", now - timedelta(days=site.secret_days))]
            old = now - timedelta(days=site.event_days)
            long_ended = [*here, ("stop", "<", now - timedelta(days=site.holder_days))]
            stages += [
                (
                    self.env["exivo.credential"],
                    [
                        *self._ended_before(site, site.secret_days),
                        ("state", "not in", reconcile.OPEN_STATES),
                        "|",
                        "|",
                        ("pin", "!=", False),
                        ("link", "!=", False),
                        ("callback_token", "!=", False),
                    ],
                    self._clear_keys,
                ),
                (
                    self.env["exivo.access"],
                    [
                        *self._not_alive(),
                        *ended,
                        "|",
                        ("pin", "!=", False),
                        ("mail_id", "!=", False),
                    ],
                    self._clear_secrets,
                ),
                (
                    self.env["exivo.door.event"],
                    [*here, ("occurred_at", "<", old)],
                    delete,
                ),
                (self.env["exivo.opening"], [*here, ("create_date", "<", old)], delete),
                (
                    self.env["exivo.access"],
                    [*self._not_alive(), *long_ended, ("partner_id", "!=", False)],
                    self._clear_holders,
                ),
                (self.env["exivo.person"], self._get_idle_persons(site), delete),
            ]
        looks = [("create_date", "<", now - LOOKS_KEPT)]
        stages.append((self.env["exivo.pin.reveal"], looks, delete))
        return stages

    @api.model
    def _ended_before(self, site, days):
        """The domain of credentials that ended so long ago; some had no end set."""
        limit = fields.Datetime.now() - timedelta(days=days)
        return [
            ("site_id", "=", site.id),
            "|",
            ("stop", "<", limit),
            "&",
            ("stop", ">=", period.FOREVER),
            ("revoked_at", "<", limit),
        ]

    @api.model
    def _get_idle_persons(self, site):
        """The domain of persons at a site whose contacts hold no access any more."""
        here = [("site_id", "=", site.id), ("partner_id", "!=", False)]
        holders = self.env["exivo.access"]._search(here).subselect("partner_id")
        return [("site_id", "=", site.id), ("partner_id", "not in", holders)]

    @api.model
    def _not_alive(self):
        """The domain of accesses of which nothing may be alive at Exivo."""
        open_states = list(reconcile.OPEN_STATES)
        return [("credential_ids", "not any", [("state", "in", open_states)])]

    @api.model
    def _clear_keys(self, credentials):
        """Forget the secrets of credentials that opened doors once."""
        credentials.write({"pin": False, "link": False, "callback_token": False})

    @api.model
    def _clear_secrets(self, accesses):
        """Forget the PINs of accesses that are over, and mails that were never sent."""
        accesses.mail_id.unlink()
        accesses.write({"pin": False})

    @api.model
    def _clear_holders(self, accesses):
        """Forget whose accesses these were, and what was written about them."""
        accesses.activity_ids.unlink()
        accesses.message_ids.unlink()
        accesses.event_ids._forget_people()
        accesses.credential_ids.holder_mark = False
        accesses.write(
            {
                "partner_id": False,
                "booking_id": False,
                "holder_mark": False,
                "failure_reason": False,
                "failure_facts": False,
                "new_code_reason": False,
            }
        )
