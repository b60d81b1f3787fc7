# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random

from odoo import fields, models
from odoo.fields import Domain

from ... import api as exivo
from ...pure import backoff
from ...tools.calls import stops_site
from . import site_connection


class ExivoSite(models.Model):
    """A site remembers how Exivo answered, and whether it is called.

    A refusal stops it (``site/exivo_site_refusal.py``); an outage pauses it.
    """

    _inherit = "exivo.site"

    paused_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Exivo did not answer: nothing is called before this time.",
    )
    outages = fields.Integer(
        readonly=True, copy=False, help="How often in a row Exivo did not answer."
    )

    def _is_called(self):
        """Tell whether this site is called now.

        :rtype: bool
        """
        self.ensure_one()
        is_unpaused = bool(self.filtered_domain(self._get_unpaused_domain()))
        return self.active and is_unpaused and not self._get_hindrance()

    def _get_called(self):
        """Return the sites that are called now: not refused, paused or hindered.

        :rtype: exivo.site
        """
        sites = self.search(self._get_unpaused_domain())
        return sites.filtered(lambda site: not site._get_hindrance())

    def _get_unpaused_domain(self):
        """Return the domain of sites that are neither refused nor paused.

        :rtype: Domain
        """
        now = fields.Datetime.now()
        return Domain("state", "=", "verified") & (
            Domain("paused_until", "=", False) | Domain("paused_until", "<=", now)
        )

    def _get_moments_instead(self, now):
        """Return what stands instead of moments that a wrong clock has noted.

        :param datetime now: UTC.
        :return: by the names of the fields.
        :rtype: dict
        """
        return {"paused_until": False, "ask_again_at": now}

    def _note_failed_call(self, error, used=None):
        """Remember what a failed call says of the site itself, if it says anything.

        :param exivo.ExivoError error: what the adapter raised.
        :param connection.Connection used: for a call that may have begun long ago; what
            it was refused with may have been replaced since.
        """
        if error.refuses_site:
            if used and not site_connection.is_still_used(self, used):
                return
            self._note_refusal(error)
        elif stops_site(error):
            self._note_outage(error, fields.Datetime.now())

    def _note_failed_reading(self, error, used):
        """Remember the same of a call for which nobody stands at a door.

        A long list or log that hangs, or is read too often, says nothing of other
        calls: no access waits for it.

        :param exivo.ExivoError error: see :meth:`_note_failed_call`.
        :param connection.Connection used: see there.
        """
        if error.refuses_site or isinstance(error, exivo.Unreachable):
            self._note_failed_call(error, used)

    def _note_outage(self, error, now):
        """Leave the site alone for a while, longer after each outage in a row.

        :param exivo.ExivoError error: a transient one.
        :param datetime now: UTC.
        """
        self.ensure_one()
        paused = bool(self.paused_until and self.paused_until > now)
        requested = error.retry_after
        if paused and not requested:
            return
        # Calls that fail side by side are one outage.
        outages = self.outages - paused
        until = now + backoff.get_pause(outages, requested, random.uniform)
        self.write(
            {
                "outages": outages + 1,
                "paused_until": max(until, self.paused_until or until),
                "failure_facts": self._get_failure_facts(error),
            }
        )

    def _note_answer(self):
        """Forget earlier outages, because the site works.

        It stays paused if it is: this is then the answer to a call that was made
        before. What was answered does not wait for who holds the site: the next answer
        says the same.
        """
        self.ensure_one()
        if (
            self.outages
            and self._is_called()
            and self.try_lock_for_update(allow_referencing=True)
        ):
            self.write({"outages": 0, "paused_until": False, "failure_facts": False})
