# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError

from ... import adapters
from ... import api as exivo
from ...tools import connection
from ..site import site_connection
from .exivo_opening import CUSTOMER_OPENINGS, STAFF_OPENINGS


class ExivoLock(models.Model):
    """A lock is opened from afar, and its door says what happened."""

    _inherit = "exivo.lock"

    def action_open_events(self):
        """Show what the door reports."""
        return self.env["exivo.door.event"]._action_for([("lock_id", "in", self.ids)])

    def action_open_door(self):
        """Open the door from afar.

        :return: a notification for the user.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        return self._open_by_staff()

    def _open(self, access=None, form_token=False, limit=STAFF_OPENINGS):
        """Open the door now, once, for the user; callers have checked who may.

        Who has just ordered the same gets the outcome of that, and no other call.

        :param access: the ``exivo.access`` because of which it is opened, if any.
        :param str form_token: of the form; sent again, it gets the first outcome.
        :param int limit: how often the user may do so within a minute.
        :rtype: exivo_opening.Outcome
        :raise OpenedTooOften: the user has to wait.
        :raise UserError: the lock does not open from afar, or the site is not called.
        """
        site = self.sudo().site_id
        self._check_reachable(site)
        vals = {
            "lock_id": self.id,
            "access_id": access.id if access else False,
            "user_id": self.env.uid,
            "form_token": form_token,
        }
        opening_id, reference = self.env["exivo.opening"]._begin(vals, limit)
        opening = self.env["exivo.opening"].browse(opening_id)
        if not reference:
            return opening._read_outcome()
        used = site_connection.get_connection(site)
        try:
            connection.get_adapter(used).open(self.sudo().remote_id, reference)
        except adapters.LocksGone as error:
            return opening._end_without(error)
        except exivo.ExivoError as error:
            outcome = "unclear" if error.maybe_done else "refused"
            result = opening._end(outcome, site._word_error(error))
            if error.refuses_site:  # no outage: clicks keep nobody's access waiting
                failure = error
                site._in_own_transaction(
                    lambda one: one._note_failed_call(failure, used)
                )
            return result
        return opening._end("accepted", "")

    def _check_reachable(self, site):
        """Refuse what could not be done anyway, before anything is written down.

        :raise UserError: see :meth:`_open`.
        """
        if not self.has_remote_opening:
            raise UserError(
                self.env._(
                    "%(lock)s cannot be opened from Odoo: it is not marked with "
                    "“%(ability)s” under Exivo, Locks. Nothing was opened.",
                    lock=self.name,
                    ability=self._fields["has_remote_opening"]._description_string(
                        self.env
                    ),
                )
            )
        if not (self.active and site._is_called()):
            is_staff = self.env.user.has_group("exivo_access.group_user")
            reason = site.hindrance or (is_staff and site.failure_reason)
            if reason:
                raise UserError(
                    self.env._("%(reason)s Nothing was opened.", reason=reason)
                )
            raise UserError(
                self.env._(
                    "%(site)s cannot be reached at the moment. Nothing was opened.",
                    site=site.name,
                )
            )

    def _open_by_staff(self, access=None):
        """Open the door, and say how it went.

        :return: a notification for the user.
        :rtype: dict
        """
        result = self._open(access)
        kind, message = {
            "accepted": (
                "success",
                self.env._(
                    "%(lock)s: Exivo took the order. Whether the door opened is seen "
                    "under Door Events in a moment.",
                    lock=self.name,
                ),
            ),
            "unclear": (
                "warning",
                self.env._(
                    "%(lock)s may have opened: no clear answer came. Look before you "
                    "try again. %(reason)s",
                    lock=self.name,
                    reason=result.reason,
                ),
            ),
            "refused": (
                "danger",
                self.env._(
                    "%(lock)s was not opened. %(reason)s",
                    lock=self.name,
                    reason=result.reason,
                ),
            ),
        }[result.outcome]
        return self.site_id._notification(kind, message)

    def _open_by_holder(self, access, form_token):
        """Open the door for the holder of an access; see :meth:`_open`."""
        return self._open(access, form_token, CUSTOMER_OPENINGS)

    def _get_wait_of_holder(self):
        """Return how many seconds the holder has to wait before opening a door again.

        :rtype: int
        """
        vals = {"lock_id": self.id, "user_id": self.env.uid}
        return self.env["exivo.opening"].sudo()._get_wait(vals, CUSTOMER_OPENINGS)
