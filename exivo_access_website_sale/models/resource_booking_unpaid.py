# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A room is kept while its money is on the way, or is there, but not for ever.

A fault of `website_sale_resource_booking` 19.0.1.0.1: after the time-out of the
product, an hour, its job cancels the booking of an order that is not confirmed, also
when the customer has ordered a transfer that takes days, or has just paid. Then the
order is confirmed, and the room is somebody else's. It even cancels one of an order
that is confirmed, if nobody was named for it before. What is kept here can go once
``_cron_cancel_expired`` there looks at the order and its transactions.

Whoever orders with a wire transfer, and never pays, would block rooms for years, and
nobody has to log in for that: such bookings are given back.
"""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.exivo_access.models.mails import letter
from odoo.addons.exivo_access.tools.language import for_staff

#: Money may take so long to come.
TRANSFER_PATIENCE = timedelta(days=7)


class ResourceBooking(models.Model):
    """A booking does not expire once its order is confirmed, nor while it is paid.

    Customers may say how much they pay: what would not confirm the order keeps nothing.
    One whose money does not come is given back, and all hear of it.
    """

    _inherit = "resource.booking"

    def _cron_cancel_expired(self, domain=None):
        """Override to keep what money is on the way for, or has come, and no longer.

        Odoo confirms the order minutes later, unless somebody looks at a page. In
        superuser mode, as who changes an order need not see what was paid.
        """
        order, now = "sale_order_line_id.order_id", fields.Datetime.now()
        states = ("pending", "authorized", "done")
        begun = (
            self.sudo()
            .with_context(no_mail_to_attendees=True)
            .search(
                [
                    ("expiration", "<", now),
                    ("state", "in", ("pending", "scheduled")),
                    (f"{order}.state", "in", ("draft", "sent")),
                    (f"{order}.transaction_ids.state", "in", states),
                    *(domain or []),
                ]
            )
        )
        in_copy = self.env["exivo.site"]._is_any_in_copy()  # which hears of no money
        unpaid = begun.filtered(
            lambda one: not in_copy and one._has_exivo_waited_enough()
        )
        for bookings in unpaid.grouped("sale_order_id").values():
            bookings._release_exivo()
        coming = ("pending", "authorized")
        kept = (begun - unpaid).filtered(
            lambda one: one.sale_order_id._has_exivo_money(*coming)
        )
        expiring = ~Domain(f"{order}.state", "=", "sale")
        expiring &= Domain("id", "not in", kept.ids) & Domain("expiration", "<", now)
        return super()._cron_cancel_expired([*(domain or []), *expiring])

    def _has_exivo_waited_enough(self):
        """Tell whether money has had its time, or the room would be used without it.

        What is too little to confirm the order gets no time. A booking that is over
        keeps nobody else out any more.

        :rtype: bool
        """
        self.ensure_one()
        order = self.sale_order_id
        if order._has_exivo_money("authorized"):
            return False
        if not order._has_exivo_money("pending", "authorized"):
            return order._get_exivo_money("pending", "authorized") > 0
        now = fields.Datetime.now()
        if self.meeting_id and self.env["exivo.planner"]._is_over(self):
            return False
        transactions = self.sale_order_line_id.order_id.transaction_ids
        pending = transactions.filtered(lambda one: one.state == "pending")
        since = min(
            pending.mapped(lambda one: one.last_state_change or one.create_date)
        )
        return since + TRANSFER_PATIENCE <= now or self.is_overdue

    def _release_exivo(self):
        """Cancel bookings of an order, and tell who has ordered, and staff.

        Those of the staff are told who follow the order, or the type of a booking.
        """
        order = self.sale_order_id
        is_part = order._get_exivo_money("authorized") > 0
        lang = letter.get_language(order.partner_id, order.company_id)
        told = {order: self.with_context(lang=lang)._word_exivo_loss(is_part)}
        for booking_type, bookings in self.grouped("type_id").items():
            ours = for_staff(bookings, booking_type.company_id or order.company_id)
            told[booking_type] = ours._word_exivo_release(is_part)
        self.action_cancel()
        for record, text in told.items():
            company = record.company_id or order.company_id
            record.message_post(
                body=text,
                author_id=self.env.ref("base.partner_root").id,
                email_from=letter.get_sender(company) or None,
                partner_ids=order.partner_id.ids if record == order else [],
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                mail_headers={**letter.AUTOMATIC},
            )

    def _word_exivo_loss(self, is_part):
        """Word for who has ordered these bookings why they are not kept."""
        titles = self._format_exivo_titles()
        if is_part:
            lost = self.env._(
                "Only a part of your payment has arrived, so we do not keep this any "
                "longer: %(booking)s.",
                booking=titles,
            )
        else:
            lost = self.env._(
                "Your payment has not arrived yet, so we do not keep this any longer: "
                "%(booking)s.",
                booking=titles,
            )
        if letter.get_sender(self.sale_order_id.company_id):
            ask = self.env._("If you have paid, please write to us.")
            return f"{lost} {ask}"
        return lost

    def _word_exivo_release(self, is_part):
        """Word for staff why these bookings take no room any more."""
        order, titles = self.sale_order_id.name, self._format_exivo_titles()
        if is_part:
            return self.env._(
                "Only a part of the payment for %(order)s has arrived, so this is "
                "free again: %(booking)s.",
                order=order,
                booking=titles,
            )
        return self.env._(
            "No payment for %(order)s has arrived, so this is free again: %(booking)s.",
            order=order,
            booking=titles,
        )

    def _format_exivo_titles(self):
        return "; ".join(one._format_exivo_title() for one in self)
