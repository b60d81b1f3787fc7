# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..access.exivo_access import OVER


class ExivoCollector(models.AbstractModel):
    """Whom our mail asks anew whether they come, the calendar does not mail as well."""

    _inherit = "exivo.collector"

    def _without_holders(self, attendees):
        attendees = super()._without_holders(attendees)
        return attendees.filtered(lambda one: not self._is_asked_anew(one))

    def _is_asked_anew(self, attendee):
        """Tell whether a mail about an access that goes asks somebody to answer again.

        :rtype: bool
        """
        if not attendee._holds_up_exivo_booking():
            return False
        return any(
            access.told_credential_id and access.state not in OVER
            for access in attendee.event_id._get_exivo_bookings().exivo_access_ids
            if access.partner_id == attendee.partner_id and not access.withheld
        )
