# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Opens a door from Odoo: once, recorded before Exivo is asked."""

from contextlib import contextmanager
from typing import NamedTuple

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .. import api as exivo
from .. import rights
from . import site_connection


class Outcome(NamedTuple):
    """What became of an order to open a door."""

    opening_id: int
    #: see ``exivo.opening``
    outcome: str
    reason: str


class ExivoOpener(models.AbstractModel):
    """Asks the lock system to open a door; who may, the callers have checked.

    The record and its outcome are written in transactions of their own: the first is
    committed before Exivo is asked, and nothing that fails later, or is tried again by
    Odoo, asks twice.
    """

    _name = "exivo.opener"
    _description = "Exivo Opener"

    @api.model
    def _open(self, lock, access=None, form_token=False):
        """Open a door now, for the user of the environment.

        :param lock: an ``exivo.lock`` record.
        :param access: the ``exivo.access`` because of which it is opened, if any.
        :param str form_token: of the form; sent again, it gets the first outcome.
        :rtype: Outcome
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
        opening_id, reference = self._begin(vals)
        if not reference:
            return self._read(opening_id)
        try:
            site_connection.get_adapter(site).open(lock.sudo().remote_id, reference)
        except exivo.ExivoError as error:
            outcome = "unclear" if error.maybe_done else "refused"
            return self._end(opening_id, outcome, site._explain(error))
        return self._end(opening_id, "accepted", "")

    @api.model
    def _check_reachable(self, lock, site):
        """Refuse before anything is written down what could not be done anyway.

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
        """Openings in a new transaction, which is committed at the end."""
        with self.env.registry.cursor() as cr:
            yield self.with_env(self.env(cr=cr, su=True)).env["exivo.opening"]

    @api.model
    def _begin(self, vals):
        """Write down, and commit, that a door is about to be opened.

        :return: the id of the record, and what to tell Exivo; nothing to tell if this
            form was sent before.
        :rtype: tuple[int, str]
        """
        with self._own_transaction() as openings:
            known = self._find_sent(openings, vals)
            if known:
                return known.id, ""
        try:
            # being refused is no error: the same form, at the very same moment
            with mute_logger("odoo.sql_db"), self._own_transaction() as openings:
                opening = openings.create(vals)
                return opening.id, opening._get_reference()
        except IntegrityError:
            with self._own_transaction() as openings:
                return self._find_sent(openings, vals).id, ""

    @api.model
    def _find_sent(self, openings, vals):
        """The record of a form that was sent before, or an empty one."""
        if not vals["form_token"]:
            return openings
        return openings.search(
            [("user_id", "=", vals["user_id"]), ("form_token", "=", vals["form_token"])]
        )

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
    def _read(self, opening_id):
        """What became of an opening that was ordered before.

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
    def _get_openable(self, access):
        """The locks that the holder of an access may open by a click, now.

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
        if access.is_standing:
            lock_ids = self._get_ids_of_member(access)
        else:
            lock_ids = self._get_ids_of_booking(access)
        return access.lock_ids._get_openable().filtered(
            lambda lock: lock.id in lock_ids
        )

    @api.model
    def _get_ids_of_booking(self, access):
        """The locks that rules of the booked rooms let its holder open by a click.

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
        """The locks that rules of communities let a member open by a click, now.

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
