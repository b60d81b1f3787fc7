# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Compares one site with Exivo's own list, and puts right what is ours."""

import logging
from collections import Counter

from odoo.exceptions import LockError
from odoo.tools import split_every

from ... import adapters
from ... import api as exivo
from ...pure import reconcile
from ...tools.calls import stops_site
from ...tools.quiet_log import log_exception
from ...tools.transactions import HASTY
from ..site import site_connection

_logger = logging.getLogger(__name__)

#: What a site answers that is not set up for a kind of grants.
_REFUSED = exivo.Unauthorized | exivo.Forbidden | exivo.NotFound | exivo.Rejected
#: So many missing visits are looked up one by one before the result is written.
GONE_BATCH_SIZE = 20


class SiteComparison:
    """Goes through all kinds of grants, as long as there is time and Exivo answers.

    What is found is written in transactions of their own: reading a long list takes a
    while, and neither keeps others waiting nor gets lost if they write meanwhile.

    :param exivo.site site: a single one.
    :param has_time: function that tells whether there is time left.
    """

    def __init__(self, site, has_time):
        #: how many were gone, were strays of ours, and are others' visits or persons
        self.counts = Counter(gone=0, strays=0, visits=0, persons=0)
        self._site = site
        self._has_time = has_time
        self._adapter = site_connection.get_adapter(site)
        #: what Exivo could not be asked, or could not be written; the next comparison
        #: has the rest
        self._errors = []

    def work(self):
        """Compare all kinds, and put right what can be.

        :return: False if the time has run out before all was compared.
        :rtype: bool
        :raise Exception: Exivo could not be asked of all, or not all could be written;
            what could is put right.
        """
        for kind in adapters.KINDS:
            try:
                for _written in self._compare_kind(kind):
                    if not self._has_time():
                        return False
            except exivo.ExivoError as error:
                is_of_kind = isinstance(error, _REFUSED) and not error.refuses_site
                if not (is_of_kind and self._has_none(kind)):
                    self._pass_over(error)
            except Exception:
                # a fault of ours with one kind must not keep the others
                log_exception(_logger, "Comparing each %s broke", kind)
                self._errors.append(exivo.Broken())
        if self._errors:
            raise self._errors[0]
        return True

    def _has_none(self, kind):
        """Tell whether nothing of a kind is alive, as far as we know."""
        domain = [
            ("site_id", "=", self._site.id),
            ("kind", "=", kind),
            ("state", "in", reconcile.OPEN_STATES),
        ]
        return not self._site.env["exivo.credential"].search_count(domain, limit=1)

    def _compare_kind(self, kind):
        """Compare all of one kind, what must not open doors first.

        :return: an iterator, which goes on after each thing that was written.
        :rtype: collections.abc.Iterator
        """
        grants = [grant for grant in self._adapter.list_grants(kind) if grant.is_live]
        # Read our rows only now: a credential is written down before its visit is made,
        # so everything that was listed has its row by now, unless it is a stray.
        found = self._site._in_own_transaction(
            lambda site: site._find_differences(grants, kind)
        ).result
        others = "persons" if kind == adapters.PERSON else "visits"
        self.counts[others] += found.foreign.get(kind, 0)
        self.counts["strays"] += len(found.surplus)
        for credential_id, grant in found.surplus:
            self._write([credential_id], lambda one, it=grant: one._note_living(it))
            yield
        for grant in found.strays:
            self._revoke_stray(grant)
            yield
        for batch in split_every(GONE_BATCH_SIZE, found.missing, list):
            self._ask_one_by_one(batch)
            yield
        for flag, changed in (
            ("is_changed", found.changed),
            ("is_lacking", found.lacking),
        ):
            for ids in split_every(GONE_BATCH_SIZE, changed, list):
                self._write(ids, lambda some, it=flag: some._note_changed(it))
                yield

    def _write(self, credential_ids, note, **context):
        """Have credentials note what was found, in a transaction of its own.

        If that fails, each by itself: one that is broken, or held, keeps no other.

        :param note: function of the credentials.
        :param context: says how long it waits for who holds them.
        """
        try:
            if self._site.with_context(**context)._in_own_transaction(
                lambda site: note(site.env["exivo.credential"].browse(credential_ids))
            ):
                return
            raise LockError(
                self._site.env._(
                    "Not all could be compared: somebody else is at work on the same "
                    "accesses. Compare again in a while."
                )
            )
        except Exception as error:
            if len(credential_ids) > 1:
                for credential_id in credential_ids:
                    self._write([credential_id], note, **HASTY.on(50))
                return
            if not isinstance(error, LockError):
                log_exception(
                    _logger, "Credentials %s were not compared", credential_ids
                )
            self._errors.append(error)

    def _revoke_stray(self, grant):
        """Revoke something that is in none of our records, and count it if it goes."""
        site = self._site
        try:
            if not self._adapter.revoke(grant.kind, grant.id):
                text = f"{grant.kind} {grant.id} is in the list, but it is not known"
                raise exivo.Rejected(text, 404)
        except exivo.ExivoError as error:
            _logger.warning(
                "Site %s: %s %s lives, although nothing of ours stands for it, and "
                "could not be revoked: %s",
                site.id,
                grant.kind,
                grant.id,
                error.message,
            )
            self._pass_over(error)
            return
        self.counts["strays"] += 1
        _logger.info("Site %s: stray %s %s revoked", site.id, grant.kind, grant.id)

    def _ask_one_by_one(self, missing):
        """Ask for grants one by one, because a list may have left them out.

        :param list[comparison.Known] missing: which the list lacks.
        """
        taken, unknown = [], []
        for one in missing:
            try:
                grant = self._adapter.get(one.kind, one.remote_id)
            except exivo.NotFound:
                unknown.append(one.id)
            except exivo.ExivoError as error:
                self._pass_over(error)
            else:
                has_ended = grant.is_over and one.ends_soon
                if not (grant.is_live or has_ended):
                    taken.append(one.id)
        self._write(taken, lambda credentials: credentials._note_gone())
        self._write(unknown, lambda credentials: credentials._note_unknown())
        self.counts["gone"] += len(taken) + len(unknown)

    def _pass_over(self, error):
        """Go on with something else, unless it is the site that does not answer."""
        if error.refuses_site or stops_site(error):
            raise error
        self._errors.append(error)
