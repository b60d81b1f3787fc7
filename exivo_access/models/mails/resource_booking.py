# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlencode

from odoo import fields, models
from odoo.tools.urls import urljoin

from ...pure import calendar_file
from ...tools.places import get_map_url


class ResourceBooking(models.Model):
    """A booking says where it is and how one finds it, and comes into calendars.

    Pages show what our mails say, also while there is no access. In superuser mode.
    """

    _inherit = "resource.booking"

    def _get_exivo_company(self):
        """Return the company whose a booking is, in what is said of it.

        What is of no company is that of whoever was asked, or is at work.

        :rtype: res.company
        """
        return self._get_exivo_companies()[:1] or self.env.company.sudo()

    def get_base_url(self):
        """Override to lead to the website of the company whose booking it is."""
        company = self and self._get_exivo_company()
        return company.get_base_url() if company else super().get_base_url()

    def _get_exivo_place(self):
        """Return where the booked room is: as the booking says, or else the sites.

        :rtype: str
        """
        return self.location or ", ".join(self._get_exivo_sites().mapped("name"))

    def _format_exivo_rooms(self):
        """Write which rooms a booking has, or else what it is a booking of.

        :rtype: str
        """
        rooms = self.combination_id and self._get_exivo_rooms()
        return rooms and ", ".join(rooms.mapped("name")) or self.type_id.name or ""

    def _get_exivo_map_url(self):
        """Return the address of a map with the place.

        :return: nothing if the booking names no place: a site's name is on no map.
        :rtype: str
        """
        return get_map_url(self.location)

    def _get_exivo_arrival_hints(self):
        """Return what helps to find the way, as soon as the rooms are somebody's.

        What waits for staff, an answer or money is nobody's yet, and may have been
        asked for by anybody.

        :rtype: list[str]
        """
        if not self._has_exivo_time() or self._waits_for_exivo_staff():
            return []
        planner, sites = self.env["exivo.planner"], self._get_exivo_sites()
        if sites and not planner._get_reached_rules(self):
            return []
        return self._list_exivo_hints(sites)

    def _list_exivo_hints(self, sites):
        """Return what helps to find the way: to sites, then to each booked room.

        :rtype: list[str]
        """
        rooms = self.env["exivo.planner"]._get_rooms(self)
        hints = [*sites.mapped("arrival_hint"), *rooms.mapped("arrival_hint")]
        return [hint.strip() for hint in hints if hint and hint.strip()]

    def _get_exivo_page_path(self, token="", suffix=""):
        """Return the path of a page of the booking.

        Makes no token, as ``get_portal_url`` would: cancelled bookings have none.

        :param str token: the booking's, for whom no login shall be needed.
        :param str suffix: of a page that asks before it does something.
        :rtype: str
        """
        query = f"?{urlencode({'access_token': token})}" if token else ""
        return f"{self.access_url}{suffix}{query}"

    def _get_exivo_page_url(self, token="", suffix=""):
        """Return its address, for mails and calendars.

        :rtype: str
        """
        return urljoin(self.get_base_url(), self._get_exivo_page_path(token, suffix))

    def _has_exivo_time(self):
        """Tell whether a booking takes place, so that a calendar can have it.

        :rtype: bool
        """
        return self.env["exivo.planner"]._takes_place(self)

    def _get_exivo_comers(self):
        """Return who comes to a booking, if it takes place: who has not declined.

        :rtype: res.partner
        """
        planner = self.env["exivo.planner"]
        if not planner._takes_place(self):
            return self.partner_ids.browse()
        people = self.partner_ids | planner._get_guests(self)
        return people - planner._get_declined(self)

    def _get_exivo_entry_for_mailbox(self, email):
        """Return the entry of a booking that somebody who reads a mailbox comes to.

        It stays in the calendar when another one who reads it comes no more.

        :param str email: address of the mailbox.
        :return: nothing if nobody does.
        :rtype: calendar_file.Entry | None
        """
        comers = email and self._get_exivo_comers()
        reader = comers and comers.filtered(lambda one: one.email_normalized == email)
        return self._get_exivo_entry_for(reader[:1]) if reader else None

    def _get_exivo_entry_for(self, reader):
        """Return the entry of a booking with a link to its page.

        Only who is on the booking moves and cancels it without a login.

        :param reader: the ``res.partner`` whose calendar it is.
        :rtype: calendar_file.Entry
        """
        token = reader in self.partner_ids and self.access_token
        return self._get_exivo_calendar_entry(reader, self._get_exivo_page_url(token))

    def _get_exivo_last_entry(self, company, reference, period, room, email):
        """Return the entry of a booking for a reader who comes to it no more.

        The booking may be gone. It stays where somebody else reads the same mailbox.

        :param company: the ``res.company`` that says so.
        :param str reference: of the booking, as the reader knows it.
        :param tuple period: start and stop, naive UTC.
        :param str room: what was booked.
        :param str email: address of the mailbox.
        :rtype: calendar_file.Entry
        """
        return self._get_exivo_entry_for_mailbox(email) or calendar_file.Entry(
            uid=self.env["exivo.access"]._get_calendar_uid(reference),
            start=period[0],
            stop=period[1],
            written_at=fields.Datetime.now(),
            title=room,
            place="",
            link="",
            organiser=(company.name, company.partner_id.email_normalized),
            reader_email=email,
            is_cancelled=True,
        )

    def _get_exivo_calendar_entry(self, partner, link):
        """Return what a calendar has to know of a booking that takes place.

        It is the entry that our mails bring and replace.

        :param partner: the ``res.partner`` whose mails these are.
        :param str link: to the booking's page.
        :rtype: calendar_file.Entry
        """
        planner = self.env["exivo.planner"]
        start, stop = planner._get_period(self)
        mine = self.exivo_access_ids.filtered(lambda one: one.partner_id == partner)
        # whose access it is sends it, and takes it back
        company = mine.company_id[:1] or self._get_exivo_company()
        return calendar_file.Entry(
            uid=mine._get_calendar_uid(planner._get_reference(self)),
            start=start,
            stop=stop,
            written_at=fields.Datetime.now(),
            title=self._format_exivo_rooms(),
            place=self._get_exivo_place(),
            link=link,
            organiser=(company.name, company.partner_id.email_normalized),
            reader_email=partner.email_normalized,
            is_confirmed=self.state == "confirmed",
        )
