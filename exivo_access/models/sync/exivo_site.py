# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from collections import deque
from datetime import datetime, timedelta

from odoo import fields, models
from odoo.exceptions import LockError
from odoo.fields import Domain

from ... import api as exivo
from ...pure import comparison, reconcile, rights
from ...tools.quiet_log import log_exception
from ...tools.transactions import committed, wake
from ..site import site_connection
from .site_comparison import SiteComparison

_logger = logging.getLogger(__name__)

#: A site has a turn each day; what was not compared then is compared after so long.
TURN, AGAIN = timedelta(hours=20), timedelta(hours=1)
#: So often is tried to write what was found while somebody gets in between.
TRIES = 3


class ExivoSite(models.Model):
    """A site is compared with Exivo's own list, daily or when somebody asks for it.

    That finds changes made by hand at Exivo, and strays among what is ours:

    - A visit that is gone over there, or a person who was taken out of our group: the
      access is *Removed*, and staff decide whether to give it back.
    - A person who no longer opens just what it should: it is put right, or the access
      fails and says why that cannot be.
    - A grant of ours that is alive, but in none of our records: it is revoked.
    - A grant that is not ours: it is counted, never touched.

    What a database has made whose place this one has taken is ours, too.
    """

    _inherit = "exivo.site"

    former_uuids = fields.Json(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Of the databases whose place this one has taken.",
    )

    def action_verify(self):
        """Override to take over what the original has made, if this is a copy of it.

        Whoever verifies a copy declares that the original is no longer in use. What it
        has made since the copy stands for nothing here, and is revoked.
        """
        before = self.sudo().database_uuid
        result = super().action_verify()
        site = self.sudo()
        if before and site.database_uuid != before:
            site.former_uuids = [*(site.former_uuids or ()), before]
            site.compared_at = False
            wake(self.env, "ir_cron_compare")
        return result

    def action_compare(self):
        """Compare our accesses with Exivo's own list, and put right what is ours.

        :return: a notification for the user that counts what was found.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_hindrance()
        try:
            counts = self.sudo()._compare()
        except exivo.ExivoError as error:
            return self._notification("danger", self._word_error(error))
        return self._notification(
            "warning" if counts["gone"] or counts["strays"] else "success",
            self.env._(
                "Removed at Exivo: %(gone)s. Left over from us and being revoked: "
                "%(strays)s. Made by others and left alone, visits: %(visits)s, "
                "persons: %(persons)s.",
                **counts,
            ),
        )

    def _get_moments_instead(self, now):
        return super()._get_moments_instead(now) | {"compared_at": False}

    # === COMPARISON === #

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
        urgent = sites.filtered(lambda site: site._has_many_gone())
        if "queue" in left:  # the time was up
            sites = (sites.browse(left["queue"]) & sites) | urgent
        elif "missed" in left:
            missed = sites.browse(left["missed"]) & sites
            sites = urgent | missed | sites.filtered_domain(late)
        else:
            sites = urgent | sites
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
        awaited = called | self._get_paused()
        missed = awaited.filtered_domain(late)
        missed |= awaited.filtered(lambda site: site._has_many_gone())
        runs._leave_exivo({"missed": missed.ids} if missed else None)
        if missed:
            wake(self.env, "ir_cron_compare", fields.Datetime.now() + AGAIN)

    def _get_paused(self):
        """Return the sites that are not called just now because of an outage."""
        paused = [
            ("state", "=", "verified"),
            ("paused_until", ">", fields.Datetime.now()),
        ]
        return self.search(paused).filtered(lambda site: not site._get_hindrance())

    def _get_uncompared_domain(self, moment):
        """Return the domain of sites that were not compared since a moment.

        :param datetime moment: naive UTC.
        :rtype: Domain
        """
        return Domain("compared_at", "=", False) | Domain("compared_at", "<", moment)

    def _has_many_gone(self):
        """Let ``alarms`` tell whether so much is found gone that there may be more.

        :rtype: bool
        """
        return False

    def _has_had_its_turn(self, has_time):
        """Compare this site as far as it answers.

        :param has_time: function that tells whether there is time left.
        :return: False if the time has run out before all was compared.
        :rtype: bool
        """
        try:
            return self._compare(has_time) is not None
        except (exivo.ExivoError, LockError) as error:
            _logger.info("Site %s was not compared: %s", self.id, error)
        except Exception:
            self.env.cr.rollback()
            log_exception(_logger, "Site %s was not compared", self.id)
        return True

    def _compare(self, has_time=lambda: True):
        """Compare this site with Exivo's list, and put right what is ours.

        :param has_time: function that tells whether there is time left.
        :return: how many were gone, were strays of ours, and are others' visits or
            persons; ``None`` if the time has run out.
        :rtype: dict[str, int] | None
        :raise ExivoError: Exivo could not be asked of all; what it could is put right.
        :raise LockError: the same of what somebody holds.
        """
        self.ensure_one()
        used = site_connection.get_connection(self)
        compared = SiteComparison(self, has_time)
        try:
            if not compared.work():
                return None
        except exivo.ExivoError as error:
            failure = error
            self._in_own_transaction(
                lambda site: site._note_failed_reading(failure, used)
            )
            self.env.invalidate_all()
            raise
        counts = dict(compared.counts)
        others = {"visits": counts["visits"], "persons": counts["persons"]}
        self._in_own_transaction(lambda site: site._note_compared(**others))
        self.env.invalidate_all()
        return counts

    def _in_own_transaction(self, work):
        """Do some work in a new transaction, and again if somebody gets in between.

        What somebody holds for long is not waited for.

        :param work: function of this site in that transaction.
        :return: see :func:`committed`.
        :rtype: Done | None
        """
        with self.env.registry.cursor() as cr:
            site = self.with_env(self.env(cr=cr, su=True))
            tries = (committed(site.env, work, site) for _number in range(TRIES))
            return next(filter(None, tries), None)

    def _find_differences(self, grants, kind):
        """Compare what of a kind lives at Exivo with our own rows, as they are now.

        :rtype: comparison.Comparison
        """
        elsewhere = self._get_tokens_elsewhere(grants)
        get_mark = self.env["exivo.credential"]._get_mark
        return comparison.compare(
            [grant for grant in grants if grant.token not in elsewhere],
            self._get_known(grants, kind),
            (get_mark(), *map(get_mark, self.former_uuids or ())),
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
        remote_ids = {lock.id: lock.remote_id for lock in self.lock_ids}
        return [
            comparison.Known(
                id=one.id,
                kind=one.kind,
                token=one.token,
                remote_id=one.remote_id or "",
                state=one.state,
                ends_soon=one._ends_soon(),
                is_long_over=one._is_long_over(),
                rights=self._get_listed_rights(one, remote_ids),
            )
            for one in credentials
        ]

    def _get_listed_rights(self, credential, remote_ids):
        """Return what a credential opens, with the locks as Exivo lists them.

        A person does not lack a lock that Exivo no longer has.

        :param dict remote_ids: by the id of the lock.
        :return: empty also if it cannot be read: the rest is compared all the same.
        :rtype: tuple
        """
        try:
            known = rights.from_json(credential.rights)
        except (TypeError, ValueError):
            log_exception(_logger, "Rights of %s cannot be read", credential)
            return ()
        return tuple(
            (remote_ids[lock_id], hours)
            for lock_id, hours in known
            if lock_id in remote_ids
        )

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
