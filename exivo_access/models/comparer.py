# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares what we believe to be at Exivo with Exivo's own list."""

import logging

from odoo import api, fields, models

from .. import api as exivo
from .. import comparison

_logger = logging.getLogger(__name__)


class ExivoComparer(models.AbstractModel):
    """Finds what was changed at Exivo by hand, and what of ours nobody looks after.

    - A visit that is gone over there: its access is *Removed*, and staff decide whether
      to give it back.
    - A living visit of ours that nothing stands for: it is revoked.
    - What is not ours is counted, never touched.
    """

    _name = "exivo.comparer"
    _description = "Exivo Comparer"

    @api.model
    def _cron_compare(self):
        """Entry point of the scheduled action: compare all sites that are called.

        A site that does not answer is left to the next time; the others go on.
        """
        progress = self.env["ir.cron"]._commit_progress
        sites = self.env["exivo.site"]._get_called()
        progress(remaining=len(sites))
        for site in sites:
            try:
                self.env["exivo.synchroniser"]._committed(self._compare, site)
            except exivo.ExivoError as error:
                _logger.info("Site %s was not compared: %s", site.id, error.message)
                self.env.cr.rollback()
            if not progress(1):
                break

    @api.model
    def _compare(self, site):
        """Compare one site, and put right what is ours.

        :param site: an ``exivo.site`` record in superuser mode.
        :return: how many visits were gone, were strays of ours, and are not ours.
        :rtype: dict[str, int]
        :raise ExivoError: Exivo could not be asked; nothing was changed then.
        """
        # first ours, then Exivo's: what is made in between is in neither, or in theirs
        credentials = self._get_known(site)
        client = site._get_client()
        found = comparison.compare(
            client.find_visits(""),
            credentials,
            self.env["exivo.credential"]._get_mark(),
        )
        gone = [
            credential_id
            for credential_id in found.missing
            if self._is_gone(client, credential_id)
        ]
        self._note_gone(gone)
        revoked = sum(self._revoke_stray(client, site, visit) for visit in found.strays)
        site.write(
            {"compared_at": fields.Datetime.now(), "foreign_visits": found.foreign}
        )
        return {"gone": len(gone), "strays": revoked, "foreign": found.foreign}

    @api.model
    def _get_known(self, site):
        credentials = self.env["exivo.credential"].search_fetch(
            [("site_id", "=", site.id)], ["token", "remote_id", "state"]
        )
        return [
            comparison.Known(one.id, one.token, one.remote_id or "", one.state)
            for one in credentials
        ]

    @api.model
    def _is_gone(self, client, credential_id):
        """Look at one visit by itself: a list may have left it out."""
        credential = self.env["exivo.credential"].browse(credential_id)
        try:
            return not client.get_visit(credential.remote_id).is_live
        except exivo.NotFound:
            return True

    @api.model
    def _note_gone(self, credential_ids):
        """These visits were taken away at Exivo: their accesses are removed.

        An access that was changed meanwhile, or that waits for its replacement anyway,
        is left to the synchroniser.
        """
        now = fields.Datetime.now()
        credentials = self.env["exivo.credential"].browse(credential_ids)
        for credential in credentials.filtered(
            lambda one: one.state == "live" and one.stop > now
        ):
            access = credential.access_id
            is_keeper = access._get_keeper() == credential
            credential._end("revoked")
            if is_keeper:
                access.write({"withheld": True, "gone_at_exivo": True})
                self.env["exivo.alarm"]._raise_gone(access)
            access._reconsider()

    @api.model
    def _revoke_stray(self, client, site, visit):
        """Take away a visit that nothing of ours stands for.

        :return: whether it is gone; if not, the next comparison tries again.
        :rtype: bool
        """
        try:
            client.revoke_visit(visit.id)
        except exivo.ExivoError as error:
            _logger.warning(
                "Site %s: visit %s lives, although nothing of ours stands for it, and "
                "could not be revoked: %s",
                site.id,
                visit.id,
                error.message,
            )
            return False
        _logger.info("Site %s: stray visit %s revoked", site.id, visit.id)
        return True
