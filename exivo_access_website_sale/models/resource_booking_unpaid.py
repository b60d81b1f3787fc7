# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A room is kept for money on its way, but not for ever.

Whoever orders with a wire transfer, and never pays, would block rooms for years, and
nobody has to log in for that.
"""

from datetime import timedelta

from odoo import api, fields, models

#: Money may take so long to come.
PATIENCE = timedelta(days=7)


class ResourceBooking(models.Model):
    """A booking whose money does not come is given back, and all hear of it."""

    _inherit = "resource.booking"

    @api.model
    def _cron_cancel_expired(self, domain=None):
        self._release_exivo_unpaid(domain or [])
        return super()._cron_cancel_expired(domain)

    @api.model
    def _release_exivo_unpaid(self, domain):
        """Cancel what was waited for long enough, or is too soon to wait for.

        :param list domain: of the bookings to look at.
        """
        order = "sale_order_line_id.order_id"
        waiting = self.with_context(no_mail_to_attendees=True).search(
            [
                ("expiration", "<", fields.Datetime.now()),
                ("state", "in", ("pending", "scheduled")),
                (f"{order}.state", "in", ("draft", "sent")),
                (f"{order}.transaction_ids.state", "=", "pending"),
                (
                    f"{order}.transaction_ids",
                    "not any",
                    [("state", "in", ("authorized", "done"))],
                ),
                *domain,
            ]
        )
        unpaid = waiting.filtered(lambda one: one._has_exivo_waited_enough())
        titles = {one: one._format_exivo_title() for one in unpaid}
        unpaid.action_cancel()
        for booking, title in titles.items():
            booking._tell_exivo_unpaid(title)

    def _has_exivo_waited_enough(self):
        """Tell whether money has had its time, or the room would be used without it.

        A booking that has begun keeps nobody else out any more.

        :rtype: bool
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self.start and self.start <= now:
            return False
        transactions = self.sale_order_line_id.order_id.transaction_ids
        pending = transactions.filtered(lambda one: one.state == "pending")
        since = min(
            pending.mapped(lambda one: one.last_state_change or one.create_date)
        )
        deadline = timedelta(hours=self.type_id.modifications_deadline)
        return since + PATIENCE <= now or bool(
            self.start and self.start - deadline <= now
        )

    def _tell_exivo_unpaid(self, title):
        """Tell the customer, and staff who follow the order or the type of booking.

        :param str title: what is given back.
        """
        order = self.sale_order_line_id.order_id
        author = self.env.ref("base.partner_root")
        customer = order.partner_id
        words = self.with_context(lang=customer.lang or self.env.lang).env
        order.message_post(
            body=words._(
                "Your payment has not arrived yet, so we do not keep this any longer: "
                "%(booking)s. If you have paid, please write to us.",
                booking=title,
            ),
            author_id=author.id,
            partner_ids=customer.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.type_id.message_post(
            body=self.env._(
                "%(booking)s is free again: no payment for %(order)s has arrived.",
                booking=title,
                order=order.name,
            ),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
