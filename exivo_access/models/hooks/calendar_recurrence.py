# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.mark import Mark

GOOGLE, MICROSOFT = "google", "microsoft"
#: Says which calendar elsewhere has a series written as it is there.
ELSEWHERE = Mark("exivo_elsewhere")


class CalendarRecurrence(models.Model):
    """A series from elsewhere does not say when doors open.

    Its meetings are written as if somebody did so here, not by what is overridden for
    single ones: the meeting of a booking as well, once somebody has it repeat there.
    """

    _inherit = "calendar.recurrence"

    def _sync_google2odoo(self, *args, **options):
        """Override of `google_calendar` to let nobody move doors from elsewhere."""
        there = self.with_context(**ELSEWHERE.on(GOOGLE))
        series = super(CalendarRecurrence, there)._sync_google2odoo(*args, **options)
        return series.with_env(self.env)
