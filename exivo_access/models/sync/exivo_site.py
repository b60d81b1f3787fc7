# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from collections import Counter, deque
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import retrying
from odoo.tools import split_every

from ... import adapters
from ... import api as exivo
from ...pure import comparison, reconcile, rights
from ...tools.calls import stops_site
from ...tools.quiet_log import log_exception
from ...tools.transactions import wake
from ..site import site_connection

_logger = logging.getLogger(__name__)

#: What a site answers that is not set up for a kind of grants.
_REFUSED = exivo.Forbidden | exivo.NotFound | exivo.Rejected
#: A site has a turn each day; what was not compared then is compared after so long.
TURN, AGAIN = timedelta(hours=20), timedelta(hours=1)
#: So many missing visits are looked up one by one before the result is written.
GONE_BATCH_SIZE = 20


class ExivoSite(models.Model):
    """A site is compared with Exivo's own list, daily or when somebody asks for it.

    That finds changes made by hand at Exivo, and strays among what is ours:

    - A visit that is gone over there, or a person who was taken out of our group: the
      access is *Removed*, and staff decide whether to give it back.
    - A person who no longer opens just what it should: it is put right, or the access
      fails and says why that cannot be.
    - A grant of ours that is alive, but in none of our records: it is revoked.
    - A grant that is not ours: it is counted, never touched.
    """

    _inherit = "exivo.site"

    def action_compare(self):
        """Compare our accesses with Exivo's own list, and put right what is ours.

        :return: a notification for the user that counts what was found.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_hindrance()
        used = site_connection.get_connection(self)
        try:
            counts = self.sudo()._compare()
        except exivo.ExivoError as error:
            self.sudo()._note_failed_call(error, used)
            return self._notification("danger", self._explain(error))
        return self._notification(
            "warning" if counts["gone"] or counts["strays"] else "success",
            self.env._(
                "Removed at Exivo: %(gone)s. Left over from us and being revoked: "
                "%(strays)s. Made by others and left alone, visits: %(visits)s, "
                "persons: %(persons)s.",
                **counts,
            ),
        )

    # === COMPARISON === #

    @api.model
    def _cron_compare(self):
        """Entry point of the scheduled action: compare all sites that are called.

        A site that does not answer is left for the next run. One that takes longer than
        a run has waits until the others have had their turn.
        """
        progress = self.env["ir.cron"]._commit_progress
        runs = self.env["ir.cron.progress"]
        began = fields.Datetime.now()
        called = self._get_called()
        sites = called.sorted(lambda site: site.compared_at or datetime.min)
        left = runs._take_over_exivo() or {}
        late = self._get_uncompared_domain(began - TURN)
        if "queue" in left:  # the time was up
            sites = sites.browse(left["queue"]) & sites
        elif "missed" in left:
            sites = (sites.browse(left["missed"]) & sites) | sites.filtered_domain(late)
        queue = deque(sites.ids)
        progress(remaining=len(queue))
        while queue:
            site = sites.browse(queue.popleft())
            runs._leave_exivo({"queue": [*queue]})
            progress()  # should the site cut this run off, the next begins behind it
            if not site._has_had_its_turn(lambda: progress(0)):
                queue.append(site.id)
            runs._leave_exivo({"queue": [*queue]})
            if not progress(1, remaining=len(queue)) and queue:
                return
        missed = (called | self._get_paused()).filtered_domain(late)
        runs._leave_exivo({"missed": missed.ids} if missed else None)
        if missed:
            wake(self.env, "ir_cron_compare", fields.Datetime.now() + AGAIN)

    @api.model
    def _get_paused(self):
        """Return the sites that are not called just now because of an outage."""
        paused = [
            ("state", "=", "verified"),
            ("paused_until", ">", fields.Datetime.now()),
        ]
        return self.search(paused).filtered(lambda site: not site._get_hindrance())

    @api.model
    def _get_uncompared_domain(self, moment):
        """Return the domain of sites that were not compared since a moment.

        :param datetime moment: naive UTC.
        :rtype: Domain
        """
        return Domain("compared_at", "=", False) | Domain("compared_at", "<", moment)

    def _has_had_its_turn(self, has_time):
        """Compare this site as far as it answers.

        :param has_time: function that tells whether there is time left.
        :return: False if the time has run out before all was compared.
        :rtype: bool
        """
        try:
            used = site_connection.get_connection(self)
            return self._compare(has_time) is not None
        except exivo.ExivoError as error:
            _logger.info("Site %s was not compared: %s", self.id, error.message)
            failure = error
            self._in_own_transaction(lambda site: site._note_failed_call(failure, used))
            return True
        except Exception:
            self.env.cr.rollback()
            log_exception(_logger, "Site %s was not compared", self.id)
            return True

    def _compare(self, has_time=lambda: True):
        """Compare this site with Exivo's list, and put right what is ours.

        What is found is written in transactions of their own: reading a long list takes
        a while, and neither keeps others waiting nor gets lost if they write meanwhile.

        :param has_time: function that tells whether there is time left.
        :return: how many were gone, were strays of ours, and are others' visits or
            persons; ``None`` if the time has run out.
        :rtype: dict[str, int] | None
        :raise ExivoError: Exivo could not be asked of all; what it could is put right.
        """
        self.ensure_one()
        adapter = site_connection.get_adapter(self)
        counts, errors = Counter(gone=0, strays=0, visits=0, persons=0), []
        for kind in adapters.KINDS:
            try:
                found = self._compare_kind(adapter, kind, has_time, errors)
            except exivo.ExivoError as error:
                is_of_kind = isinstance(error, _REFUSED) and not error.refuses_site
                if not (is_of_kind and self._has_none(kind)):
                    _pass_over(error, errors)
                continue
            if found is None:
                return None
            counts.update(found)
        if errors:
            raise errors[0]  # the next comparison has the rest
        others = {"visits": counts["visits"], "persons": counts["persons"]}
        self._in_own_transaction(lambda site: site._note_compared(**others))
        self.env.invalidate_all()
        return dict(counts)

    def _has_none(self, kind):
        """Tell whether nothing of a kind is alive, as far as we know."""
        domain = [
            ("site_id", "=", self.id),
            ("kind", "=", kind),
            ("state", "in", reconcile.OPEN_STATES),
        ]
        return not self.env["exivo.credential"].search_count(domain, limit=1)

    def _compare_kind(self, adapter, kind, has_time, errors):
        """Compare all of one kind, what must not open doors first.

        :param list errors: is given what Exivo could not be asked.
        :return: see :meth:`_compare`.
        :rtype: dict[str, int] | None
        """
        grants = [grant for grant in adapter.list_grants(kind) if grant.is_live]
        # Read our rows only now: a credential is written down before its visit is made,
        # so everything that was listed has its row by now, unless it is a stray.
        found = self._in_own_transaction(
            lambda site: site._find_differences(grants, kind)
        )
        gone = revoked = 0
        for credential_id, grant in found.surplus:
            self._write_apart([credential_id], "_note_living", grant)
            if not has_time():
                return None
        for grant in found.strays:
            revoked += self._revoke_stray(adapter, grant, errors)
            if not has_time():
                return None
        for batch in split_every(GONE_BATCH_SIZE, found.missing, list):
            verbs = {one.id: _look(adapter, one, errors) for one in batch}
            for verb in ("_note_gone", "_note_unknown"):
                ids = [one for one in verbs if verbs[one] == verb]
                self._write_apart(ids, verb)
                gone += len(ids)
            if not has_time():
                return None
        for flag, changed in (
            ("is_changed", found.changed),
            ("is_lacking", found.lacking),
        ):
            for ids in split_every(GONE_BATCH_SIZE, changed, list):
                self._write_apart(ids, "_note_changed", flag)
                if not has_time():
                    return None
        others = "persons" if kind == adapters.PERSON else "visits"
        return {
            "gone": gone,
            "strays": revoked + len(found.surplus),
            others: found.foreign.get(kind, 0),
        }

    def _in_own_transaction(self, work):
        """Do some work in a new transaction, and again if somebody gets in between.

        :param work: function of this site in that transaction.
        """
        with self.env.registry.cursor() as cr:
            site = self.with_env(self.env(cr=cr, su=True))
            return retrying(lambda: work(site), site.env)

    def _write_apart(self, credential_ids, verb, *args):
        """Have credentials note what was found, in a transaction of its own."""
        self._in_own_transaction(
            lambda site: getattr(
                site.env["exivo.credential"].browse(credential_ids), verb
            )(*args)
        )

    def _find_differences(self, grants, kind):
        """Compare what of a kind lives at Exivo with our own rows, as they are now.

        :rtype: comparison.Comparison
        """
        elsewhere = self._get_tokens_elsewhere(grants)
        return comparison.compare(
            [grant for grant in grants if grant.token not in elsewhere],
            self._get_known(grants, kind),
            self.env["exivo.credential"]._get_mark(),
        )

    def _get_tokens_elsewhere(self, grants):
        """Return the tokens in this site's list that other sites of ours look after.

        Two companies may have connected the same site at Exivo, each for itself.

        :rtype: set[str]
        """
        credentials = self.env["exivo.credential"].search_fetch(
            [
                ("site_id", "!=", self.id),
                ("token", "in", [grant.token for grant in grants]),
                ("state", "in", (*reconcile.OPEN_STATES, comparison.EXPIRED)),
            ],
            ["token"],
        )
        return set(credentials.mapped("token"))

    def _get_known(self, grants, kind):
        """Return what of a kind we know of this site, as the pure comparison takes it.

        Of credentials that ended, only those that are in the list: there are very many
        after some years.

        :rtype: list[comparison.Known]
        """
        credentials = self.env["exivo.credential"].search_fetch(
            Domain("site_id", "=", self.id)
            & Domain("kind", "=", kind)
            & (
                Domain("state", "in", reconcile.OPEN_STATES)
                | Domain("token", "in", [grant.token for grant in grants])
                | Domain("remote_id", "in", [grant.id for grant in grants])
            ),
            ["kind", "token", "remote_id", "state", "rights", "stop"],
        )
        # A person does not lack a lock that Exivo no longer has.
        remote_ids = {lock.id: lock.remote_id for lock in self.lock_ids}
        return [
            comparison.Known(
                id=one.id,
                kind=one.kind,
                token=one.token,
                remote_id=one.remote_id or "",
                state=one.state,
                ends_soon=one._ends_soon(),
                rights=tuple(
                    (remote_ids[lock_id], hours)
                    for lock_id, hours in rights.from_json(one.rights)
                    if lock_id in remote_ids
                ),
            )
            for one in credentials
        ]

    def _note_compared(self, visits, persons):
        """Note when this was compared, and how much of others there is."""
        self._note_answer()
        self.write(
            {
                "compared_at": fields.Datetime.now(),
                "foreign_visits": visits,
                "foreign_persons": persons,
            }
        )

    def _revoke_stray(self, adapter, grant, errors):
        """Revoke something that is in none of our records.

        :param list errors: is given why that failed; then all is compared again soon.
        :return: whether it is gone.
        :rtype: bool
        """
        try:
            if not adapter.revoke(grant.kind, grant.id):
                text = f"{grant.kind} {grant.id} is in the list, but it is not known"
                raise exivo.Rejected(text, 404)
        except exivo.ExivoError as error:
            _logger.warning(
                "Site %s: %s %s lives, although nothing of ours stands for it, and "
                "could not be revoked: %s",
                self.id,
                grant.kind,
                grant.id,
                error.message,
            )
            _pass_over(error, errors)
            return False
        _logger.info("Site %s: stray %s %s revoked", self.id, grant.kind, grant.id)
        return True


def _look(adapter, known, errors):
    """Look at one grant by itself, because a list may have left it out.

    :param list errors: is given why it could not be told, if so.
    :return: how its credential notes what was found; ``None`` if it is there.
    """
    try:
        grant = adapter.get(known.kind, known.remote_id)
    except exivo.NotFound:
        return "_note_unknown"
    except exivo.ExivoError as error:
        _pass_over(error, errors)
        return None
    has_ended = grant.is_over and known.ends_soon
    return None if grant.is_live or has_ended else "_note_gone"


def _pass_over(error, errors):
    """Go on with something else, unless it is the site that does not answer."""
    if error.refuses_site or stops_site(error):
        raise error
    errors.append(error)
