# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math
import secrets
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.serialise import in_turn

#: A click so soon after another one at the same door is the same wish.
SAME_WISH = timedelta(seconds=5)
#: A person may have one door opened so often within the time below. Nobody who tries a
#: door that sticks gets there, because each try takes some ten seconds.
CUSTOMER_OPENINGS = 6
STAFF_OPENINGS = 10
PERIOD = timedelta(minutes=1)


class OpenedTooOften(UserError):
    """A person has had a door opened so often that they have to wait."""


class Outcome(NamedTuple):
    """An order to open a door has this outcome."""

    opening_id: int
    #: see ``exivo.opening``
    outcome: str
    reason: str


class ExivoOpening(models.Model):
    """An opening records that somebody opened a door from Odoo.

    It says who, when (``create_date``), which door, and how it went. What stays
    *unclear* may have opened.

    Row and outcome are written in transactions of their own: the first is committed
    before Exivo is asked, so nothing that may open a door goes unrecorded, and nothing
    that fails later, or that Odoo tries again, asks twice.
    """

    _name = "exivo.opening"
    _description = "Exivo Opening of a Door"
    _order = "id desc"

    lock_id = fields.Many2one(
        comodel_name="exivo.lock", required=True, readonly=True, ondelete="restrict"
    )
    site_id = fields.Many2one(related="lock_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Opened by",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    access_id = fields.Many2one(
        comodel_name="exivo.access",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._default_token(),
        help="By it the event is found in Exivo's log.",
    )
    form_token = fields.Char(
        readonly=True,
        copy=False,
        help="Of the form that was sent: sent twice, it opens once.",
    )
    outcome = fields.Selection(
        selection=[
            ("unclear", "May have opened"),
            ("accepted", "Taken by Exivo"),
            ("refused", "Refused"),
        ],
        default="unclear",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)

    _token_unique = models.Constraint("UNIQUE(token)", "A token is used only once.")
    _form_once = models.Constraint(
        "UNIQUE(user_id, form_token)", "A form opens a door only once."
    )

    @api.depends("user_id", "lock_id")
    def _compute_display_name(self):
        for opening in self:
            opening.display_name = (
                opening.user_id.display_name or opening.lock_id.display_name
            )

    def _default_token(self):
        return self.env["exivo.credential"]._get_mark() + secrets.token_hex(8)

    def _get_reference(self):
        """Return what Exivo's log shows: the booking and our token, no person.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.access_id.reference or 'Odoo'} {self.token}"

    @contextmanager
    def _own_transaction(self):
        """Yield these openings in a new transaction, which is committed at the end."""
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr, su=True))

    def _begin(self, vals, limit):
        """Write down, and commit, that a door is about to be opened.

        :param int limit: how often the user may do so within :data:`PERIOD`.
        :return: the id of the record, and what to tell Exivo; nothing to tell if this
            was ordered before.
        :rtype: tuple[int, str]
        :raise OpenedTooOften: nothing was written down.
        """
        with (
            in_turn(self.env, self._name, vals["user_id"]),
            self._own_transaction() as openings,
        ):
            known = openings._find_sent(vals) or openings._find_same(vals)
            if known:
                return known.id, ""
            openings._check_pace(vals, limit)
            opening = openings.create(vals)
            return opening.id, opening._get_reference()

    def _find_sent(self, vals):
        """Return the record of a form that was sent before, or an empty one."""
        if not vals["form_token"]:
            return self.browse()
        return self.search(
            [("user_id", "=", vals["user_id"]), ("form_token", "=", vals["form_token"])]
        )

    def _find_same(self, vals):
        """Return the record of what this person has just ordered at this door, if any.

        One that was refused does not count, because the door surely stayed shut.
        """
        domain = self._get_recent_domain(vals, SAME_WISH)
        return self.search([*domain, ("outcome", "!=", "refused")], limit=1)

    def _check_pace(self, vals, limit):
        """Refuse another opening that comes too soon.

        :raise OpenedTooOften: with words that say when it goes on.
        """
        seconds = self._get_wait(vals, limit)
        if seconds:
            raise OpenedTooOften(
                self.env._(
                    "%(lock)s was opened very often within a minute. It can be opened "
                    "again in %(seconds)s seconds. Nothing was opened now.",
                    lock=self.env["exivo.lock"].sudo().browse(vals["lock_id"]).name,
                    seconds=seconds,
                )
            )

    def _get_wait(self, vals, limit):
        """Return how many seconds somebody has to wait before opening a door again.

        It says two where it is one, which would take words of its own.

        :rtype: int
        """
        recent = self.search(self._get_recent_domain(vals, PERIOD), limit=limit)
        if len(recent) < limit:
            return 0
        free_at = recent[-1].create_date + PERIOD
        return max(2, math.ceil((free_at - self.env.cr.now()).total_seconds()))

    def _get_recent_domain(self, vals, period):
        """Return the domain of a person's orders at a door within some time."""
        since = self.env.cr.now() - period  # the clock that rows are stamped with
        return [
            ("user_id", "=", vals["user_id"]),
            ("lock_id", "=", vals["lock_id"]),
            ("create_date", ">", since),
        ]

    def _end(self, outcome, reason):
        """Write down, and commit, what became of it; the log tells the rest soon.

        :rtype: Outcome
        """
        with self._own_transaction() as opening:
            opening.write({"outcome": outcome, "reason": reason})
            opening.site_id._hear_doors()
        return Outcome(self.id, outcome, reason)

    def _end_without(self, error):
        """Note, and commit, that the door is no longer at the lock system.

        :param adapters.LocksGone error: what the adapter raised.
        :rtype: Outcome
        """
        with self._own_transaction() as opening:
            opening.env["exivo.lock"]._archive_unlisted(opening.site_id, error.lock_ids)
        return self._end("refused", self.env._("Exivo no longer has this lock."))

    def _read_outcome(self):
        """Return what became of an opening that was ordered before.

        :rtype: Outcome
        """
        with self._own_transaction() as opening:
            return Outcome(opening.id, opening.outcome, opening.reason or "")
