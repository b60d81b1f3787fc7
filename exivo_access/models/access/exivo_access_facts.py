# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Hands the pure decision what it has to know, as far as that can be read."""

import logging
from dataclasses import replace

import psycopg2

from odoo import fields, models

from ...pure import reconcile
from ...tools.quiet_log import log_exception, look_at
from .exivo_access import ENOUGH_TRIES

_logger = logging.getLogger(__name__)


class ExivoAccess(models.Model):
    """An access and its credentials are facts, which ``pure/reconcile.py`` judges."""

    _inherit = "exivo.access"

    def _get_wanted(self):
        """Return what this access promises, in the form that the pure decision takes.

        :rtype: reconcile.Wanted
        """
        self.ensure_one()
        if not self._is_granted():  # it goes, even if it cannot be read what it was
            return reconcile.Wanted(False, self.start, self.stop, frozenset(), "")
        return reconcile.Wanted(
            is_wanted=True,
            start=self.start,
            stop=self.stop,
            lock_ids=frozenset(self._get_present_locks().ids),
            pin=str(self.pin_number),
            blocked=self._is_blocked(),
            stalled=self.tries >= ENOUGH_TRIES,
            rights=self._get_present_rights(self.rights),
            holder=self.holder_digest or "",
            recipient=self.app_recipient or "",
            has_doors=not self._lacks_locks(),
        )

    def _get_open_credentials(self):
        """Return the credentials of this access that are, or may be, alive at Exivo.

        :rtype: list[reconcile.Credential]
        """
        self.ensure_one()
        return self._get_facts_of_credentials(
            lambda one: one.state in reconcile.OPEN_STATES
        )

    def _find_opening(self, opens):
        """Return what is at the lock system and opens doors now.

        Of what cannot be read, nobody can say that it does.

        :param opens: function of a credential, of what is wanted, and of now.
        :rtype: list[reconcile.Credential]
        """
        now = fields.Datetime.now()
        wanted, found = look_at(
            self,
            lambda: (self._get_wanted(), self._get_open_credentials()),
            (None, []),
        )
        return [one for one in found if opens(one, wanted, now)]

    def _get_looked_for(self):
        """Return the credentials that seem not to be alive, but are still looked for.

        :rtype: list[reconcile.Credential]
        """
        self.ensure_one()
        return self._get_facts_of_credentials(
            lambda one: one.look_again_at and one.state not in reconcile.OPEN_STATES
        )

    def _get_facts_of_credentials(self, condition):
        """Return what the pure decision has to know of some of its credentials.

        :param condition: function of a single one.
        :rtype: list[reconcile.Credential]
        """
        return [
            self._get_facts_of_credential(one)
            for one in self.credential_ids
            if condition(one)
        ]

    def _get_facts_of_credential(self, credential):
        """Return what the pure decision has to know of one of its credentials.

        What differs from what is promised has to go, even if its weekly hours cannot be
        read; while the door is needed now, once there is something better.
        What is not live has nothing that it opens compared.

        :rtype: reconcile.Credential
        """
        if credential.state != "live" or not self._is_granted():
            return credential._get_bare_facts()
        try:
            return credential._get_facts()
        except psycopg2.Error:
            raise
        except Exception:
            seen, wanted = credential._get_facts_without_rights(), self._get_wanted()
            seen = replace(seen, rights=wanted.rights, complete=False)
            if not reconcile.find_changes(seen, wanted, fields.Datetime.now()):
                raise
            log_exception(_logger, "Credential %s cannot be read", credential.id)
            return seen
