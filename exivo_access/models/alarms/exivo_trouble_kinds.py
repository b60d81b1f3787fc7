# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Names the kinds of trouble that staff are told of, and finds most of them."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.transactions import committed, isolated, wake
from . import health
from .exivo_alarm import AGAIN_AFTER, SHARED_CAUSES
from .exivo_site import MANY

#: For so long a site need not be compared with Exivo's list: it has a turn each day.
UNCOMPARED = timedelta(days=2)
#: For so long its log need not be read: it has a turn every quarter of an hour.
UNHEARD = timedelta(days=1)

AT_ONCE = timedelta()


class Kind(NamedTuple):
    """A kind of trouble has a name, and a time that it may last untold."""

    name: str
    #: how long it may last before staff are told, unless it presses
    patience: timedelta


CLOSED = Kind("closed", AT_ONCE)
NO_SHOW = Kind("no_show", AT_ONCE)
#: After a restart it takes a while until all actions have had their turn.
ACTIONS = Kind("actions", timedelta(minutes=30))
KINDS = (
    Kind("doubled", AT_ONCE),
    CLOSED,
    Kind("alike", AT_ONCE),
    Kind("imminent", AT_ONCE),
    Kind("untold", AT_ONCE),
    Kind("stopped", timedelta(hours=24)),
    Kind("uncompared", AT_ONCE),
    Kind("unheard", timedelta(hours=1)),
    Kind("unready", AT_ONCE),
    Kind("lingering", timedelta(hours=1)),
    Kind("scarce", AT_ONCE),
    NO_SHOW,
    ACTIONS,
)


