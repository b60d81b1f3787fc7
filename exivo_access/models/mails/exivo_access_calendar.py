# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...pure import calendar_file


class ExivoAccess(models.Model):
    """An access brings its booking into the holder's calendar, as one entry.

    Odoo's own calendar files are a new entry each time, and bring everybody's address.
    """

    _inherit = "exivo.access"

    calendar_number = fields.Integer(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Of the last calendar file. A file with a higher one takes its place.",
    )

    def _count_calendar_file(self):
        """Number the next calendar file of these accesses, which share a mail."""
        self.calendar_number = max(self._get_siblings().mapped("calendar_number")) + 1

    def _get_calendar_entry(self):
        """Return what the holder's calendar has to know of the booking now.

        :param self: accesses that share a mail.
        :rtype: calendar_file.Entry
        """
        first, company = self[0], self[0].company_id
        numbers = self._get_siblings().mapped("calendar_number")
        return calendar_file.Entry(
            uid=self._get_calendar_uid(first.reference),
            number=max(numbers),
            start=first.booking_start,
            stop=first.booking_stop,
            written_at=fields.Datetime.now(),
            title=first.room or "",
            place=first._get_place(),
            link=first._get_booking_url(),
            organiser=(company.name, company.partner_id.email_normalized),
            reader_email=first.partner_id.email_normalized,
            is_confirmed=first._is_confirmed(),
            is_gone=not first._has_booking_to_come(),
        )

    @api.model
    def _get_calendar_uid(self, reference):
        """Return what all files about a booking have in common, and no others.

        :param str reference: of the booking.
        :rtype: str
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{reference}@{uuid}"

    def _has_booking_to_come(self):
        """Tell whether the booking takes place with the holder, whatever the doors do.

        :rtype: bool
        """
        self.ensure_one()
        booking = self.sudo().booking_id
        planner = self.env["exivo.planner"]
        return planner._takes_place(booking) and (
            self.partner_id in booking.partner_ids | planner._get_guests(booking)
        )
