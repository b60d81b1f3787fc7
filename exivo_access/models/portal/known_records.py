# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds attendances, leaves and events among those that a page has looked up already.

Odoo and `resource_booking` search for those of one calendar or resource at a time.
What they make of them stays theirs.
"""

from odoo import api, models

from ...tools.mark import Mark

#: Brings all records along that a search can find: by the names of their models.
KNOWN = Mark("exivo_known")


class ExivoKnownRecords(models.AbstractModel):
    """Records of this kind are found without a query where all that count are known."""

    _name = "exivo.known.records"
    _description = "Exivo Known Records"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        known = (KNOWN.get_from(self.env) or {}).get(self._name)
        if known is None or offset or limit or order or not self.env.su:
            return super().search(domain, offset=offset, limit=limit, order=order)
        found = known.with_env(self.env).filtered_domain(domain)
        return found.with_prefetch(known._prefetch_ids)


class CalendarEvent(models.Model):
    """See above."""

    _name = "calendar.event"
    _inherit = ["calendar.event", "exivo.known.records"]


class ResourceCalendarAttendance(models.Model):
    """See above."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "exivo.known.records"]


class ResourceCalendarLeaves(models.Model):
    """See above."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "exivo.known.records"]
