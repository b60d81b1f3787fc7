# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Deletes what nobody needs any more: PINs and links, door events, then holders."""

from collections.abc import Callable
from datetime import timedelta
from operator import methodcaller
from typing import Any, NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools.transactions import together_or_each, wake
from ..alarms.exivo_alarm import ACTIVITY_TYPES

#: So many rows are cleared in one transaction: whoever works with one of them waits
#: for a moment only.
BATCH_SIZE = 500
#: After that time it is tried again to clear what somebody keeps locked.
AGAIN_AFTER = timedelta(minutes=10)
#: It is kept for so long who has looked at a PIN, and who has fixed one: of those, from
#: when it opens no door any more.
REVEALS_KEPT = timedelta(days=365)

#: What is done with rows.
_forget_secrets = methodcaller("_forget_secrets")
_forget_holders = methodcaller("_forget_holders")
_delete = methodcaller("unlink")


class Stage(NamedTuple):
    """A stage clears rows of a model in which something is old enough."""

    #: the model
    rows: Any
    domain: Domain
    #: function that clears some of them so that the domain does not find them again
    clear: Callable

    def clear_due(self, rows):
        """Clear those of some rows that are still to be cleared."""
        self.clear(rows.search(self.domain & Domain("id", "in", rows.ids)))


class ExivoSite(models.Model):
    """Sites say how long something is kept; what is older is cleared in batches."""

    _inherit = "exivo.site"

    # No calendar goes back further, and nothing of any other site would be cleared.
    _at_most_a_century = models.Constraint(
        "CHECK(GREATEST(event_days, holder_days, standing_days) <= 36500)",
        "Nothing is kept and no link lasts for more than 36,500 days, a hundred years.",
    )

    def _cron_clear(self):
        """Entry point of the scheduled action: clear what is old enough.

        What is to be cleared is looked for once in each stage, since that takes long
        where much is kept. Before each batch it is asked of that alone.
        """
        progress = self.env["ir.cron"]._commit_progress
        stages = self._get_stages_to_clear()
        for number, stage in enumerate(stages, 1):
            found = stage.rows.search(stage.domain, order="id").ids
            if found:
                progress(remaining=len(found) + len(stages) - number)
            for ids in split_every(BATCH_SIZE, found):
                if not together_or_each(stage.clear_due, stage.rows.browse(ids)):
                    # somebody works with one of them
                    wake(self.env, "ir_cron_clear", fields.Datetime.now() + AGAIN_AFTER)
                if not progress(len(ids)):
                    return
        progress(remaining=0)

    def _get_stages_to_clear(self):
        """Return what is to be cleared now, in its order.

        :rtype: list[Stage]
        """
        sites = self.search([("active", "in", (True, False))])
        alike = sites.grouped(
            lambda one: (one.secret_days, one.event_days, one.holder_days)
        )
        now = fields.Datetime.now()
        reveals = Domain("create_date", "<", now - REVEALS_KEPT) & (
            Domain("is_by_fixing", "=", False)
            | Domain("access_id.stop", "<", now - REVEALS_KEPT)
        )
        guests = self.env["exivo.guest"].with_context(active_test=False)
        # one booking may have doors of several sites
        longest = timedelta(days=max(sites.mapped("holder_days"), default=0))
        return [
            *(stage for some in alike.values() for stage in some._get_stages_of_rows()),
            *(stage for site in sites for stage in site._get_stages_of_persons()),
            Stage(self.env["exivo.pin.reveal"], reveals, _delete),
            Stage(guests, guests._get_domain_over(now - longest), _delete),
        ]

    def _get_stages_of_rows(self):
        """Return what is to be cleared of sites that keep everything equally long."""
        now = fields.Datetime.now()
        here = Domain("site_id", "in", self.ids)
        secrets_until = now - timedelta(days=self[0].secret_days)
        events_until = now - timedelta(days=self[0].event_days)
        holders_until = now - timedelta(days=self[0].holder_days)
        credentials = self.env["exivo.credential"]
        accesses = self.env["exivo.access"].with_context(active_test=False)
        not_alive = here & accesses._get_domain_not_alive()
        kept = Domain("pin", "!=", False) | Domain("last_mail_number", ">", 0)
        over = not_alive & Domain("stop", "<", holders_until)
        return [
            Stage(
                credentials,
                here & credentials._get_domain_of_secrets(secrets_until),
                _forget_secrets,
            ),
            Stage(
                accesses,
                not_alive & Domain("stop", "<", secrets_until) & kept,
                _forget_secrets,
            ),
            Stage(
                self.with_context(active_test=False),
                Domain("id", "in", self.ids)
                & Domain("log_known_since", "<", events_until),
                lambda sites: sites.write({"log_known_since": events_until}),
            ),
            Stage(
                self.env["exivo.door.event"],
                here & Domain("occurred_at", "<", events_until),
                _delete,
            ),
            Stage(
                self.env["exivo.opening"],
                here & Domain("create_date", "<", events_until),
                _delete,
            ),
            *(
                Stage(accesses, over & said, _forget_holders)
                for said in accesses._get_domains_of_holders()
            ),
            *self._get_stages_of_alarms(holders_until),
        ]

    def _get_stages_of_alarms(self, limit):
        """Return done alarms on the sites themselves, which list holders by name.

        :param datetime limit: what was done before then is deleted.
        :rtype: list[Stage]
        """
        types = self.env["exivo.alarm"]._get_type_ids(ACTIVITY_TYPES)
        return [
            Stage(
                self.env["mail.activity"].with_context(active_test=False),
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("activity_type_id", "in", types)
                & Domain("active", "=", False)
                & Domain("date_done", "<", limit.date()),
                _delete,
            ),
            Stage(
                self.env["mail.message"],
                Domain("model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("mail_activity_type_id", "in", types)
                & Domain("date", "<", limit),
                _delete,
            ),
        ]

    def _get_stages_of_persons(self):
        """Return persons of the site whose contacts hold no access there."""
        here = Domain("site_id", "=", self.id)
        held = here & Domain("partner_id", "!=", False)
        holders = self.env["exivo.access"]._search(held).subselect("partner_id")
        idle = here & Domain("partner_id", "not in", holders)
        return [Stage(self.env["exivo.person"], idle, _delete)]
