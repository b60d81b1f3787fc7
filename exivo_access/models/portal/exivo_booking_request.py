# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets people without a login book, by a link that is sent to their address."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytz

from odoo import api, fields, models
from odoo.tools import escape_psql
from odoo.tools.misc import hash_sign, hmac, verify_hash_signed

from ...tools.language import for_staff
from ...tools.serialise import serialise
from .exivo_guest import read_address
from .link_mail import send_link
from .room_finder import get_choice

#: What a link is for that books a room.
BOOKING_SCOPE = "exivo_access.booking"
#: So long a link counts.
VALID = timedelta(minutes=30)
#: So many links in an hour, to one address and for one household.
MOST_TO_ADDRESS = 3
MOST_FROM_NETWORK = 30
#: So long we keep what nobody has confirmed.
KEPT = timedelta(days=1)
LONGEST_NAME = 80


class ExivoBookingRequest(models.Model):
    """Somebody without a login asks for a room, and books it by a link in a mail.

    Nothing is held for them until then: else whoever invents addresses could keep a
    house empty. Who follows the link gets a contact that is nobody else's, whether we
    know the address or not.
    """

    _name = "exivo.booking.request"
    _description = "Exivo Booking Request"
    _rec_name = "email"

    booking_type_id = fields.Many2one(
        comodel_name="resource.booking.type",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    combination_id = fields.Many2one(
        comodel_name="resource.booking.combination",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    start = fields.Datetime(required=True, readonly=True)
    hours = fields.Float(required=True, readonly=True)
    name = fields.Char(readonly=True)
    email = fields.Char(string="E-Mail", readonly=True, index="btree_not_null")
    # Keyed digests: two can be compared, and neither says who or where it was.
    mailbox = fields.Char(readonly=True, index="btree_not_null")
    network = fields.Char(readonly=True, index="btree_not_null")
    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    # === ASKING === #

    def _ask(self, choice, start, name, email, ip):
        """Send a link that books what somebody has chosen, but not often.

        :param Choice choice: that may be booked without a login.
        :param datetime start: naive UTC, and offered.
        :param str name: what was typed as a name.
        :param str email: what was typed as an address.
        :param str ip: where the request came from.
        :return: what is in the way: ``name``, ``wrong``, ``often``, or ``mute``: we
            can send no mail; nothing is.
        :rtype: str
        """
        name = "".join(filter(str.isprintable, " ".join(str(name).split())))
        if not any(map(str.isalpha, name)):
            return "name"
        if not (email := read_address(email)):
            return "wrong"
        serialise(choice.booking_type)
        digests = {
            "mailbox": self._digest(_get_mailbox(email)),
            "network": self._digest(_get_network(ip)),
        }
        if self._is_flooded(**digests):
            return "often"
        request = self.sudo().create(
            {
                "booking_type_id": choice.booking_type.id,
                "combination_id": choice.combination.id,
                "start": start,
                "hours": choice.hours,
                "name": name[:LONGEST_NAME],
                "email": email,
                **digests,
            }
        )
        if not request._send_link(choice):
            request.unlink()
            return "mute"
        return ""

    def _digest(self, text):
        return hmac(self.env(su=True), BOOKING_SCOPE, text)

    def _is_flooded(self, mailbox, network):
        """Tell whether that many links were sent lately, followed or not."""
        lately = [("create_date", ">", fields.Datetime.now() - timedelta(hours=1))]
        count = self.sudo().search_count
        return (
            count([("mailbox", "=", mailbox), *lately]) >= MOST_TO_ADDRESS
            or count([("network", "=", network), *lately]) >= MOST_FROM_NETWORK
        )

    def _send_link(self, choice):
        """Send the link; what the mail says, nobody has typed.

        :return: whether it is sent.
        :rtype: bool
        """
        # it leads to what it has booked for longer than it books
        token = hash_sign(
            self.env(su=True), BOOKING_SCOPE, [self.id, self.email], expiration=KEPT
        )
        company = self.booking_type_id.company_id or self.env.company.sudo()
        bookings = self.env["resource.booking"].sudo()
        period = bookings.new(
            {"type_id": self.booking_type_id.id}
        )._format_exivo_period(self.start, self.start + timedelta(hours=self.hours))
        return send_link(
            self.env,
            self.email,
            self.env._("Please confirm your booking"),
            "exivo_access.mail_confirm_booking",
            company,
            VALID,
            room=choice.name,
            period=period,
            minutes=int(VALID.total_seconds() / 60),
            url=f"{company.get_base_url()}/my/bookings/request/{token}",
        )

    # === BOOKING === #

    def _read_link(self, token):
        """Return what a link books, or has booked.

        :param str token: from the address of the page.
        :return: the request in superuser mode; empty if the link does not count.
        :rtype: exivo.booking.request
        """
        try:
            content = verify_hash_signed(self.env(su=True), BOOKING_SCOPE, token)
        except ValueError:
            content = None
        if not content:
            return self.browse()
        request = self.sudo().browse(content[0]).exists()
        # A backup that was restored gives the id to somebody else's.
        if request.mailbox != self._digest(_get_mailbox(content[1])):
            return self.browse()
        booking = request.booking_id
        if booking:
            is_meant = request.partner_id in booking.partner_ids
        else:
            is_recent = request.create_date + VALID > fields.Datetime.now()
            # what it has booked may have been deleted
            is_meant = is_recent and bool(request.email)
        return request if is_meant else self.browse()

    def _get_choice(self):
        """Return what is asked for; nothing if that is no longer booked like this.

        :rtype: Choice | None
        """
        booking_type = self.booking_type_id
        is_offered = booking_type.active and booking_type.portal_bookable
        if not is_offered or booking_type.portal_who != "anybody":
            return None
        return get_choice(booking_type, self.combination_id.id, self.hours)

    def _find_booked(self):
        """Return what is booked: by this link, or by another one to the same address.

        Whoever sends the form twice is sent two links for just the same.

        :return: empty if nothing is.
        :rtype: resource.booking
        """
        choice = not self.booking_id and self._get_choice()
        if not choice:
            return self.booking_id
        before = self._find_before()
        return choice.get_booked(self.start, before.partner_id) & before.booking_id

    def _book(self):
        """Book it, or leave everything as it was. Whoever calls has shown the link.

        :return: the booking; empty if it is not free any more, or is one too many.
        :rtype: resource.booking
        """
        serialise(self)
        serialise(self.booking_type_id)
        if booking := self._find_booked():
            return booking
        choice = self._get_choice()
        moment = pytz.utc.localize(self.start)
        if not choice or self._get_limit() or not choice.is_free(moment):
            return self.booking_id
        with self.env.cr.savepoint() as savepoint:
            booking = choice.book(self.start, self._get_contact())
            if not booking:
                savepoint.rollback()  # nor is there a contact of nobody
        if booking:
            self.write(
                {
                    "booking_id": booking.id,
                    "partner_id": booking.partner_ids.id,
                    "name": False,
                    "email": False,
                }
            )
        return booking

    def _get_limit(self):
        """Return what keeps the mailbox from booking another time of this.

        All contacts count that have been made for its addresses.

        :return: see ``_get_exivo_limit`` of the type of booking.
        :rtype: str
        """
        mailbox = _get_mailbox(self.email or "")
        tagged = escape_psql(mailbox).replace("@", "+%@")
        people = self.search(
            [
                "|",
                ("partner_id.email_normalized", "=", mailbox),
                ("partner_id.email_normalized", "=like", tagged),
            ]
        ).partner_id.filtered(lambda one: not one.user_ids)
        return self.booking_type_id._get_exivo_limit(people)

    def _find_before(self):
        """Return what the same address has booked before, without a login then and now.

        :rtype: exivo.booking.request
        """
        return self.search(
            [
                ("partner_id.email_normalized", "=", self.email),
                ("partner_id.exivo_confirmed_email", "=", self.email),
            ]
        ).filtered(lambda one: one.partner_id.active and not one.partner_id.user_ids)

    def _get_contact(self):
        """Return the contact of who has shown the link; make it if there is none.

        :rtype: res.partner
        """
        before = self._find_before().partner_id
        return before[:1] or self.env["res.partner"].sudo().create(
            {
                "name": self.name,
                "email": self.email,
                "exivo_confirmed_email": self.email,
                "lang": self.env.lang,
                "tz": self.booking_type_id.resource_calendar_id.tz,
                "company_id": False,
                "user_id": False,
                "comment": for_staff(self, self.booking_type_id.company_id).env._(
                    "Has booked without a login."
                ),
            }
        )

    @api.autovacuum
    def _gc_unconfirmed(self):
        """Forget who never followed the link, and where those were who did.

        These themselves are forgotten when holders are.
        """
        requests, now = self.sudo(), fields.Datetime.now()
        old = [("create_date", "<", now - KEPT)]
        requests.search([("booking_id", "=", False), *old]).unlink()
        sites = self.env["exivo.site"].sudo()
        sites = sites.search([("active", "in", (True, False))])
        longest = timedelta(days=max(sites.mapped("holder_days"), default=0))
        requests.search([("start", "<", now - longest), *old]).unlink()
        followed = requests.search([("network", "!=", False), *old])
        followed.write({"mailbox": False, "network": False})


def _get_mailbox(email):
    """Return where mails to an address arrive: what follows a plus changes nothing.

    Limits ask for it; mails go to the address as it is.
    """
    name, _at, host = email.partition("@")
    return f"{name.partition('+')[0]}@{host}"


def _get_network(ip):
    """Return the household or office that an address belongs to, as text.

    :param str ip: as the server, or what stands before it, says it.
    :rtype: str
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    address = getattr(address, "ipv4_mapped", None) or address
    # providers give away 64 bits at once
    prefix = 64 if address.version == 6 else 32
    return str(ip_network(f"{address}/{prefix}", strict=False))
