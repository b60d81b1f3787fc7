# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Looks a second time at what is at the lock system, without changing anything."""

import logging
import random

from odoo import api, fields, models

from ... import api as exivo
from ...pure import backoff, reconcile
from ...tools.calls import NotMade, stops_site
from ...tools.transactions import wake

_logger = logging.getLogger(__name__)

#: The calls that look once more, and the field that says when each is due again.
MOMENTS = {"look_again": "look_again_at", "ask": "ask_at"}
CALLS = {reconcile.LookAgain: "look_again", reconcile.Ask: "ask"}


class ExivoSecondLooks(models.AbstractModel):
    """Claims and records second looks, for the synchroniser and its recorder.

    The access stays as it is meanwhile: nothing it waits for, no failure of its own. A
    look that fails is due again later, until it has succeeded.
    """

    _name = "exivo.second.looks"
    _description = "Exivo Second Looks"

    @api.model
    def _claim(self, credential, action, lease):
        """Write down that a credential is being looked at.

        :param action: a :class:`reconcile.LookAgain` or a :class:`reconcile.Ask`.
        :param datetime lease: should nobody hear of the outcome, it is due again then.
        :return: the name of the call to make, and its arguments.
        :rtype: tuple
        """
        name = CALLS[type(action)]
        credential[MOMENTS[name]] = lease
        is_ask = name == "ask"
        what = credential.remote_id if is_ask else credential._get_ordered_token()
        return name, credential.kind, what

    @api.model
    def _record(self, name, access, credential, outcome):
        """Write one outcome.

        :param str name: of the call.
        :param outcome: what the adapter returned, an error, or a :class:`NotMade`.
        """
        access.due_at = fields.Datetime.now()
        if isinstance(outcome, NotMade):
            credential[MOMENTS[name]] = fields.Datetime.now()
        elif name == "ask" and isinstance(outcome, exivo.NotFound):
            self._record_ask(access, credential, None)
        elif isinstance(outcome, exivo.ExivoError):
            self._record_error(name, access, credential, outcome)
        else:
            access.site_id._note_answer()
            getattr(self, f"_record_{name}")(access, credential, outcome)
        access._update_state()

    @api.model
    def _record_error(self, name, access, credential, error):
        """Have the look repeated: as soon as its site is called, or after a while."""
        access.site_id._note_failed_call(error)
        # Without an answer it may as well be this call that Exivo cannot carry out.
        waits_for_site = error.refuses_site or (
            stops_site(error) and not error.maybe_done
        )
        delay = backoff.LONGEST_DELAY * random.uniform(0.5, 1)
        now = fields.Datetime.now()
        credential[MOMENTS[name]] = now if waits_for_site else now + delay

    @api.model
    def _record_look_again(self, _access, credential, grants):
        """Have everything else revoked that lives by the order."""
        living = [grant for grant in grants if grant.is_live]
        before = credential.access_id.credential_ids.filtered("remote_id")
        late = {one.id for one in living} - {*before.mapped("remote_id")}
        if late:
            _logger.info(
                "Credential %s: %s more came into being", credential.id, len(late)
            )
        credential._take_in(living)
        credential._note_looked(credential.looks_again + 1)

    @api.model
    def _record_ask(self, access, credential, grant):
        """Note that it is still there, or else that somebody took it away."""
        credential.ask_at = False
        if grant and grant.is_live:
            return
        site = access.site_id
        gone_since = site.gone_since
        self.env["exivo.recorder"]._record_gone(access, credential)
        if site.gone_since != gone_since:
            # The site seems to have forgotten; then later credentials need not be asked
            # for one by one.
            wake(self.env, "ir_cron_compare")
