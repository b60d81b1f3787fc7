# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Looks for what is amiss before people stand at the door."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import reconcile
from ...tools.transactions import committed, wake
from ..access.exivo_access import PENDING
from . import health
from .exivo_trouble import IMMINENT

#: Locks have to be ready this long ahead.
LOCKS_AHEAD = timedelta(hours=24)
#: A standing access may take so long: it may be one of ten thousand.
STANDING_PATIENCE = timedelta(hours=4)
#: For so long a site need not be compared with Exivo's list: it has a turn each day.
UNCOMPARED = timedelta(days=2)
#: What we know of locks may become so old.
LOCKS_FRESH = timedelta(hours=1)

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
    Kind("imminent", AT_ONCE),
    Kind("untold", AT_ONCE),
    Kind("stopped", timedelta(hours=24)),
    Kind("uncompared", AT_ONCE),
    Kind("unready", AT_ONCE),
    Kind("lingering", timedelta(hours=1)),
    Kind("scarce", AT_ONCE),
    NO_SHOW,
    ACTIONS,
)

#: In these mail states of an access its holder does not know of it.
UNTOLD = ("waiting", "announced", "queued", "no_email", "failed", "invalid", "bounced")
#: … and in these only a person can change that soon.
UNREACHED = ("no_email", "failed", "invalid", "bounced")


