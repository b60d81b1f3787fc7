# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition
from odoo.tools import SQL

from ...pure import reconcile
from ...tools.quiet_log import look_at
from ...tools.secret_char import MASK, SecretChar, ShownChar
from ...tools.transactions import together_or_each, wake
from ..rule.methods import KINDS, METHODS

STATES = [
    ("in_progress", "In progress"),
    ("created", "Created"),
    ("removed", "Removed"),
    ("failed", "Failed"),
    ("expired", "Expired"),
]
#: States of an access that is not at rest: it still has to be made, or taken away.
PENDING = ("in_progress", "failed")
#: Accesses of these states open no door any more.
OVER = ("removed", "expired")
#: After so many calls in vain, of whichever kind, what opens more than is wanted stays
#: no longer until there is something better.
ENOUGH_TRIES = 3
#: Seconds, between which an access waits for what somebody else has locked. Another
#: lane may wait for what ours has.
WHILE_HELD = 3, 9
#: Fields that say what is wanted: written by the planner, and by some actions of staff.
WANTED_FIELDS = {
    "is_wanted",
    "start",
    "stop",
    "lock_ids",
    "pin",
    "rights",
    "holder_digest",
    "app_recipient",
    "rooms",
    "place",
}


class ExivoAccess(models.Model):
    """An access promises that a person may open certain locks during a window of time.

    It is made because of a booking; or because of communities, and then it is a
    standing access, without a booking.

    The planner writes what is wanted (``is_wanted``, window, locks, holder); nobody
    edits an access by hand. The synchroniser makes and revokes credentials until they
    match (see ``reconcile.py``) and keeps ``state`` for the eyes of staff. ``due_at``
    is when it has to look again; an access at rest has none.

    A row answers for something at Exivo, so it is never deleted together with what it
    was made for.
    """

    _name = "exivo.access"
    _inherit = [
        "exivo.alarm.mixin",
        "exivo.first.steps.mixin",
        "exivo.pin.mixin",
        "exivo.smart.buttons.mixin",
    ]
    _description = "Exivo Access"
    _order = "start desc, id desc"

    # === WHAT IS WANTED === #

    is_wanted = fields.Boolean(
        default=True,
        readonly=True,
        help="Whether the access is wanted. Not, for example, once its booking is "
        "cancelled.",
    )
    withheld = fields.Boolean(
        string="Taken Away",
        readonly=True,
        copy=False,
        help="Staff took the access away, here or at Exivo. It stays away, whatever "
        "happens to the booking, until staff give it back.",
    )
    gone_at_exivo = fields.Boolean(
        string="Removed at Exivo",
        readonly=True,
        copy=False,
        help="Somebody took the access away at Exivo. It stays away until staff give "
        "it back.",
    )
    gone_noted_at = fields.Datetime(
        readonly=True, copy=False, help="When it was found gone at Exivo."
    )
    booking_id = fields.Many2one(
        comodel_name="resource.booking", readonly=True, index=True, ondelete="set null"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Holder",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    site_id = fields.Many2one(
        comodel_name="exivo.site",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    # Of its site, and not related to it: whoever makes an access knows the company, and
    # Odoo would read the whole site for each booking.
    company_id = fields.Many2one(comodel_name="res.company", readonly=True, index=True)
    method = fields.Selection(
        selection=METHODS, default="link", required=True, readonly=True
    )
    start = fields.Datetime(string="From", required=True, readonly=True)
    stop = fields.Datetime(string="Until", required=True, readonly=True)
    lock_ids = fields.Many2many(
        comodel_name="exivo.lock",
        string="Locks",
        readonly=True,
        context={"active_test": False},
    )
    rights = fields.Json(
        readonly=True,
        help="Of an access group: the weekly hours of each lock, see rights.py.",
    )
    holder_digest = fields.Char(
        readonly=True,
        help="Changes with what the lock system is told of the holder.",
    )
    pin = SecretChar(
        string="PIN",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Belongs to the access: it stays the same when the booking moves. It is "
        "only shown by a click, which is recorded.",
    )
    # Decisions compare this number, so that they need neither the PIN nor its key.
    pin_number = fields.Integer(
        readonly=True, copy=False, help="How many PINs the access has had so far."
    )

    # === WHAT IT WAS MADE FOR (kept when the booking is gone) === #

    reference = fields.Char(readonly=True, index=True)
    is_of_community = fields.Boolean(
        string="Standing",
        readonly=True,
        index=True,
        help="It is there because of communities, not of a booking.",
    )
    room = fields.Char(readonly=True)
    rooms = fields.Json(
        readonly=True, help="The ids of the rooms, which may get other names."
    )
    category_ids = fields.Many2many(
        comodel_name="res.partner.category",
        string="Communities",
        readonly=True,
        context={"active_test": False},
        help="The communities that a standing access was made for.",
    )
    place = fields.Char(
        readonly=True, help="Where the booking takes place, if it says so."
    )
    booking_start = fields.Datetime(readonly=True)
    booking_stop = fields.Datetime(readonly=True)
    tz = fields.Char(
        string="Time Zone",
        readonly=True,
        help="Mails and the portal show all times in this time zone.",
    )

    # === HOW IT STANDS === #

    credential_ids = fields.One2many(
        comodel_name="exivo.credential", inverse_name="access_id", readonly=True
    )
    state = fields.Selection(
        selection=STATES,
        default="in_progress",
        required=True,
        readonly=True,
        index=True,
    )
    ordered_at = fields.Datetime(
        string="Requested at",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When the access was requested.",
    )
    due_at = fields.Datetime(
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When the synchroniser has to look again.",
    )
    link = ShownChar(
        compute="_compute_link",
        groups="exivo_access.group_user",
        help="Belongs to the credential: it changes when the booking moves.",
    )

    # Lists of staff: what is on at some time (see `_search`), in its order, among very
    # many. A window that would end before it begins is none to PostgreSQL.
    _window_idx = models.Index("USING gist (tsrange(LEAST(start, stop), stop, '[]'))")
    _order_idx = models.Index("(start, id)")
    _current_idx = models.Index("(start, id) WHERE state NOT IN ('removed', 'expired')")
    _due_at_idx = models.Index("(due_at) WHERE due_at IS NOT NULL")
    _expired_idx = models.Index("(stop) WHERE state = 'expired'")
    # The synchroniser works off site by site what is due.
    _due_order_idx = models.Index("(site_id, due_at) WHERE due_at IS NOT NULL")
    _lost_idx = models.Index(
        "(stop) WHERE booking_id IS NULL AND is_wanted"
        " AND NOT COALESCE(is_of_community, FALSE)"
    )
    _pin_digest_idx = models.Index("(pin_digest) WHERE pin_digest IS NOT NULL")
    _kept_pin_idx = models.Index("(stop) WHERE pin IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "room", "category_ids", "reference")
    def _compute_display_name(self):
        for access in self:
            parts = [
                access.reference,
                access._get_occasion(),
                access.partner_id.display_name,
            ]
            access.display_name = " · ".join(part for part in parts if part)

    @api.depends(
        "credential_ids.state",
        "credential_ids.link",
        "is_wanted",
        "withheld",
        "pin_number",
    )
    def _compute_link(self):
        self.check_access("read")  # a computed field is not checked by Odoo itself
        for access in self:
            has_link = (
                access._needs_link() and access._get_credential_at_hand().sudo().link
            )
            access.link = has_link and MASK

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create accesses without followers and log entry.

        Every booking would pay for them.
        """
        quiet = self.with_context(tracking_disable=True)
        return super(ExivoAccess, quiet).create(vals_list).with_env(self.env)

    def _search(self, domain, *args, **kwargs):
        """Find what is on between two moments by an index on the window.

        PostgreSQL takes *begins before the one* and *stops after the other* for
        independent, expects very many rows, and would read all of the past for them.
        """
        domain = Domain(domain).optimize_full(self)
        query = super()._search(domain, *args, **kwargs)
        moments = self._get_moments(domain)
        if len(moments) == 2:
            query.add_where(
                SQL(
                    "tsrange(LEAST(%(start)s, %(stop)s), %(stop)s, '[]')"
                    " && tsrange(%(first)s, %(last)s, '[]')",
                    start=SQL.identifier(self._table, "start"),
                    stop=SQL.identifier(self._table, "stop"),
                    first=min(moments.values()),
                    last=max(moments.values()),
                )
            )
        return query

    def _get_moments(self, domain):
        """Return before what accesses shall begin, and after what they shall stop.

        :param Domain domain: as it is optimized.
        :rtype: dict[str, datetime]
        """
        bounds = {("start", "<"), ("start", "<="), ("stop", ">"), ("stop", ">=")}
        return {
            one.field_expr: one.value
            for one in (domain.children if isinstance(domain, DomainAnd) else ())
            if isinstance(one, DomainCondition)
            and (one.field_expr, one.operator) in bounds
            and isinstance(one.value, datetime)
        }

    def _message_auto_subscribe(self, *_args, **_kwargs):
        """Have nobody follow an access because of what is written to it."""
        return True

    # === WANTED AND REAL === #

    def _get_kind(self):
        """Return the kind of credential that keeps the promise at the lock system.

        :return: one of the kinds of the seam.
        :rtype: str
        """
        self.ensure_one()
        return KINDS[self.method]

    def _is_granted(self):
        """Tell whether the access shall be there.

        :rtype: bool
        """
        self.ensure_one()
        return self.is_wanted and not self.withheld

    def _get_occasion(self):
        """Return what the access was made for: the room, or the communities.

        :rtype: str
        """
        self.ensure_one()
        return self.room or ", ".join(self.sudo().category_ids.mapped("name"))

    def _may_live(self):
        """Tell whether anything of it is, or may be, alive at Exivo.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            one.state in reconcile.OPEN_STATES or one._is_looked_for()
            for one in self.credential_ids
        )

    def _get_first_start(self):
        """Return the moment from which the access, or a remnant of it, opens a door.

        :rtype: datetime
        """
        self.ensure_one()
        return min([self.start, *self._get_alive().mapped("start")])

    def _get_last_stop(self):
        """Return the moment until which the access, or a remnant of it, opens a door.

        :rtype: datetime
        """
        self.ensure_one()
        return max([self.stop, *self._get_alive().mapped("stop")])

    def _get_alive(self):
        """Return the credentials that are, or may be, alive at Exivo.

        Asks for no facts: something may be there that cannot be read.

        :rtype: exivo.credential
        """
        return self.credential_ids.filtered(
            lambda one: one.state in reconcile.OPEN_STATES
        )

    def _decide(self, stalled=False):
        """Decide what has to be done for this access at Exivo now.

        :param bool stalled: whether nothing new can be ordered.
        :rtype: reconcile.Decision
        """
        self.ensure_one()
        wanted = self._get_wanted()
        return reconcile.decide(
            replace(wanted, stalled=True) if stalled else wanted,
            self._get_open_credentials(),
            fields.Datetime.now(),
            self._get_looked_for(),
        )

    def _get_working_credential(self):
        """Return the credential that keeps the promise, or an empty one.

        :rtype: exivo.credential
        """
        self.ensure_one()
        access = self.sudo()
        working = reconcile.find_working(
            access._get_wanted(), access._get_open_credentials(), fields.Datetime.now()
        )
        return self.env["exivo.credential"].browse(working and working.id)

    def _update_state(self):
        """Bring ``state`` in line with what is wanted and what is there, now."""
        for access in self:
            state = access._find_state()
            if access.state != state:
                before, access.state = access.state, state
                access._state_changed(before)

    def _find_state(self):
        """Find out how the access stands.

        One that cannot be read keeps no booking from being moved; nobody can say of it
        that it is there, and the synchroniser notes what is wrong.

        :return: one of :data:`STATES`.
        :rtype: str
        """
        return look_at(
            self,
            lambda: reconcile.state(
                self._get_wanted(), self._get_open_credentials(), fields.Datetime.now()
            ),
            "in_progress",
        )

    def _state_changed(self, before):
        """Let rooms that stand on this one hear of another state, by extending this.

        :param str before: the state that the access had.
        """
        self.ensure_one()

    def _came_to_rest(self):
        """Let rooms that stand on this one hear that nothing is left to do at Exivo."""

    def _gone_at_exivo(self):
        """Let rooms that stand on this one hear that these were taken away at Exivo."""

    def _get_changes(self, vals):
        """Return those of the given values that the access does not have yet.

        :rtype: dict
        """
        self.ensure_one()
        return {
            name: value for name, value in vals.items() if self._differs(name, value)
        }

    def _differs(self, name, value):
        field = self._fields[name]
        if field.type == "many2many":
            return set(self[name].ids) != set(value)
        return field.convert_to_cache(value, self) != field.convert_to_cache(
            self[name], self
        )

    def _change_wanted(self, changes):
        """Change what is wanted, alike for all these accesses.

        The synchroniser follows.

        :param dict changes: among ``WANTED_FIELDS`` and what the access was made for.
        """
        self.write(changes)
        if WANTED_FIELDS & changes.keys():
            self._forget_failure()
            self._await_news()
        self._update_state()

    def _await_news(self):
        """Let rooms that stand on this one note that there is news for the holders."""

    def _in_force(self):
        """Return the accesses that are promised and whose window is not over.

        :rtype: exivo.access
        """
        now = fields.Datetime.now()
        return self.filtered(lambda access: access.is_wanted and access.stop > now)

    def _working(self):
        """Return the accesses whose credential is live.

        Asks the credentials, because ``state`` is only as fresh as the last run.

        :rtype: exivo.access
        """
        return self.filtered(
            lambda access: access.state == "created"
            and access._get_working_credential()
        )

    def _is_over(self):
        """Tell whether the access has expired.

        Asks the clock, because the state stays what it was until the synchroniser looks
        again, and while the lock system keeps what was to end later.

        :rtype: bool
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return self.state == "expired" or (self._is_granted() and self.stop <= now)

    def _withdraw(self):
        """Take the promise back: what is at Exivo has to go.

        A standing access ends now, because its end was far ahead, or it had none.
        """
        standing = self.filtered("is_of_community")
        ended = {"is_wanted": False, "stop": fields.Datetime.now()}
        standing._change_wanted(ended)
        (self - standing)._change_wanted({"is_wanted": False})

    def _withdraw_and_wake(self):
        """Withdraw because the row behind the accesses is about to be deleted."""
        accesses = self._in_force()
        if accesses:
            accesses._withdraw()
            wake(self.env, "ir_cron_synchronise")

    def _reconsider(self):
        """Have the synchroniser look at these accesses, after a decision."""
        self._forget_failure()
        self._update_state()
        wake(self.env, "ir_cron_synchronise")

    def _find_lost(self):
        """Return what is promised for bookings that are gone.

        No hook hears of a booking that the database deletes with something else.

        :rtype: exivo.access
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM exivo_access WHERE booking_id IS NULL"
                " AND is_wanted AND NOT COALESCE(is_of_community, FALSE) AND stop > %s",
                fields.Datetime.now(),
            )
        )
        return self.browse(access_id for (access_id,) in rows)

    def _withdraw_each(self):
        """Withdraw accesses in a scheduled action.

        One that cannot be withdrawn, or that somebody holds, keeps no other.
        """
        together_or_each(type(self)._withdraw_unheld, self)

    def _withdraw_unheld(self):
        self._get_unheld()._withdraw_and_wake()

    def _get_unheld(self):
        """Lock these accesses, and return those that nobody else holds.

        Whoever waited for the others would keep all behind them waiting; the next run
        of the synchroniser is soon instead.

        :rtype: exivo.access
        """
        unheld = self.try_lock_for_update(allow_referencing=True)
        if unheld != self:
            soon = fields.Datetime.now() + timedelta(seconds=min(WHILE_HELD))
            wake(self.env, "ir_cron_synchronise", soon)
        return unheld

    def _get_decision(self):
        """Return the values that keep another access away as this one is kept away.

        :return: empty if it is not kept away.
        :rtype: dict
        """
        self.ensure_one()
        names = ("withheld", "gone_at_exivo", "gone_noted_at")
        return {name: self[name] for name in names} if self.withheld else {}

    def _get_siblings(self):
        """Return all accesses that the same holders have for the same bookings.

        The accesses of one holder for one booking share a PIN and are told in one mail.
        """
        keys = {access._get_occasion_key() for access in self}
        found = self.search(
            [
                ("reference", "in", [access.reference for access in self]),
                ("partner_id", "in", [access.partner_id.id for access in self]),
            ],
            order="start, id",
        )
        return found.filtered(lambda access: access._get_occasion_key() in keys)

    def _get_occasion_key(self):
        """Return the key that all accesses of one holder for one booking share.

        A member of communities of two companies gets a mail from each of them, so the
        company is part of the key.
        """
        self.ensure_one()
        company = self.company_id if self.is_of_community else self.company_id.browse()
        return self.reference, self.partner_id.id, company.id
