# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.transactions import tell_apart

#: The parameter that makes our entries differ from those of all other databases.
CALENDAR_DOMAIN = "exivo_access.calendar_domain"


class ExivoAccess(models.Model):
    """An access brings its booking into the holder's calendar, as one entry.

    Odoo's own calendar files are a new entry each time, and bring everybody's address.
    """

    _inherit = "exivo.access"

    calendar_start = fields.Datetime(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="When the booking takes place by the holder's calendar, if it is in it.",
    )
    calendar_stop = fields.Datetime(
        readonly=True, copy=False, groups=fields.NO_ACCESS, help="The end of it."
    )
    calendar_room = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What the entry is called: the room may have become another one since.",
    )

    _calendar_idx = models.Index(
        "(calendar_stop) WHERE state = 'removed' AND calendar_stop IS NOT NULL"
    )

    def init(self):
        """Override to note by what calendars know our entries; a copy keeps it.

        A copy that takes over has another uuid, and goes on replacing these entries.
        """
        self.env.cr.execute(
            """
            INSERT INTO ir_config_parameter (key, value)
            SELECT %s, value FROM ir_config_parameter WHERE key = 'database.uuid'
                ON CONFLICT DO NOTHING
            """,
            [CALENDAR_DOMAIN],
        )

    def _get_calendar_entry(self):
        """Return what the holder's calendar has to know of the booking now.

        :param self: accesses that share a mail.
        :rtype: calendar_file.Entry
        """
        first = self[0]
        if first._has_booking_to_come():
            # An access that is taken away does not follow its booking any more.
            return first.sudo().booking_id._get_exivo_calendar_entry(
                first.partner_id, first._get_booking_url()
            )
        return first.sudo().booking_id._get_exivo_last_entry(
            first.company_id,
            first.reference,
            first._get_entry_period(),
            first._get_entry_room(),
            first.partner_id.email_normalized,
        )

    def _leaves_calendar(self):
        """Tell whether nobody who reads the holder's mails comes to the booking.

        :rtype: bool
        """
        self.ensure_one()
        email = self.partner_id.email_normalized
        return not self.sudo().booking_id._get_exivo_entry_for_mailbox(email)

    def _note_calendar_entry(self, entry):
        """Note what the holder's calendar has of the booking from now on.

        An entry of somebody else who reads the same mailbox is theirs.

        :param self: accesses that share a mail.
        :param calendar_file.Entry entry: what its file says.
        """
        siblings = self._get_siblings()
        is_there = not entry.is_cancelled and any(
            one._has_booking_to_come() for one in siblings
        )
        vals = {
            "calendar_start": is_there and entry.start,
            "calendar_stop": is_there and entry.stop,
            "calendar_room": is_there and entry.title,
        }
        siblings.filtered(
            lambda one: any(one[name] != value for name, value in vals.items())
        ).write(vals)

    def _find_dead_entries(self):
        """Return removed accesses whose booking only a calendar still has.

        Their holders were told that no door opens, and have the booking as an entry. It
        was cancelled after that, or they were taken off it. A mail that could not be
        written is tried again by itself.

        :rtype: exivo.access
        """
        removed = self.search(
            [
                ("state", "=", "removed"),
                ("calendar_stop", ">", fields.Datetime.now()),
                ("mail_due_at", "=", False),
            ]
        )
        return tell_apart(removed, lambda one: one._has_dead_entry())

    def _has_dead_entry(self):
        """Tell whether the holder's calendar has a booking that is not theirs any more.

        :rtype: bool
        """
        self.ensure_one()
        return (
            bool(self.calendar_stop)
            and self.calendar_stop > fields.Datetime.now()
            and not self._has_booking_to_come()
        )

    def _get_calendar_uid(self, reference):
        """Return what all files about a booking have in common, and no others.

        Who tries something out in a copy does not replace what the original has sent.

        :param str reference: of the booking.
        :rtype: str
        """
        sites = self.env["exivo.site"]
        if sites._is_any_in_copy():
            return f"{reference}@{sites._get_uuid()}"
        domain = self.env["ir.config_parameter"].sudo().get_param(CALENDAR_DOMAIN)
        return f"{reference}@{domain}"

    def _has_booking_to_come(self):
        """Tell whether the booking takes place with the holder, whatever the doors do.

        :rtype: bool
        """
        self.ensure_one()
        booking = self.sudo().booking_id
        return self.partner_id in booking._get_exivo_comers()