class ExivoTrouble(models.Model):
    """Troubles of several kinds are found, and ``exivo.alarm`` tells of each once.

    - *doubled*: bookings that have a room with doors at the same time as others
    - *closed*: bookings of rooms that somebody has closed since
    - *imminent*: accesses that begin within the hour and are not there
    - *untold*: accesses that are there, begin within the hour, and whose holders do not
      know of them
    - *stopped*: sites that are not called, although there are accesses
    - *uncompared*: sites that could not be compared with Exivo's list for days
    - *unready*: locks that cannot open, although a booking is coming
    - *lingering*: credentials that may open doors, although they should be gone
    - *scarce*: locks at which most PINs of their length are in use
    - *no_show*: bookings that nobody came to, where a rule asks for it
    - *actions*: sites, while a scheduled action of ours is off, late, gone or failing
    """

    _inherit = "exivo.trouble"

    @api.model
    def _wake_if_troubled(self):
        """Have it seen soon whether a trouble is over, after some change."""
        if self.search_count([], limit=1):
            wake(self.env, "ir_cron_watch")

    @api.model
    def _cron_watch(self):
        """Entry point of the scheduled action: look for everything that is amiss.

        Before that, locks that are needed soon are asked how they are.
        """
        self._get_sites_to_ask()._read_locks()
        errors = []
        for kind in KINDS:
            try:
                committed(self.env, self._watch, kind)
            except Exception as error:
                self.env.cr.rollback()
                errors.append(error)
        if errors:
            raise errors[0]  # all other kinds were looked for

    @api.model
    def _watch(self, kind):
        """Look for one kind of trouble, and show it or close what is shown.

        :param Kind kind: among ``KINDS``.
        """
        records = getattr(self, f"_find_{kind.name}")()
        known = self._note(
            kind.name, records, self._get_pressing(kind, records), kind.patience
        )
        self.env["exivo.alarm"]._show(kind.name, known)

    @api.model
    def _get_pressing(self, kind, records):
        """Return those records of which staff are told at once."""
        if kind.name == "stopped":
            return records.filtered(
                lambda site: site.state == "refused" or site._get_hindrance()
            )
        if kind.name == "lingering":
            staying = self._get_staying(records.site_id)
            return records.filtered(
                lambda one: (
                    self._is_in_the_way(one, staying.get(one.site_id, ()))
                    or self._has_old_pin(one)
                )
            )
        return records.browse()

    # === ROOMS THAT ARE BOOKED TWICE === #

    @api.model
    def _find_doubled(self):
        return self._get_first_accesses(self.env["exivo.occupancy"]._find_overlapping())

    @api.model
    def _get_first_accesses(self, occupancies):
        """Return the first holder's access of each booking.

        :rtype: exivo.access
        """
        if not occupancies:
            return self.env["exivo.access"]
        accesses = self.env["exivo.access"].search(
            [
                ("booking_id", "in", occupancies.booking_id.ids),
                ("is_wanted", "=", True),
                ("withheld", "=", False),
            ],
            order="start, id",
        )
        return accesses.union(
            *(mine[0] for mine in accesses.grouped("booking_id").values())
        )

    # === ROOMS THAT ARE CLOSED THOUGH THEY ARE BOOKED === #

    @api.model
    def _find_closed(self):
        return self._get_first_accesses(self.env["exivo.occupancy"]._find_closed())

    @api.model
    def _rooms_closed_or_opened(self):
        """Have staff told soon which bookings have a room that is closed then."""
        known = self.search_count([("kind", "=", CLOSED.name)], limit=1)
        if known or self.env["exivo.occupancy"]._find_closed():
            wake(self.env, "ir_cron_watch")

    # === ACCESSES THAT ARE NOT THERE === #

    @api.model
    def _get_missing(self, ahead):
        """Return accesses that are wanted within some time and are not there.

        A standing access that is being renewed counts as there while its old link
        works.

        :param timedelta ahead: from now on.
        :rtype: exivo.access
        """
        now = fields.Datetime.now()
        accesses = self.env["exivo.access"].search(
            [
                ("state", "in", PENDING),
                ("start", "<=", now + ahead),
                ("stop", ">", now),
            ],
            order="start, id",
        )
        return accesses.filtered(
            lambda access: (
                access._is_granted()
                and not (access.is_of_community and access._opens_until() > now + ahead)
            )
        )

    @api.model
    def _find_imminent(self):
        return self._get_missing(IMMINENT).filtered(
            lambda one: not self._under_way(one)
        )

    @api.model
    def _under_way(self, access):
        """Tell whether an access that is not there is simply being made."""
        patience = timedelta(minutes=access.site_id.patience_minutes)
        if access.is_of_community:
            patience = STANDING_PATIENCE
        # A key that waits for a phone is asked about again and again.
        begun = access._get_unconfirmed().create_date or access.due_at
        return (
            not access.failure_type
            and access.site_id._is_called()
            and (begun or access.ordered_at) + patience > fields.Datetime.now()
        )

    # === ACCESSES THAT THEIR HOLDERS DO NOT KNOW OF === #

    @api.model
    def _find_untold(self):
        now = fields.Datetime.now()
        accesses = self.env["exivo.access"].search(
            Domain("state", "=", "created")
            & Domain("mail_state", "in", UNTOLD)
            & Domain("stop", ">", now)
            & (
                Domain("is_of_community", "=", True)
                | Domain("start", "<=", now + IMMINENT)
            ),
            order="start, id",
        )
        numbers = accesses.mapped("last_mail_number")
        mails = self.env["exivo.mail"]._find(numbers).grouped("number")
        return accesses.filtered(
            lambda one: (
                one._is_granted()
                and not self._is_being_told(one, mails.get(one.last_mail_number))
            )
        )

    @api.model
    def _is_being_told(self, access, mail):
        """Tell whether telling somebody of an access has not taken too long yet.

        :param mail: the ``exivo.mail`` about it, if there is one.
        :rtype: bool
        """
        working = access._get_working_credential()
        if access.mail_state == "waiting" and access.told_credential_id == working:
            return True  # what opens the doors is known, only not at the last address
        patience = timedelta(minutes=access.site_id.patience_minutes)
        if access.is_of_community:
            patience = STANDING_PATIENCE
        elif access.mail_state in UNREACHED:
            return False
        last = mail if access.mail_state == "queued" else None
        begun = (last or working).create_date or access.ordered_at
        return begun + patience > fields.Datetime.now()

    # === SITES THAT ARE NOT CALLED === #

    @api.model
    def _find_stopped(self):
        sites = self.env["exivo.site"].search([("active", "=", True)])
        sites = sites.filtered(
            lambda site: site.state != "verified"
            or site.outages
            or site._get_hindrance()
        )
        if not sites:
            return sites
        groups = self.env["exivo.access"]._read_group(
            [
                ("site_id", "in", sites.ids),
                ("state", "in", (*PENDING, "created")),
                ("stop", ">", fields.Datetime.now()),
            ],
            ["site_id", "state"],
        )
        # Only while there is something to ask a site is it known whether it answers.
        return sites.browse().union(
            *(
                site
                for site, state in groups
                if site.state != "verified" or site._get_hindrance() or state in PENDING
            )
        )

    # === SITES THAT ARE NOT COMPARED === #

    @api.model
    def _find_uncompared(self):
        sites, moment = self.env["exivo.site"], fields.Datetime.now() - UNCOMPARED
        return sites.search(
            Domain("active", "=", True)
            & Domain("state", "=", "verified")
            & Domain("verified_at", "<", moment)
            & sites._get_uncompared_domain(moment),
            order="id",
        )

    # === LOCKS THAT ARE NOT READY === #

    @api.model
    def _get_coming_domain(self):
        """Return the domain of accesses that shall open doors in the hours ahead."""
        now = fields.Datetime.now()
        return Domain(
            [
                ("state", "in", (*PENDING, "created")),
                ("is_wanted", "=", True),
                ("withheld", "=", False),
                ("start", "<=", now + LOCKS_AHEAD),
                ("stop", ">", now),
            ]
        )

    @api.model
    def _get_coming(self, locks):
        """Return accesses that shall open some of these locks within the hours ahead.

        :rtype: exivo.access
        """
        domain = self._get_coming_domain() & Domain("lock_ids", "in", locks.ids)
        return self.env["exivo.access"].search(domain, order="start, id")

    @api.model
    def _find_unready(self):
        locks = self.env["exivo.lock"].with_context(active_test=False)
        locks = locks.search(["|", ("is_ready", "=", False), ("active", "=", False)])
        if not locks:
            return locks
        return locks & self._get_coming(locks).lock_ids

    @api.model
    def _get_sites_to_ask(self):
        """Return sites whose locks shall open soon and were not asked for a while.

        :rtype: exivo.site
        """
        fresh = fields.Datetime.now() - LOCKS_FRESH
        groups = self.env["exivo.access"]._read_group(
            self._get_coming_domain(), ["site_id"]
        )
        sites = self.env["exivo.site"].union(*(site for (site,) in groups))
        return sites.filtered(
            lambda site: site.active
            and site._is_called()
            and site.lock_ids
            and max(site.lock_ids.mapped("seen_at")) <= fresh
        )

    # === CREDENTIALS THAT SHOULD BE GONE === #

    @api.model
    def _find_lingering(self):
        now = fields.Datetime.now()
        credentials = self.env["exivo.credential"]
        unsettled = self.env["exivo.access"].search(
            ["|", ("state", "in", PENDING), ("due_at", "<=", now)]
        )
        revoking = credentials.search([("state", "=", "revoking")])
        return credentials.union(
            *(self._get_unwanted(access) for access in unsettled | revoking.access_id)
        )

    @api.model
    def _get_unwanted(self, access):
        """Return the credentials of an access that should be gone."""
        unwanted = reconcile.find_unwanted(
            access._get_wanted(), access._get_open_credentials(), fields.Datetime.now()
        )
        return self.env["exivo.credential"].browse([one.id for one in unwanted])

    @api.model
    def _get_staying(self, sites):
        """Return the accesses of bookings for now, by their sites.

        :rtype: dict
        """
        now = fields.Datetime.now()
        accesses = self.env["exivo.access"].search(
            [
                ("site_id", "in", sites.ids),
                ("is_of_community", "=", False),
                ("is_wanted", "=", True),
                ("start", "<=", now),
                ("stop", ">", now),
            ]
        )
        return accesses.filtered("rooms").grouped("site_id")

    @api.model
    def _is_in_the_way(self, credential, staying):
        """Tell whether it opens a room that others have booked for now.

        :param staying: the ``exivo.access`` records of all bookings for now.
        """
        access = credential.access_id
        if not access.rooms or credential.start > fields.Datetime.now():
            return False
        rooms = {*access.rooms}
        extra = credential.lock_ids - access.lock_ids  # of rooms that it had before
        return any(
            rooms & {*one.rooms} or extra & self._get_own_doors(one.booking_id)
            for one in staying
            if one.reference != access.reference
        )

    @api.model
    def _get_own_doors(self, booking):
        """Return the doors that open for a booking and lead to none but its rooms.

        If there are none, all of its doors are what leads to its rooms.
        """
        doors = booking.exivo_access_ids.filtered("is_wanted").lock_ids
        rooms = self.env["exivo.planner"]._get_rooms(booking)
        elsewhere = self.env["exivo.access.rule"].search(
            [("resource_id", "!=", False), ("resource_id", "not in", rooms.ids)]
        )
        return doors - elsewhere.lock_ids or doors

    @api.model
    def _has_old_pin(self, credential):
        """Tell whether it opens by a PIN that was replaced, and could not be revoked.

        Somebody may have asked for a new code because the old one is known to others.
        """
        access = credential.access_id
        return bool(access.failure_type) and (
            credential.pin_number != access.pin_number
        )

    # === LOCKS AT WHICH PINS RUN OUT === #

    @api.model
    def _find_scarce(self):
        return self.env["exivo.lock"]._find_short_of_pins()

    # === SCHEDULED ACTIONS === #

    @api.model
    def _find_actions(self):
        """Return one site of each person responsible, while an action is amiss."""
        sites = self.env["exivo.site"]
        if not health.get_amiss(self.env):
            return sites
        sites = sites.search([("active", "=", True)], order="id")
        together = sites.grouped(lambda site: (site.company_id, site.user_id))
        return sites.browse().union(*(mine[0] for mine in together.values()))

    @api.model
    def _watch_itself(self):
        """Have the synchroniser see if this action stands still: it cannot itself."""
        if health.get_amiss(self.env, ["watch"]):
            self._watch(ACTIONS)
