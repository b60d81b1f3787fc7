# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hmac
import random
from datetime import timedelta

from odoo import fields, models

from ...pure import backoff
from ...tools.secret_char import SecretChar, SecretError, open_secret
from ...tools.transactions import wake

CALLBACK = "/exivo/key"
#: One key is not asked about more often than this, however often somebody calls back.
SHORTEST_ASKING = timedelta(seconds=10)


class ExivoCredential(models.Model):
    """A key in an app counts only once the lock system has confirmed it.

    Until then ``lease`` says when it is asked about again, after growing delays. A
    call-back of the lock system brings that forward. Nothing else that it says is
    believed.
    """

    _inherit = "exivo.credential"

    looks = fields.Integer(
        readonly=True,
        copy=False,
        help="How often it was asked in vain whether a phone has the key.",
    )
    looked_at = fields.Datetime(
        readonly=True, copy=False, help="When that was last asked."
    )
    app_name = fields.Char(
        string="App", readonly=True, help="The app that the key was made for."
    )
    callback_token = SecretChar(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # === IS IT THERE? === #

    def _confirm(self):
        """Note that the lock system has the key, so its holder may count on it."""
        made_at = self.made_at if self.confirmed else fields.Datetime.now()
        self.write({"confirmed": True, "made_at": made_at, "lease": False})

    def _ask_again_later(self):
        """Plan to ask again for a key that is not there yet.

        Asks later each time, and sooner near the start.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        access = self.access_id
        due = access.stop if access.is_of_community else self.start
        delay = backoff.get_asking_delay(self.looks, due - now, random.uniform)
        self.write({"looks": self.looks + 1, "lease": now + delay})

    # === THE CALL-BACK === #

    def _find_by_callback(self, credential_id, token):
        """Find the key that a call-back is about.

        The token is compared in constant time.

        :param int credential_id: as it stands in the address.
        :param str token: what came with it.
        :rtype: exivo.credential
        """
        key = self.search([("id", "=", credential_id), ("callback_token", "!=", False)])
        try:
            known = open_secret(key, "callback_token")
        except SecretError:
            known = ""
        same = hmac.compare_digest(known.encode(), token.encode())
        return key if known and same else key.browse()

    def _hear_callback(self):
        """Ask soon about a key that something may have happened to.

        A key that was just asked about waits a little. Another call-back changes
        nothing more. While its site is not called, the key waits for that.
        """
        self.ensure_one()
        is_waiting = self.state == "live" and not self.confirmed
        if not (is_waiting and self.looked_at and self.lease):
            return  # it is being asked about anyway, or need not be
        now = fields.Datetime.now()
        soon = max(now, self.looked_at + SHORTEST_ASKING)
        is_sooner = self.lease > soon
        if is_sooner:
            self.lease = self.access_id.due_at = soon
        # The scheduler looks about once a minute, unless it is woken.
        if (is_sooner or self.lease <= now) and self.site_id._is_called():
            wake(self.env, "ir_cron_synchronise", self.lease)
