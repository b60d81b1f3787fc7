# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Deletes what nobody needs any more: PINs and links, door events, then holders."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import reconcile
from ...tools import period
from ..alarms.alarm import ACTIVITY_TYPES

BATCH_SIZE = 500
#: It is kept for so long who has looked at a PIN.
LOOKS_KEPT = timedelta(days=365)
#: These fields of an access say something of its holder. A deleted contact leaves all
#: but the first.
HOLDER_FIELDS = (
    "partner_id",
    "booking_id",
    "app_recipient",
    "holder_digest",
    "failure_reason",
    "failure_facts",
    "new_code_reason",
)


class Stage(NamedTuple):
    """A stage clears rows of a model in which something is old enough."""

    #: the model
    rows: Any
    domain: list
    #: function that clears some of them so that the domain does not find them again
    clear: Callable


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
        progress(remaining=sum(one.rows.search_count(one.domain) for one in stages))
        for stage in stages:
            while batch := stage.rows.search(stage.domain, limit=BATCH_SIZE):
                stage.clear(batch)
                if not progress(len(batch)):
                    return

    @api.model
    def _get_stages(self):
        """Return what is to be cleared now, in its order.

        :rtype: list[Stage]
        """
        sites = self.env["exivo.site"].search([("active", "in", (True, False))])
        stages = [stage for site in sites for stage in self._get_stages_of(site)]
        looks = [("create_date", "<", fields.Datetime.now() - LOOKS_KEPT)]
        return [*stages, Stage(self.env["exivo.pin.reveal"], looks, _delete)]

    @api.model
    def _get_stages_of(self, site):
        """Return what is to be cleared of one site.

        :rtype: list[Stage]
        """
        now = fields.Datetime.now()
        here = ("site_id", "=", site.id)
        secrets_until = now - timedelta(days=site.secret_days)
        events_until = now - timedelta(days=site.event_days)
        holders_until = now - timedelta(days=site.holder_days)
        return [
            Stage(
                self.env["exivo.credential"],
                [
                    here,
                    *self._ended_before(secrets_until),
                    ("state", "not in", reconcile.OPEN_STATES),
                    "|",
                    "|",
                    ("pin", "!=", False),
                    ("link", "!=", False),
                    ("callback_token", "!=", False),
                ],
                self._clear_keys,
            ),
            Stage(
                self.env["exivo.access"],
                [
                    here,
                    *self._not_alive(),
                    ("stop", "<", secrets_until),
                    "|",
                    ("pin", "!=", False),
                    ("last_mail_number", ">", 0),
                ],
                self._clear_secrets,
            ),
            Stage(
                self.env["exivo.door.event"],
                [here, ("occurred_at", "<", events_until)],
                _delete,
            ),
            Stage(
                self.env["exivo.opening"],
                [here, ("create_date", "<", events_until)],
                _delete,
            ),
            Stage(
                self.env["exivo.access"].with_context(active_test=False),
                Domain([here, *self._not_alive(), ("stop", "<", holders_until)])
                & self._says_something(),
                self._clear_holders,
            ),
            Stage(self.env["exivo.person"], self._get_idle_persons(site), _delete),
            *self._get_stages_of_alarms(site, holders_until),
        ]

    @api.model
    def _get_stages_of_alarms(self, site, limit):
        """Return done alarms on the site itself, because they list holders by name.

        :param datetime limit: what was done before then is deleted.
        :rtype: list[Stage]
        """
        types = [self.env.ref(name).id for name in ACTIVITY_TYPES.values()]
        return [
            Stage(
                self.env["mail.activity"].with_context(active_test=False),
                [
                    ("res_model", "=", site._name),
                    ("res_id", "=", site.id),
                    ("activity_type_id", "in", types),
                    ("active", "=", False),
                    ("date_done", "<", limit.date()),
                ],
                _delete,
            ),
            Stage(
                self.env["mail.message"],
                [
                    ("model", "=", site._name),
                    ("res_id", "=", site.id),
                    ("mail_activity_type_id", "in", types),
                    ("date", "<", limit),
                ],
                _delete,
            ),
        ]

    @api.model
    def _says_something(self):
        """Return the domain of accesses that say anything of their holder.

        It looks at HOLDER_FIELDS and more. Done activities are archived: search with it
        without ``active_test``.
        """
        filled = Domain.OR(Domain(name, "!=", False) for name in HOLDER_FIELDS)
        return (
            filled
            | Domain("credential_ids.app_recipient", "!=", False)
            | Domain("credential_ids.holder_digest", "!=", False)
            | Domain("activity_ids", "any", [])
            | Domain("message_ids", "any", [])
        )

    @api.model
    def _ended_before(self, limit):
        """Return the domain of credentials that ended before then.

        Some had no end set.
        """
        return [
            "|",
            ("stop", "<", limit),
            "&",
            ("stop", ">=", period.FOREVER),
            ("revoked_at", "<", limit),
        ]

    @api.model
    def _get_idle_persons(self, site):
        """Return the domain of a site's persons whose contacts hold no access."""
        here = [("site_id", "=", site.id), ("partner_id", "!=", False)]
        holders = self.env["exivo.access"]._search(here).subselect("partner_id")
        return [("site_id", "=", site.id), ("partner_id", "not in", holders)]

    @api.model
    def _not_alive(self):
        """Return the domain of accesses of which nothing may be alive at Exivo."""
        open_states = list(reconcile.OPEN_STATES)
        return [("credential_ids", "not any", [("state", "in", open_states)])]

    @api.model
    def _clear_keys(self, credentials):
        """Forget the secrets of credentials that opened doors once."""
        credentials.write({"pin": False, "link": False, "callback_token": False})

    @api.model
    def _clear_secrets(self, accesses):
        """Forget the PINs of accesses that are over, and mails that were never sent."""
        accesses._get_last_mails().unlink()
        accesses.write({"pin": False, "last_mail_number": False})

    @api.model
    def _clear_holders(self, accesses):
        """Forget whose accesses these were, and what was written about them."""
        # Done activities are archived, and notices of activities are no message_ids.
        accesses.with_context(active_test=False).activity_ids.unlink()
        written = [("model", "=", accesses._name), ("res_id", "in", accesses.ids)]
        self.env["mail.message"].sudo().search(written).unlink()
        accesses.event_ids._forget_people()
        accesses.credential_ids.write({"app_recipient": False, "holder_digest": False})
        accesses.write(dict.fromkeys(HOLDER_FIELDS, False))


def _delete(rows):
    rows.unlink()
