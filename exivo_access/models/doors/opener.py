# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Opens a door from Odoo: once, recorded before Exivo is asked."""

import math
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import adapters
from ... import api as exivo
from ...pure import rights
from ...tools.serialise import in_turn
from ..site import site_connection

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


class ExivoOpener(models.AbstractModel):
    """Asks the lock system to open a door, after the callers checked who may.

    The record and its outcome are written in transactions of their own: the first is
    committed before Exivo is asked. Nothing that fails later, or that Odoo tries again,
    asks twice.
    """

    _name = "exivo.opener"
    _description = "Exivo Opener"

    @api.model
    def _open(self, lock, access=None, form_token=False, limit=STAFF_OPENINGS):
        """Open a door now, for the user of the environment.

        Who has just ordered the same gets the outcome of that, and no other call.

        :param lock: an ``exivo.lock`` record.
        :param access: the ``exivo.access`` because of which it is opened, if any.
        :param str form_token: of the form; sent again, it gets the first outcome.
        :param int limit: how often the user may do so within :data:`PERIOD`.
        :rtype: Outcome
        :raise OpenedTooOften: the user has to wait.
        :raise UserError: the lock does not open from afar, or the site is not called.
        """
        site = lock.sudo().site_id
        self._check_reachable(lock, site)
        vals = {
            "lock_id": lock.id,
            "access_id": access.id if access else False,
            "user_id": self.env.uid,
            "form_token": form_token,
        }
        opening_id, reference = self._begin(vals, limit)
        if not reference:
            return self._read(opening_id)
        try:
            site_connection.get_adapter(site).open(lock.sudo().remote_id, reference)
        except adapters.LocksGone as error:
            return self._end_without(opening_id, error)
        except exivo.ExivoError as error:
            outcome = "unclear" if error.maybe_done else "refused"
            return self._end(opening_id, outcome, site._explain(error))
        return self._end(opening_id, "accepted", "")

    @api.model
    def _check_reachable(self, lock, site):
        """Refuse what could not be done anyway, before anything is written down.

        :raise UserError: see :meth:`_open`.
        """
        if not lock.has_remote_opening:
            raise UserError(
                self.env._(
                    "%(lock)s cannot be opened from Odoo: it is not marked with "
                    "“%(ability)s” under Exivo, Locks. Nothing was opened.",
                    lock=lock.name,
                    ability=lock._fields["has_remote_opening"]._description_string(
                        self.env
                    ),
                )
            )
        if not (lock.active and site._is_called()):
            raise UserError(
                site.hindrance
                or self.env._(
                    "%(site)s cannot be reached at the moment. Nothing was opened.",
                    site=site.name,
                )
            )

    # === THE RECORD === #

    @contextmanager
    def _own_transaction(self):
        """Yield openings in a new transaction, which is committed at the end."""
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr, su=True)).env["exivo.opening"]

    @api.model
    def _begin(self, vals, limit):
        """Write down, and commit, that a door is about to be opened.

        :return: the id of the record, and what to tell Exivo; nothing to tell if this
            was ordered before.
        :rtype: tuple[int, str]
        :raise OpenedTooOften: nothing was written down.
        """
        with (
            in_turn(self.env, "exivo.opening", vals["user_id"]),
            self._own_transaction() as openings,
        ):
            known = self._find_sent(openings, vals) or self._find_same(openings, vals)
            if known:
                return known.id, ""
            self._check_pace(openings, vals, limit)
            opening = openings.create(vals)
            return opening.id, opening._get_reference()

    @api.model
    def _find_sent(self, openings, vals):
        """Return the record of a form that was sent before, or an empty one."""
        if not vals["form_token"]:
            return openings
        return openings.search(
            [("user_id", "=", vals["user_id"]), ("form_token", "=", vals["form_token"])]
        )

    @api.model
    def _find_same(self, openings, vals):
        """Return the record of what this person has just ordered at this door, if any.

        One that was refused does not count, because the door surely stayed shut.
        """
        domain = self._get_domain(openings, vals, SAME_WISH)
        return openings.search([*domain, ("outcome", "!=", "refused")], limit=1)

    @api.model
    def _check_pace(self, openings, vals, limit):
        """Refuse another opening that comes too soon.

        :raise OpenedTooOften: with words that say when it goes on.
        """
        seconds = self._get_wait(openings, vals, limit)
        if seconds:
            raise OpenedTooOften(
                self.env._(
                    "%(lock)s was opened very often within a minute. It can be opened "
                    "again in %(seconds)s seconds. Nothing was opened now.",
                    lock=self.env["exivo.lock"].sudo().browse(vals["lock_id"]).name,
                    seconds=seconds,
                )
            )

    @api.model
    def _get_wait(self, openings, vals, limit):
        """Return how many seconds somebody has to wait before opening a door again.

        :rtype: int
        """
        recent = openings.search(self._get_domain(openings, vals, PERIOD), limit=limit)
        if len(recent) < limit:
            return 0
        free_at = recent[-1].create_date + PERIOD
        return max(1, math.ceil((free_at - openings.env.cr.now()).total_seconds()))

    @api.model
    def _get_domain(self, openings, vals, period):
        """Return the domain of a person's orders at a door within some time."""
        since = openings.env.cr.now() - period  # the clock that rows are stamped with
        return [
            ("user_id", "=", vals["user_id"]),
            ("lock_id", "=", vals["lock_id"]),
            ("create_date", ">", since),
        ]

    @api.model
    def _end(self, opening_id, outcome, reason):
        """Write down, and commit, what became of it; the log tells the rest soon.

        :rtype: Outcome
        """
        with self._own_transaction() as openings:
            opening = openings.browse(opening_id)
            opening.write({"outcome": outcome, "reason": reason})
            openings.env["exivo.event.reader"]._call_for(opening.site_id)
        return Outcome(opening_id, outcome, reason)

    @api.model
    def _end_without(self, opening_id, error):
        """Note, and commit, that the door is no longer at the lock system.

        :param adapters.LocksGone error: what the adapter raised.
        :rtype: Outcome
        """
        with self._own_transaction() as openings:
            site = openings.browse(opening_id).site_id
            openings.env["exivo.lock"]._note_gone(site, error.lock_ids)
        reason = self.env._("Exivo no longer has this lock.")
        return self._end(opening_id, "refused", reason)

    @api.model
    def _read(self, opening_id):
        """Return what became of an opening that was ordered before.

        :rtype: Outcome
        """
        with self._own_transaction() as openings:
            opening = openings.browse(opening_id)
            return Outcome(opening_id, opening.outcome, opening.reason or "")

    # === BY STAFF === #

    @api.model
    def _open_by_staff(self, lock, access=None):
        """Open a door, and say how it went.

        :return: a notification for the user.
        :rtype: dict
        """
        result = self._open(lock, access)
        kind, message = {
            "accepted": (
                "success",
                self.env._(
                    "%(lock)s: Exivo took the order. Whether the door opened is seen "
                    "under Door Events in a moment.",
                    lock=lock.name,
                ),
            ),
            "unclear": (
                "warning",
                self.env._(
                    "%(lock)s may have opened: no clear answer came. Look before you "
                    "try again. %(reason)s",
                    lock=lock.name,
                    reason=result.reason,
                ),
            ),
            "refused": (
                "danger",
                self.env._(
                    "%(lock)s was not opened. %(reason)s",
                    lock=lock.name,
                    reason=result.reason,
                ),
            ),
        }[result.outcome]
        return lock.site_id._notification(kind, message)

    # === BY CUSTOMERS === #

    @api.model
    def _open_by_holder(self, lock, access, form_token):
        """Open a door for the holder of an access; see :meth:`_open`."""
        return self._open(lock, access, form_token, CUSTOMER_OPENINGS)

    @api.model
    def _get_wait_of_holder(self, lock):
        """Return how many seconds the holder has to wait before opening a door again.

        :rtype: int
        """
        vals = {"lock_id": lock.id, "user_id": self.env.uid}
        openings = self.env["exivo.opening"].sudo()
        return self._get_wait(openings, vals, CUSTOMER_OPENINGS)

    @api.model
    def _get_openable(self, access):
        """Return the locks that the holder of an access may open by a click now.

        :param access: ``exivo.access`` record in superuser mode.
        :rtype: exivo.lock
        """
        now = fields.Datetime.now()
        if not (
            access.state == "created"
            and access._is_granted()
            and access.start <= now < access.stop
        ):
            return access.lock_ids.browse()
        if access.is_of_community:
            lock_ids = self._get_ids_of_member(access)
        else:
            lock_ids = self._get_ids_of_booking(access)
        return access.lock_ids._get_openable().filtered(
            lambda lock: lock.id in lock_ids
        )

    @api.model
    def _get_ids_of_booking(self, access):
        """Return the locks that rules of booked rooms let the holder open by a click.

        :rtype: set[int]
        """
        planner = self.env["exivo.planner"]
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        lock_ids = set()
        for rule in planner._get_reached_rules(access.booking_id, rules):
            holders = planner._get_holders(access.booking_id, rule)
            if rule.customer_may_open and access.partner_id in holders:
                lock_ids.update(*rule.lock_ids_by_site.values())
        return lock_ids

    @api.model
    def _get_ids_of_member(self, access):
        """Return the locks that rules of communities let a member open by a click now.

        :rtype: set[int]
        """
        membership = self.env["exivo.membership"].sudo()
        granted = membership._get_granted(access.partner_id.ids)
        here = fields.Datetime.context_timestamp(
            self.with_context(tz=access.site_id._get_tz()), fields.Datetime.now()
        )
        moment = here.weekday(), here.hour * 60 + here.minute
        lock_ids = set()
        for permission in granted.get(membership._get_key(access), ()):
            hours = permission.rule._get_hours()
            if permission.rule.customer_may_open and rights.is_open(hours, *moment):
                lock_ids |= permission.lock_ids
        return lock_ids
