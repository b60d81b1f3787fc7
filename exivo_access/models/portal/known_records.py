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


def _find_known(model, domain, *options):
    """Return what a search finds among known records; None if they are not known."""
    known = (KNOWN.get_from(model.env) or {}).get(model._name)
    if known is None or any(options) or not model.env.su:
        return None
    found = known.with_env(model.env).filtered_domain(domain)
    return found.with_prefetch(known._prefetch_ids)


class CalendarEvent(models.Model):
    """See above."""

    _inherit = "calendar.event"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        found = _find_known(self, domain, offset, limit, order)
        if found is not None:
            return found
        return super().search(domain, offset=offset, limit=limit, order=order)


class ResourceCalendarAttendance(models.Model):
    """See above."""

    _inherit = "resource.calendar.attendance"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        found = _find_known(self, domain, offset, limit, order)
        if found is not None:
            return found
        return super().search(domain, offset=offset, limit=limit, order=order)


class ResourceCalendarLeaves(models.Model):
    """See above."""

    _inherit = "resource.calendar.leaves"

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        found = _find_known(self, domain, offset, limit, order)
        if found is not None:
            return found
        return super().search(domain, offset=offset, limit=limit, order=order)
