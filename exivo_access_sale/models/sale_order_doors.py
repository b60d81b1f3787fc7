# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells customers on pages and in mails about an order when its doors open."""

from odoo import models
from odoo.http import request

from odoo.addons.exivo_access.models.portal.resource_booking_doors import DoorLine


class SaleOrder(models.Model):
    """An order tells of its doors, without what opens them: no PIN, no link."""

    _inherit = "sale.order"

    def _get_exivo_door_lines(self, reader):
        """Return what there is to say of the bookings that are still to come.

        Who reads it need not be who comes, nor who has ordered.

        :param reader: a ``res.partner``.
        :rtype: list[DoorLine]
        """
        self.ensure_one()
        bookings = self.order_line.sudo().resource_booking_ids.sorted("start")
        told = [one._tell_exivo_doors(reader) for one in bookings]
        if self.state == "sale":
            without_time = bookings.filtered(
                lambda one: one.state == "pending" and one._has_exivo_doors()
            )
            told += [self._tell_exivo_choice(one, reader) for one in without_time]
        return [line for line in told if line]

    def _get_exivo_reader(self):
        """Return who looks at the order's page.

        Who has its link, and is not logged in, is taken for who has ordered.

        :rtype: res.partner
        """
        # the page of an order reads it in superuser mode, as another user
        user = request.env.user if request else None
        is_known = user and not user._is_public()
        return user.partner_id if is_known else self.partner_id

    def _tell_exivo_choice(self, booking, reader):
        """Return the line of a booking without a time: it may have lost the one it had.

        If who has ordered has a login, nobody else is led there without one, and nobody
        with a login whom the booking's page would turn away. A mail leads its reader,
        whoever is at work.
        """
        user = (request or self).env.user
        logins = self.partner_id.sudo().user_ids
        way = ""
        if user in logins or not logins:
            way = booking.get_portal_url(suffix="/schedule")
        elif reader == self.partner_id or booking.with_user(user).has_access("read"):
            way = f"{booking.access_url}/schedule"
        names = booking._get_exivo_rooms().mapped("name") or [booking.type_id.name]
        return DoorLine(", ".join(names), "", "choose", way=way)

    def _name_exivo_holders(self, partners):
        """Return how an order calls those for whom the doors open.

        :rtype: str
        """
        return ", ".join(one.name or one.email or "" for one in partners)

    def _get_exivo_way_in(self, reader):
        """Return how who is told gets to know how doors open that are promised to them.

        :param reader: see :meth:`_get_exivo_door_lines`.
        :return: see ``exivo.access``; nothing if none are.
        :rtype: str
        """
        accesses = self.order_line.sudo().resource_booking_ids.exivo_access_ids
        theirs = accesses.filtered(
            lambda one: one.partner_id == reader and one._get_portal_standing()
        )
        return theirs._get_way_in()

    def _has_exivo_login(self, reader):
        """Tell whether who is told can look at *My doors*.

        :param reader: see :meth:`_get_exivo_door_lines`.
        """
        return bool(reader.sudo().user_ids)
