# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...pure import reconcile
from ...tools.transactions import tell_apart
from ..access.exivo_access import PENDING


class ExivoTrouble(models.Model):
    """It is a trouble that a credential may open doors, although it should be gone."""

    _inherit = "exivo.trouble"

    def _find_lingering(self):
        now = fields.Datetime.now()
        credentials = self.env["exivo.credential"]
        unsettled = self.env["exivo.access"].search(
            ["|", ("state", "in", PENDING), ("due_at", "<=", now)]
        )
        revoking = credentials.search([("state", "=", "revoking")])
        accesses = tell_apart(unsettled | revoking.access_id, self._get_unwanted)
        return credentials.union(*map(self._get_unwanted, accesses))

    def _get_unwanted(self, access):
        """Return the credentials of an access that should be gone."""
        unwanted = reconcile.find_unwanted(
            access._get_wanted(), access._get_open_credentials(), fields.Datetime.now()
        )
        return self.env["exivo.credential"].browse([one.id for one in unwanted])

    def _press_lingering(self, credentials):
        """Return the credentials of which staff are told at once."""
        staying = self._get_staying(credentials.site_id)
        return credentials.filtered(
            lambda one: (
                self._is_in_the_way(one, staying.get(one.site_id, ()))
                or self._has_old_pin(one)
            )
        )

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

    def _has_old_pin(self, credential):
        """Tell whether it opens by a PIN that was replaced, and could not be revoked.

        Somebody may have asked for a new code because the old one is known to others.
        """
        access = credential.access_id
        return bool(access.failure_type) and (
            credential.pin_number != access.pin_number
        )
