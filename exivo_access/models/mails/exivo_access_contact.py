# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import fields, models
from odoo.tools.urls import urljoin

from ...tools import period
from . import letter


class ExivoAccess(models.Model):
    """A mail about an access says where to go, where to turn to, and in one language.

    Mail templates call what is in here.
    """

    _inherit = "exivo.access"

    help_token = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        # Nothing is signed for it: a restored database gives an access's id to another
        # one, and a copy has another secret to sign with.
        default=lambda _self: secrets.token_hex(16),
        help="By this the holder is helped without a login.",
    )

    # === WHERE THE ROOM AND THE BOOKING ARE === #

    def _get_place(self):
        """Return where to go: as the booking says, or else to the sites of the doors.

        A booking's own page names those of all its rooms.

        :rtype: str
        """
        sites = (self | self._get_told_together()).site_id
        return self.sudo().booking_id.location or ", ".join(sites.mapped("name"))

    def _get_booking_url(self, suffix=""):
        """Return the address where the holder moves or cancels the booking.

        It has the booking's token, so that no login is needed; the page shows neither
        link nor PIN without one. Cancelled bookings have no token any more.

        :param str suffix: of a page of the booking that asks before it does something.
        :return: nothing if the booking is not, or no longer, the holder's.
        :rtype: str
        """
        self.ensure_one()
        booking = self.sudo().booking_id
        if not self._has_booking_to_come() or self._is_guests():
            return ""
        return booking._get_exivo_page_url(booking.access_token, suffix)

    def _get_move_url(self):
        """Return the address where the holder moves the booking.

        :return: nothing if it is not the holder's, or cannot be moved any more.
        :rtype: str
        """
        return self._get_change_url("/schedule")

    def _get_cancel_url(self):
        """Return the address where the holder cancels the booking: see above.

        :rtype: str
        """
        return self._get_change_url("/cancel")

    def _get_change_url(self, suffix):
        self.ensure_one()
        booking = self.sudo().booking_id.with_context(using_portal=True)
        return self._get_booking_url(suffix) if booking.is_modifiable else ""

    def _get_help_url(self):
        """Return the address that says why a door stays shut.

        Its token proves that who comes has the holder's mail: nobody needs a login, or
        remembers a password, at a door.

        :rtype: str
        """
        self.ensure_one()
        path = f"/my/exivo/accesses/{self.id}/help/{self.sudo().help_token}"
        return urljoin(self.get_base_url(), path)

    def _is_guests(self):
        """Tell whether the holder comes along with somebody, who decides.

        :rtype: bool
        """
        return self.partner_id not in self.sudo().booking_id.partner_ids

    def _get_again_url(self):
        """Return the address where the holder books the same a week later.

        :return: nothing if the holder may not book it alone.
        :rtype: str
        """
        return ""

    def _get_arrival_hints(self):
        """Return what helps to find the way: to the sites, then to each booked room.

        :rtype: list[str]
        """
        sites = (self | self._get_told_together()).site_id
        return self.sudo().booking_id._list_exivo_hints(sites.sudo())

    def _get_answer_urls(self):
        """Return where the holder accepts or declines a booking that waits for it.

        :return: the addresses, by ``accept`` and ``decline``; none if nothing waits.
        :rtype: dict[str, str]
        """
        self.ensure_one()
        attendees = self.sudo().booking_id.meeting_id.attendee_ids
        return attendees._get_exivo_answer_urls(self.partner_id)

    def _format_present_booking(self):
        """Return when the booking is now, which the access may not follow any more.

        :rtype: str
        """
        self.ensure_one()
        booking = self.sudo().booking_id
        start, stop = self.env["exivo.planner"]._get_period(booking)
        return period.format_period(self.env, start, stop, self.tz)

    def _get_present_rooms(self):
        """Return what is booked now, which the access may not follow any more.

        :rtype: str
        """
        self.ensure_one()
        return self.sudo().booking_id._format_exivo_rooms()

    def _get_map_url(self):
        """Return the address of a map with the place.

        :return: nothing if the booking names no place: a site's name is on no map.
        :rtype: str
        """
        self.ensure_one()
        return self.sudo().booking_id._get_exivo_map_url()

    # === WHO WRITES, AND HOW === #

    def _get_mail_language(self):
        """Return the language of the mail, also where the holder's is not known.

        :rtype: str
        """
        return letter.get_language(self[0].partner_id, self[0].company_id)

    def _get_answer_address(self):
        """Return the address that answers to a mail reach: see ``letter.get_sender``.

        :return: nothing if nobody has one.
        :rtype: str
        """
        return letter.get_sender(self[0].company_id, self[0].site_id)

    def _can_be_answered(self):
        """Tell whether a mail may ask its reader to reply.

        :rtype: bool
        """
        return bool(self._get_answer_address())
