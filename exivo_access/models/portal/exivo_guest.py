# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets who has booked take others along, by their addresses."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize

from ...tools.language import for_staff
from ...tools.serialise import serialise

#: So many guests, for each that is allowed, may have been on a booking: else the mails
#: to those who are added and taken off again would be a way to send what one likes.
TURNOVER = 3
#: So many guests a customer adds in a day, on all bookings together, or else as many as
#: one booking may see.
MOST_A_DAY = 20
LONGEST_ADDRESS = 254


def read_address(text):
    """Return the address that was typed, and nothing if there is more than that.

    What nobody sees comes along from where it was copied; inside, it is wrong.

    :rtype: str
    """
    typed = str(text).lower()
    unseen = {one for one in typed if one.isspace() or not one.isprintable()}
    typed = typed.strip("".join(unseen))
    email = email_normalize(typed)
    is_one = len(typed) <= LONGEST_ADDRESS and typed.count("@") == 1
    return email if is_one and unseen.isdisjoint(typed) and email == typed else ""


class ExivoGuest(models.Model):
    """Customers add guests to bookings, and take them off. Callers say for whom.

    What happens is the same whether we know an address or not.
    """

    _inherit = "exivo.guest"

    def _get_most(self, booking, partner):
        """Return how many guests a customer may have on a booking.

        :param booking: a ``resource.booking`` in superuser mode.
        :param partner: the visitor's ``res.partner``.
        :return: 0 also where no rule would give them an access.
        :rtype: int
        """
        may_add = partner in booking.partner_ids and self._get_entry(booking)
        return booking.type_id.portal_guests if may_add else 0

    def _get_entry(self, booking):
        """Return whether rules let the guests of a booking in, and do so by now.

        :param booking: a ``resource.booking`` in superuser mode.
        :return: ``all``, ``some``: be it none yet; or nothing: no rule does.
        :rtype: str
        """
        planner = self.env["exivo.planner"]
        if not planner._takes_place(booking) or planner._is_over(booking):
            return ""
        rules = [
            rule
            for _room, rule in planner._get_rules(booking)
            if rule.holders != "requester"
        ]
        if not rules:
            return ""
        guests = planner._get_guests(booking)
        theirs = booking.exivo_access_ids.filtered(
            lambda one: one.is_wanted and one.partner_id in guests
        )
        stand = {one._get_portal_standing() for one in theirs} <= {"opens"}
        reached = all(planner._reached(booking, rule) for rule in rules)
        return "all" if reached and stand and theirs.partner_id == guests else "some"

    def _add(self, booking, host, text):
        """Add somebody to a booking.

        :param booking: a ``resource.booking`` in superuser mode.
        :param host: the ``res.partner`` who asks for it.
        :param str text: what was typed as an address.
        :return: what is in the way: ``wrong``, ``full``, ``twice`` or ``often``;
            nothing is.
        :rtype: str
        """
        most = self._get_most(booking, host)
        email = read_address(text)
        if not email:
            return "wrong"
        serialise(host)
        serialise(booking)
        guests = self.env["exivo.guest"].sudo().with_context(active_test=False)
        every = guests.search([("booking_id", "=", booking.id)])
        coming = self.env["exivo.planner"]._get_guest_list(booking)
        # Whether the others on the booking have an address is nobody's business.
        if email in [host.email_normalized, *coming.mapped("email")]:
            return "twice"
        if len(coming) >= most or len(every) >= TURNOVER * most:
            return "full"
        lately = fields.Datetime.now() - timedelta(days=1)
        of_host = [("host_id", "=", host.id), ("create_date", ">", lately)]
        if guests.search_count(of_host) >= max(MOST_A_DAY, TURNOVER * most):
            return "often"
        guests.create(
            {
                "booking_id": booking.id,
                "host_id": host.id,
                "partner_id": self._get_contact(host, email).id,
                "email": email,
            }
        )
        return ""

    def _get_contact(self, host, email):
        """Return the contact that a customer's guest has; make it if there is none.

        It is nobody's but this customer's guest.

        :rtype: res.partner
        """
        guests = self.env["exivo.guest"].sudo().with_context(active_test=False)
        before = guests.search(
            [("host_id", "=", host.id), ("email", "=", email)], order="id"
        ).partner_id.filtered(lambda one: one.active and one.email_normalized == email)
        return before[:1] or self.env["res.partner"].sudo().create(
            {
                "name": email,
                "email": email,
                "lang": host.lang,
                "tz": host.tz,
                "company_id": False,
                "user_id": False,
                "comment": Markup("<p>%s</p>")
                % for_staff(self, host.company_id).env._(
                    "Guest of %(host)s.", host=host.name
                ),
            }
        )

    def _take_off(self, booking, host, guest_id):
        """Take a guest off a booking: the access goes.

        :param booking: a ``resource.booking`` in superuser mode.
        :param host: the ``res.partner`` who asks for it.
        """
        if host in booking.partner_ids:
            booking.exivo_guest_ids.filtered(lambda one: one.id == guest_id).write(
                {"active": False}
            )
