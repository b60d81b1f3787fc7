# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares what we believe to be at Exivo with Exivo's own list."""

import logging
from collections import Counter, deque
from datetime import datetime

from odoo import api, fields, models
from odoo.service.model import retrying
from odoo.tools import split_every

from ... import adapters
from ... import api as exivo
from ...pure import comparison, reconcile, rights
from ..site import site_connection

_logger = logging.getLogger(__name__)

#: So many missing visits are looked up one by one before the result is written.
GONE_BATCH_SIZE = 20


class ExivoComparer(models.AbstractModel):
    """The comparer finds changes made by hand at Exivo, and strays among what is ours.

    - A visit that is gone over there, or a person who was taken out of our group: the
      access is *Removed*, and staff decide whether to give it back.
    - A person who no longer opens just what it should: it is put right, or the access
      fails and says why that cannot be.
    - A grant of ours that is alive, but in none of our records: it is revoked.
    - A grant that is not ours: it is counted, never touched.
    """

    _name = "exivo.comparer"
    _description = "Exivo Comparer"

    @api.model
    def _cron_compare(self):
        """Entry point of the scheduled action: compare all sites that are called.

        A site that does not answer is left for the next run. One that takes longer than
        a run has waits until the others have had their turn.
        """
        progress = self.env["ir.cron"]._commit_progress
        runs = self.env["ir.cron.progress"]
        sites = self.env["exivo.site"]._get_called()
        sites = sites.sorted(lambda site: site.compared_at or datetime.min)
        left = runs._take_over_exivo()
        if left:
            sites = sites.browse(left) & sites
        queue = deque(sites.ids)
        progress(remaining=len(queue))
        while queue:
            site = sites.browse(queue.popleft())
            runs._leave_exivo([*queue])
            progress()  # should the site cut this run off, the next begins behind it
            if not self._has_had_its_turn(site, has_time=lambda: progress(0)):
                queue.append(site.id)
            runs._leave_exivo([*queue])
            if not progress(1, remaining=len(queue)) and queue:
                return
        runs._leave_exivo(None)

    @api.model
    def _has_had_its_turn(self, site, has_time):
        """Compare a site as far as it answers.

        :param site: an ``exivo.site`` record.
        :param has_time: function that tells whether there is time left.
        :return: False if the time has run out before all was compared.
        :rtype: bool
        """
        try:
            return self._compare(site, has_time) is not None
        except exivo.ExivoError as error:
            _logger.info("Site %s was not compared: %s", site.id, error.message)
            return True

    @api.model
    def _compare(self, site, has_time=lambda: True):
        """Compare one site, and put right what is ours.

        What is found is written in transactions of their own: reading a long list takes
        a while, and neither keeps others waiting nor gets lost if they write meanwhile.

        :param site: an ``exivo.site`` record in superuser mode.
        :param has_time: function that tells whether there is time left.
        :return: how many were gone, were strays of ours, and are others' visits or
            persons; ``None`` if the time has run out.
        :rtype: dict[str, int] | None
        :raise ExivoError: Exivo could not be asked.
        """
        adapter = site_connection.get_adapter(site)
        grants = list(adapter.list_grants())
        # Read our rows only now: a credential is written down before its visit is made,
        # so everything that was listed has its row by now, unless it is a stray.
        found = self._in_own_transaction(lambda own: own._find(site.id, grants))
        gone = 0
        for batch in split_every(GONE_BATCH_SIZE, found.missing, list):
            ids = [one.id for one in batch if self._is_gone(adapter, one)]
            self._in_own_transaction(lambda own, ids=ids: own._note_gone(ids))
            gone += len(ids)
            if not has_time():
                return None
        for flag, changed in (
            ("is_changed", found.changed),
            ("is_lacking", found.lacking),
        ):
            for ids in split_every(GONE_BATCH_SIZE, changed, list):
                self._in_own_transaction(
                    lambda own, ids=ids, flag=flag: own._note_changed(ids, flag)
                )
                if not has_time():
                    return None
        revoked = 0
        for grant in found.strays:
            revoked += self._revoke_stray(adapter, site, grant)
            if not has_time():
                return None
        foreign = Counter(found.foreign)
        persons = foreign.pop(adapters.PERSON, 0)
        others = {"visits": foreign.total(), "persons": persons}
        self._in_own_transaction(lambda own: own._note_compared(site.id, **others))
        self.env.invalidate_all()
        return {"gone": gone, "strays": revoked, **others}

    @api.model
    def _in_own_transaction(self, work):
        """Do some work in a new transaction, and again if somebody gets in between.

        :param work: function of this model in that transaction.
        """
        with self.env.registry.cursor() as cr:
            own = self.with_env(self.env(cr=cr, su=True))
            return retrying(lambda: work(own), own.env)

    @api.model
    def _find(self, site_id, grants):
        """Compare what is at Exivo with our own rows, as they are now.

        :rtype: comparison.Comparison
        """
        elsewhere = self._get_tokens_elsewhere(site_id, grants)
        return comparison.compare(
            [grant for grant in grants if grant.token not in elsewhere],
            self._get_known(self.env["exivo.site"].browse(site_id)),
            self.env["exivo.credential"]._get_mark(),
        )

    @api.model
    def _get_tokens_elsewhere(self, site_id, grants):
        """Return the tokens in a site's list that other sites of ours look after.

        Two companies may have connected the same site at Exivo, each for itself.

        :rtype: set[str]
        """
        credentials = self.env["exivo.credential"].search_fetch(
            [
                ("site_id", "!=", site_id),
                ("token", "in", [grant.token for grant in grants]),
                ("state", "in", (*reconcile.OPEN_STATES, comparison.EXPIRED)),
            ],
            ["token"],
        )
        return set(credentials.mapped("token"))

    @api.model
    def _note_compared(self, site_id, visits, persons):
        """Note when a site was compared, and how much of others it has."""
        self.env["exivo.site"].browse(site_id).write(
            {
                "compared_at": fields.Datetime.now(),
                "foreign_visits": visits,
                "foreign_persons": persons,
            }
        )

    @api.model
    def _get_known(self, site):
        """Return all credentials of a site, in the form that the pure comparison takes.

        :rtype: list[comparison.Known]
        """
        credentials = self.env["exivo.credential"].search_fetch(
            [("site_id", "=", site.id)],
            ["kind", "token", "remote_id", "state", "rights"],
        )
        # A person does not lack a lock that Exivo no longer has.
        remote_ids = {lock.id: lock.remote_id for lock in site.lock_ids}
        return [
            comparison.Known(
                id=one.id,
                kind=one.kind,
                token=one.token,
                remote_id=one.remote_id or "",
                state=one.state,
                rights=tuple(
                    (remote_ids[lock_id], hours)
                    for lock_id, hours in rights.from_json(one.rights)
                    if lock_id in remote_ids
                ),
            )
            for one in credentials
        ]

    @api.model
    def _is_gone(self, adapter, known):
        """Tell whether a grant is gone.

        Looks it up by itself, because a list may have left it out.
        """
        try:
            return not adapter.get(known.kind, known.remote_id).is_live
        except exivo.NotFound:
            return True

    @api.model
    def _note_gone(self, credential_ids):
        """Have accesses removed whose credentials were taken away at Exivo.

        An access that was changed meanwhile, or that waits for its replacement anyway,
        is left to the synchroniser. An access of a person is not, because the
        synchroniser would let the person in again.
        """
        now = fields.Datetime.now()
        credentials = self.env["exivo.credential"].browse(credential_ids)
        removed = self.env["exivo.access"]
        for credential in credentials.filtered(
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

    @api.model
    def _note_changed(self, credential_ids, flag):
        """Have credentials replaced whose doors or PIN somebody changed at Exivo.

        The group or the zones were changed by hand, or the PIN was taken away. Doors
        that nobody here has named must not stay open to members until somebody looks. A
        credential that opens too few doors stays until a better one is there.

        :param str flag: the field of the credential that says which of the two it is.
        """
        credentials = self.env["exivo.credential"].browse(credential_ids)
        for credential in credentials.filtered(lambda one: one.state == "live"):
            _logger.info("Credential %s was changed at Exivo", credential.id)
            credential[flag] = True
            credential.access_id._reconsider()

    @api.model
    def _revoke_stray(self, adapter, site, grant):
        """Revoke something that is in none of our records.

        :return: whether it is gone; if not, the next comparison tries again.
        :rtype: bool
        """
        try:
            adapter.revoke(grant.kind, grant.id)
        except exivo.ExivoError as error:
            _logger.warning(
                "Site %s: %s %s lives, although nothing of ours stands for it, and "
                "could not be revoked: %s",
                site.id,
                grant.kind,
                grant.id,
                error.message,
            )
            return False
        _logger.info("Site %s: stray %s %s revoked", site.id, grant.kind, grant.id)
        return True
