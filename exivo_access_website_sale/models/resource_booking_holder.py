# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whoever is named when a time is chosen in the shop holds the booking, nobody else.

A fault of `website_sale_resource_booking` 19.0.1.0.1: it looks for the typed address as
a pattern, in which ``_`` and ``%`` stand for anything, and takes the first contact by
name, so that somebody else may get link and PIN. Whom it does not find becomes a
contact of the company, and in the language, of whoever confirms the order, or of Odoo's
job. This file can go once ``_confirm_prereservation`` there compares whole addresses,
and goes by the order.
"""

from odoo import api, models
from odoo.tools import email_normalize

from odoo.addons.exivo_access.tools.mark import Mark

#: Says whom a search by an address finds.
HOLDER = Mark("exivo_holder_id")


class ResourceBooking(models.Model):
    """A booking finds its holder by the whole address."""

    _inherit = "resource.booking"

    def _confirm_prereservation(self):
        result = None
        for booking in self:
            holder = booking._find_exivo_holder()
            if not holder and booking.prereserved_name and booking.prereserved_email:
                holder = booking._create_exivo_holder()
            booking = booking.with_context(**HOLDER.on(holder.ids))
            result = super(ResourceBooking, booking)._confirm_prereservation()
        return result

    def _follow_exivo_customer(self, former):
        """Override to name the customer of the order where the former one was named."""
        email = former.email_normalized
        for booking in self:
            named = email_normalize(booking.prereserved_email or "")
            if email and named == email:
                customer = booking.sale_order_id.partner_id
                booking.prereserved_name = customer.name
                booking.prereserved_email = customer.email
        return super()._follow_exivo_customer(former)

    def _find_exivo_holder(self):
        """Return the contact of who was named; the customer first.

        Contacts that customers made of their guests are nobody else's.

        :rtype: res.partner
        """
        email = email_normalize(self.prereserved_email or "")
        customer = self.sale_order_line_id.order_id.partner_id
        if not email:
            return customer.browse()
        if customer.email_normalized == email:
            return customer
        guests = self.env["exivo.guest"].sudo().with_context(active_test=False)
        found = customer.search(
            [
                ("email_normalized", "=", email),
                ("company_id", "in", (False, self.env.company.id)),
                ("id", "not in", guests.search([("email", "=", email)]).partner_id.ids),
            ]
        )
        confirmed = found.filtered(lambda one: one.exivo_confirmed_email == email)
        unclaimed = found.filtered(lambda one: is_unclaimed(one, email))
        return (confirmed or unclaimed)[:1]

    def _create_exivo_holder(self):
        """Make a contact of who was named, in the language of the customer.

        :rtype: res.partner
        """
        order = self.sale_order_id
        return self.env["res.partner"].create(
            {
                "name": self.prereserved_name,
                "email": self.prereserved_email,
                "company_id": order.company_id.id,
                "lang": order.partner_id.lang,
            }
        )


def is_unclaimed(contact, email):
    """Tell whether nobody can have typed in an address to be taken for its owner.

    Who has a login may type in any, unless it is the login, which employees do not
    choose; so may guests of the shop; and customers look after what they add to their
    own addresses.

    :rtype: bool
    """
    users = contact.sudo().user_ids
    if contact.type != "contact" or not users and contact._has_exivo_shopped():
        return False
    return all(
        not user.share and email_normalize(user.login) == email for user in users
    )


class ResPartner(models.Model):
    """The contact that was found is found; an address of a guest proves nothing."""

    _inherit = "res.partner"

    def _has_exivo_shopped(self):
        """Tell whether somebody has filled a cart, and maybe made the contact so.

        :rtype: bool
        """
        return bool(self.sudo().sale_order_ids.website_id)

    def _is_exivo_invited_by_mail(self):
        """Override: the page of an order shows its guest how to sign up."""
        return super()._is_exivo_invited_by_mail() and not self._has_exivo_shopped()

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        holder_ids = HOLDER.get_from(self.env)
        if holder_ids is not None and ("email", "=ilike") in [
            tuple(one[:2]) for one in domain
        ]:
            return self.browse(holder_ids)
        return super().search(domain, offset=offset, limit=limit, order=order)
