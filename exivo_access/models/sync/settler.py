# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Brings accesses to rest for which nothing is left to do at the lock system."""

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import reconcile

#: So many accesses are ended at once without asking Exivo, whose site is not called.
BATCH_SIZE = 200


class ExivoSettler(models.AbstractModel):
    """The settler takes the last step of a run: accesses rest, and holders are told."""

    _name = "exivo.settler"
    _description = "Exivo Settler"

    @api.model
    def _settle(self, accesses):
        """Bring accesses to rest: tell their holders, and look again later.

        Nothing is left to do for them at Exivo. An access that was changed meanwhile
        stays due.
        """
        settled = accesses.browse()
        for access in accesses.try_lock_for_update(allow_referencing=True):
            decision = access._decide()
            if not decision.actions:
                access._note_settled()
                access.due_at = decision.next_look
                access._update_state()
                settled |= access
        settled._came_to_rest()

    @api.model
    def _find_uncalled(self):
        """Return some of the accesses that are over, at sites that are not called.

        :rtype: exivo.access
        """
        now = fields.Datetime.now()
        alive = [("state", "in", reconcile.OPEN_STATES), ("stop", ">", now)]
        return self.env["exivo.access"].search(
            Domain("due_at", "<=", now)
            & Domain("stop", "<=", now)
            & Domain("site_id", "not in", self.env["exivo.site"]._get_called().ids)
            & ~Domain("credential_ids", "any", alive),
            limit=BATCH_SIZE,
        )

    @api.model
    def _end(self, over):
        """End accesses that are over. That needs no call.

        :param over: ``exivo.access`` records.
        """
        for access in over:
            for action in access._decide().actions:
                if isinstance(action, reconcile.Expire):
                    credentials = self.env["exivo.credential"]
                    credentials.browse(action.credential_id)._end("expired")
        self._settle(over)
