# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.language import for_staff

#: What customers write who are not only told something.
WRITTEN = ("comment", "email")
ACTIVITY_TYPE = "exivo_access.mail_activity_type_customer_waits"


class ResourceBooking(models.Model):
    """A customer's message about a booking reaches somebody of the staff.

    Odoo tells followers only, and nobody follows what a customer has booked alone. An
    employee who has booked is a customer, too.
    """

    _inherit = "resource.booking"

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail` to have staff follow from the first message on.

        Not from the start: they would hear of each booking.
        """
        if self._is_from_exivo_customer(message) and self._is_exivo_customers():
            self.sudo()._have_exivo_staff_hear(message)
        return super()._message_post_after_hook(message, msg_values)

    def _message_compute_subject(self):
        """Override of `mail` to name room and time, in language and zone of the house.

        Odoo's title is in those of whoever writes, such as a customer without a zone.
        """
        if not self._is_exivo_customers():
            return super()._message_compute_subject()
        return for_staff(self, self._get_exivo_company())._format_exivo_title()

    def _notify_by_email_prepare_rendering_context(
        self, message, force_email_lang=False, force_record_name=False, **options
    ):
        """Override of `mail` to call the booking in a mail as its subject does."""
        if not force_record_name and self._is_exivo_customers():
            reader = self.with_context(lang=force_email_lang or self.env.lang)
            force_record_name = reader._format_exivo_title()
        return super()._notify_by_email_prepare_rendering_context(
            message,
            force_email_lang=force_email_lang,
            force_record_name=force_record_name,
            **options,
        )

    def _is_from_exivo_customer(self, message):
        author = message.author_id
        return (
            message.message_type in WRITTEN
            and message.subtype_id == self.env.ref("mail.mt_comment")
            and (not author or author.partner_share or author in self.partner_ids)
        )

    def _have_exivo_staff_hear(self, message):
        """Have staff follow the booking, if nobody of them hears of the message.

        If there is nobody who could, it becomes an activity.

        :param message: the ``mail.message`` of a customer.
        """
        hearing = self.message_follower_ids.filtered(
            lambda one: message.subtype_id in one.subtype_ids
        ).partner_id
        if any(map(self._is_exivo_staff_of, hearing - self.partner_ids)):
            return
        staff = self._get_exivo_staff() - self.partner_ids
        if staff:
            self._message_subscribe(partner_ids=staff.ids)
        elif not self.activity_search([ACTIVITY_TYPE]):
            # not on the day that it is where the customer is
            quiet = self.with_context(mail_activity_quick_update=True, tz="UTC")
            quiet.activity_schedule(ACTIVITY_TYPE, user_id=False)

    def _get_exivo_staff(self):
        """Return who looks after a booking of a customer.

        These are the followers of its type, who also hear what waits for them, and who
        is responsible for the sites of its doors.

        :rtype: res.partner
        """
        followers = self.type_id.message_partner_ids
        alarm = self.env["exivo.alarm"]
        responsible = [alarm._get_responsible(site) for site in self._get_exivo_sites()]
        users = self.env["res.users"].union(*responsible)
        return followers.filtered(self._is_exivo_staff_of) | users.partner_id

    def _is_exivo_staff_of(self, partner):
        """Tell whether a contact is of the staff of those whose booking it is."""
        companies = self._get_exivo_companies()
        return any(
            user.active
            and user._is_internal()
            and (not companies or user.company_ids & companies)
            for user in partner.sudo().user_ids
        )
