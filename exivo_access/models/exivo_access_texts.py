# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import format_date, format_time


class ExivoAccess(models.Model):
    """An access in words, for mails and pages: days and times with their zone."""

    _inherit = "exivo.access"

    def _format_booking_day(self):
        """The day of the booking in its own zone, in the reader's language.

        :rtype: str
        """
        self.ensure_one()
        return self._format_day(self.booking_start)

    def _format_booking_period(self):
        """Day, time and zone of the booking, in the reader's language.

        :rtype: str
        """
        self.ensure_one()
        return self._format_period(self.booking_start, self.booking_stop)

    def _format_window(self):
        """Day, time and zone within which the doors open.

        :rtype: str
        """
        self.ensure_one()
        return self._format_period(self.start, self.stop)

    def _format_period(self, start, stop):
        """Write a period in the booking's zone, whose name is always said.

        The day of the end is only written where it differs.
        """
        first, last = self._format_day(start), self._format_day(stop)
        begin, end = (
            format_time(self.env, moment, tz=self.tz, time_format="short")
            for moment in (start, stop)
        )
        last = "" if first == last else f"{last}, "
        return f"{first}, {begin} – {last}{end} ({self.tz})"

    def _format_day(self, moment):
        zoned = fields.Datetime.context_timestamp(self.with_context(tz=self.tz), moment)
        return format_date(self.env, zoned.date(), date_format="full")