class ExivoTrouble(models.Model):
    """Troubles of several kinds are found, and ``exivo.alarm`` tells of each once.

    For each, ``_find_<kind>`` finds the records, ``_press_<kind>``, if there is one,
    says of which staff are told at once, and ``_word_<kind>`` words the alarm. A kind
    that takes more than a few lines has a file of its own, ``exivo_trouble_<kind>.py``.

    - *doubled*: bookings that have a room with doors at the same time as others
    - *closed*: bookings of rooms that somebody has closed since, with access or without
    - *alike*: accesses of a site that fail by the same cause, from three on
    - *imminent*: accesses that begin within the hour and are not there, or of which
      Exivo does not say whether they are
    - *untold*: accesses that are there, begin within the hour, and whose holders do not
      know of them
    - *stopped*: sites that are not called, although there are accesses
    - *uncompared*: sites that could not be compared with Exivo's list for days
    - *unheard*: sites of which nobody knows for a day what their doors report
    - *unready*: locks that cannot open, although a booking is coming
    - *lingering*: credentials that may open doors, although they should be gone
    - *scarce*: locks at which most PINs of their length are in use
    - *no_show*: bookings that nobody came to, where a rule asks for it
    - *actions*: sites, while a scheduled action of ours is off, late, gone or failing
    """

    _inherit = "exivo.trouble"

    def _wake_if_troubled(self):
        """Have it seen soon whether a trouble is over, after some change."""
        if self.search_count([], limit=1):
            wake(self.env, "ir_cron_watch")

    def _cron_watch(self):
        """Entry point of the scheduled action: look for everything that is amiss.

        Before that, locks that are needed soon are asked how they are.
        """
        isolated(self.env, type(self)._mend_clock, self)
        self._get_sites_to_ask()._read_locks()
        errors = []
        for kind in KINDS:
            try:
                if not committed(self.env, self._watch, kind):
                    later = fields.Datetime.now() + AGAIN_AFTER
                    committed(self.env, wake, self.env, "ir_cron_watch", later)
            except Exception as error:
                self.env.cr.rollback()
                errors.append(error)
        self.env["exivo.alarm"]._try_imminent()
        if errors:
            raise errors[0]  # all other kinds were looked for

    def _mend_clock(self):
        """Put right what was written while the clock of the server was ahead.

        Scheduled actions would sleep, and troubles would not be told, until the clock
        is that far again. An action that runs just now is not touched: synchroniser
        and lookout do that for one another.
        """
        now = fields.Datetime.now()
        self.search([("since", ">", now)]).since = now
        put_off = health.find_put_off(self.env)
        if put_off:
            self.env.cr.execute(
                SQL(
                    "UPDATE ir_cron SET nextcall = %s WHERE id IN (SELECT id"
                    " FROM ir_cron WHERE id IN %s FOR NO KEY UPDATE SKIP LOCKED)",
                    now,
                    tuple(put_off.ids),
                )
            )
            put_off.invalidate_recordset(["nextcall"])

    def _watch(self, kind):
        """Look for one kind of trouble, and show it or close what is shown.

        :param Kind kind: among ``KINDS``.
        """
        records = getattr(self, f"_find_{kind.name}")()
        known = self._note(
            kind.name, records, self._get_pressing(kind, records), kind.patience
        )
        self.env["exivo.alarm"]._show(kind.name, known)

    def _get_pressing(self, kind, records):
        """Return those records of which staff are told at once."""
        press = getattr(self, f"_press_{kind.name}", None)
        return press(records) if press else records.browse()

    # === ROOMS THAT ARE BOOKED TWICE === #

    def _find_doubled(self):
        overlapping = self.env["exivo.occupancy"]._find_overlapping()
        return self._get_first_accesses(overlapping.booking_id)

    def _get_first_accesses(self, bookings):
        """Return the first holder's access of each booking that has any.

        :rtype: exivo.access
        """
        if not bookings:
            return self.env["exivo.access"]
        accesses = self.env["exivo.access"].search(
            [
                ("booking_id", "in", bookings.ids),
                ("is_wanted", "=", True),
                ("withheld", "=", False),
            ],
            order="start, id",
        )
        return accesses.browse().union(
            *(mine[0] for mine in accesses.grouped("booking_id").values())
        )

    # === ROOMS THAT ARE CLOSED THOUGH THEY ARE BOOKED === #

    def _find_closed(self):
        closed = self.env["exivo.occupancy"]._find_closed().sorted("start")
        return closed.booking_id.filtered(lambda one: one._get_exivo_sites())

    def _rooms_closed_or_opened(self):
        """Have staff told soon which bookings have a room that is closed then."""
        known = self.search_count([("kind", "=", CLOSED.name)], limit=1)
        if known or self.env["exivo.occupancy"]._find_closed():
            wake(self.env, "ir_cron_watch")

    # === ACCESSES THAT FAIL BY THE SAME CAUSE === #

    def _find_alike(self):
        accesses = self.env["exivo.access"].search(
            [
                ("state", "=", "failed"),
                ("failure_type", "in", SHARED_CAUSES),
                ("stop", ">", fields.Datetime.now()),
            ],
            order="start, id",
        )
        # of those that are told of, none is left untold because others are mended
        known = accesses & accesses.browse(
            self.search([("kind", "=", "alike")]).mapped("res_id")
        )
        together = accesses.grouped(lambda one: (one.site_id, one.failure_type))
        return accesses.browse().union(
            *(some for some in together.values() if len(some) >= MANY or some & known)
        )

    # === SITES THAT ARE NOT COMPARED === #

    def _find_uncompared(self):
        sites, moment = self.env["exivo.site"], fields.Datetime.now() - UNCOMPARED
        return sites.search(
            Domain("active", "=", True)
            & Domain("state", "=", "verified")
            & Domain("verified_at", "<", moment)
            & sites._get_uncompared_domain(moment),
            order="id",
        )

    # === SITES WHOSE DOORS ARE NOT HEARD === #

    def _find_unheard(self):
        moment = fields.Datetime.now() - UNHEARD
        sites = self.env["exivo.site"].search(
            Domain("active", "=", True)
            & Domain("state", "=", "verified")
            & Domain("verified_at", "<", moment)
            & Domain("reads_events", "=", True)
            & (Domain("log_read_at", "=", False) | Domain("log_read_at", "<", moment)),
            order="id",
        )
        return sites.filtered(lambda one: one.lock_ids and not one._get_hindrance())

    # === LOCKS AT WHICH PINS RUN OUT === #

    def _find_scarce(self):
        return self.env["exivo.lock"]._find_short_of_pins()

    # === SCHEDULED ACTIONS === #

    def _find_actions(self):
        """Return one site of each person responsible, while an action is amiss."""
        sites = self.env["exivo.site"]
        if not health.get_amiss(self.env):
            return sites
        sites = sites.search([("active", "=", True)], order="id")
        together = sites.grouped(lambda site: (site.company_id, site.user_id))
        return sites.browse().union(*(mine[0] for mine in together.values()))

    def _watch_itself(self):
        """Have the synchroniser see if this action stands still: it cannot itself."""
        if health.get_amiss(self.env, ["watch"]):
            self._mend_clock()
            self._watch(ACTIONS)
