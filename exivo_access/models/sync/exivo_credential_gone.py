# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import fields, models

from ...api.server_clock import MAX_OFFSET
from ...tools.transactions import wake

_logger = logging.getLogger(__name__)


class ExivoCredential(models.Model):
    """A credential notes that it is gone or changed at Exivo, and not by us."""

    _inherit = "exivo.credential"

    def _ends_soon(self):
        """Tell whether it may have ended already by a clock over there that is ahead.

        :rtype: bool
        """
        self.ensure_one()
        return self.stop <= fields.Datetime.now() + MAX_OFFSET

    def _is_long_over(self):
        """Tell whether it has ended by a clock over there that is behind, too.

        :rtype: bool
        """
        self.ensure_one()
        return self.stop <= fields.Datetime.now() - MAX_OFFSET

    def _note_gone(self):
        """Have accesses removed whose credentials were taken away at Exivo.

        An access that was changed meanwhile, or that waits for its replacement anyway,
        is left to the synchroniser. An access of a person is not, because the
        synchroniser would let the person in again.
        """
        now = fields.Datetime.now()
        removed = self.env["exivo.access"]
        for credential in self.filtered(
            lambda one: one.state == "live" and one.stop > now
        ):
            access = credential.access_id
            if access._is_person_taken_over():
                continue  # the order under way finds out by itself
            counted_on = access._get_working_credential() | access._get_unconfirmed()
            if access._is_granted():
                counted_on |= access._get_last_person()
            was_counted_on = credential in counted_on
            credential._end("revoked")
            if was_counted_on:
                access.write(
                    {"withheld": True, "gone_at_exivo": True, "gone_noted_at": now}
                )
                removed |= access
            access._reconsider()
        removed._gone_at_exivo()

    def _note_unknown(self):
        """Have accesses removed whose credentials Exivo says it does not know.

        That may be a mistake. What lives all the same is found later, and taken away.
        """
        living = self.filtered(lambda one: one.state == "live")
        self._note_gone()
        for credential in living.filtered(lambda one: one.state == "revoked"):
            credential._note_looked(0)

    def _note_living(self, grant):
        """Have something revoked that lives beside what its order is to leave.

        :param adapters.Grant grant: came of the same order.
        """
        self._take_in([grant])
        self.access_id.due_at = fields.Datetime.now()
        self.access_id._update_state()
        wake(self.env, "ir_cron_synchronise")

    def _note_changed(self, flag):
        """Have credentials replaced whose doors or PIN somebody changed at Exivo.

        The group or the zones were changed by hand, or the PIN was taken away. Doors
        that nobody here has named must not stay open to members until somebody looks. A
        credential that opens too few doors stays until a better one is there.

        :param str flag: the field of the credential that says which of the two it is.
        """
        for credential in self.filtered(lambda one: one.state == "live"):
            _logger.info("Credential %s was changed at Exivo", credential.id)
            credential[flag] = True
            credential.access_id._reconsider()
