# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets customers book and see their doors by themselves in the portal."""

from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import hash_sign, verify_hash_signed

from ...tools.serialise import serialise

#: What a link is for that confirms an address.
ADDRESS_SCOPE = "exivo_access.address"
#: So long after a link no other one is sent.
PAUSE = timedelta(minutes=5)
#: A booking that a customer began may wait so long for its slot.
PATIENCE = timedelta(hours=24)


class Offer(NamedTuple):
    """An offer is something to book, and what the customer has begun of it."""

    booking_type: models.BaseModel
    rooms: models.BaseModel
    open_requests: models.BaseModel
    #: whether the customer may begin another booking of it
    is_available: bool


class Waiting(NamedTuple):
    """A booking waits for something, and its doors stay shut until then."""

    booking: models.BaseModel
    #: see ``finding.py`` in ``explain``
    hindrances: list


class ExivoSelfService(models.AbstractModel):
    """Lets a customer begin a booking; `resource_booking` takes over from there.

    Customers have no rights on what is read and made here: callers say for whom, and
    they must say the visitor's own partner.
    """

    _name = "exivo.self.service"
    _description = "Exivo Self-Service"

    # === MY DOORS === #

    @api.model
    def _get_current_accesses(self, partner):
        """Return the accesses that a person holds, now or later, soonest first.

        An access that is being taken away is left out.

        :param partner: the ``res.partner`` who holds them; nobody else's are found.
        :rtype: exivo.access
        """
        accesses = (
            self.env["exivo.access"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("state", "in", ("in_progress", "created", "failed")),
                    ("stop", ">", fields.Datetime.now()),
                ],
                order="start, id",
            )
        )
        return accesses.filtered(lambda access: access._is_granted())

    @api.model
    def _get_waiting(self, partner):
        """Return the bookings of a person whose doors wait for something, in time.

        :param partner: a ``res.partner`` record.
        :rtype: list[Waiting]
        """
        explainer = self.env["exivo.booking.explainer"]
        bookings = self.env["exivo.planner"]._search_bookings(
            [("partner_ids", "in", partner.ids)]
        )
        waiting = [
            Waiting(booking, explainer._get_hindrances_of(booking, partner))
            for booking in bookings.sorted("start")
        ]
        return [one for one in waiting if one.hindrances]

    # === BOOK A ROOM === #

    @api.model
    def _get_bookable_types(self, partner):
        """Return what a customer may book alone, of what the current company offers.

        :param partner: the customer's ``res.partner``.
        :rtype: resource.booking.type
        """
        return self._get_offered_types().filtered(lambda one: _may_book(partner, one))

    @api.model
    def _get_types_to_confirm(self, partner):
        """Return what a customer may book after having confirmed the e-mail address.

        :rtype: resource.booking.type
        """
        return self._get_offered_types().filtered(
            lambda one: one.portal_who == "confirmed" and not _may_book(partner, one)
        )

    @api.model
    def _may_go_on(self, booking):
        """Tell whether who began a booking in the portal may still choose its time.

        :param booking: a ``resource.booking`` in superuser mode.
        :rtype: bool
        """
        if not booking.from_portal or booking.meeting_id:
            return True
        return booking.type_id.portal_bookable and any(
            _may_book(partner, booking.type_id) for partner in booking.partner_ids
        )

    @api.model
    def _get_offered_types(self):
        return (
            self.env["resource.booking.type"]
            .sudo()
            .search(
                [
                    ("portal_bookable", "=", True),
                    ("combination_rel_ids", "!=", False),
                    ("company_id", "in", (False, self.env.company.id)),
                ],
                order="name, id",
            )
        )

    @api.model
    def _get_offer(self, booking_type, partner):
        """Return what a customer needs to know before booking something.

        :param booking_type: one of :meth:`_get_bookable_types`.
        :param partner: the customer's ``res.partner``.
        :rtype: Offer
        """
        resources = booking_type.combination_rel_ids.combination_id.resource_ids
        open_requests = (
            self.env["resource.booking"]
            .sudo()
            .search(
                [
                    ("from_portal", "=", True),
                    ("state", "=", "pending"),
                    ("type_id", "=", booking_type.id),
                    ("partner_ids", "in", partner.ids),
                ],
                order="id",
            )
        )
        return Offer(
            booking_type,
            # The people who come with a room are not the public's business.
            resources.filtered(lambda resource: resource.resource_type == "material"),
            open_requests,
            self._may_begin(booking_type, partner),
        )

    @api.model
    def _may_begin(self, booking_type, partner):
        """Tell whether a customer may begin another booking.

        What waits for staff holds a room, so that counts like what has no slot yet.

        :param booking_type: one of :meth:`_get_bookable_types`.
        :param partner: the customer's ``res.partner``.
        :rtype: bool
        """
        bookings = self.env["resource.booking"].sudo()
        states = ["pending"]
        if booking_type.portal_staff_confirms:
            states.append("scheduled")
        begun = bookings.search_count(
            [
                ("from_portal", "=", True),
                ("state", "in", states),
                ("type_id", "=", booking_type.id),
                ("partner_ids", "in", partner.ids),
                "|",
                ("stop", "=", False),
                ("stop", ">", fields.Datetime.now()),
            ]
        )
        return begun < booking_type.portal_open_requests

    @api.model
    def _may_hold(self, booking_type, partner):
        """Tell whether a customer may have another room held, if staff are to confirm.

        :rtype: bool
        """
        return not booking_type.portal_staff_confirms or self._may_begin(
            booking_type, partner
        )

    @api.model
    def _begin_booking(self, booking_type, partner):
        """Make a booking without a slot; the customer goes on to choose one.

        Clicks of one customer wait for one another, so that several at once do not
        pass the limit.

        :param booking_type: one of :meth:`_get_bookable_types`.
        :param partner: the customer's ``res.partner``.
        :return: the booking; empty when the customer has too many open ones.
        :rtype: resource.booking
        """
        bookings = self.env["resource.booking"].sudo()
        serialise(partner)
        if not self._may_begin(booking_type, partner):
            return bookings
        return bookings.create(
            {
                "type_id": booking_type.id,
                "partner_ids": [Command.set(partner.ids)],
                # Not the customer: when staff move an event, `calendar` takes back
                # its organiser's acceptance, and with it the access.
                "user_id": False,
                "from_portal": True,
            }
        )

    @api.model
    def _settle(self, booking):
        """Confirm a time that a customer has chosen, or leave that to staff.

        :param booking: a ``resource.booking`` in superuser mode, with a meeting.
        """
        if not (booking.from_portal and booking.type_id.portal_staff_confirms):
            booking.action_confirm()
            return
        # Odoo takes it that who makes a meeting comes to it.
        attendees = booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id in booking.partner_ids
        )
        attendees.write({"state": "needsAction"})
        desk = self.env["exivo.booking.desk"]
        booking.type_id.message_post(
            body=Markup('<p>%s</p><p><a href="%s">%s</a></p>')
            % (
                self.env._(
                    "%(customer)s waits for somebody to confirm a booking.",
                    customer=booking.partner_ids[:1].display_name,
                ),
                f"/odoo/resource.booking/{booking.id}",
                desk._format_title(booking),
            ),
            author_id=self.env.ref("base.partner_root").id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    # === WHOSE ADDRESS IS CONFIRMED === #

    @api.model
    def _send_address_link(self, user):
        """Send a link that confirms the address of a user, but not often.

        :param user: the visitor, a ``res.users`` record.
        :return: whether there is an address, and a link is on its way to it.
        :rtype: bool
        """
        partner = user.partner_id.sudo()
        if not partner.email_normalized:
            return False
        serialise(partner)
        now, before = fields.Datetime.now(), partner.exivo_address_asked_at
        if before and now - before < PAUSE:
            return True
        partner.exivo_address_asked_at = now
        token = hash_sign(
            self.env(su=True),
            ADDRESS_SCOPE,
            [user.id, partner.email_normalized],
            expiration=PATIENCE,
        )
        body = self.env["ir.qweb"]._render(
            "exivo_access.mail_confirm_address",
            {
                "company": self.env.company.sudo(),
                "url": f"{partner.get_base_url()}/my/exivo/address/{token}",
            },
        )
        mail = self.env["mail.mail"].sudo()
        mail.create(
            {
                "subject": self.env._("Please confirm your address"),
                "body_html": body,
                "email_from": self.env.company.sudo().email_formatted
                or user.sudo().email_formatted,
                "email_to": partner.email_normalized,
                "auto_delete": True,
            }
        ).send_after_commit()
        return True

    @api.model
    def _read_address_link(self, user, token):
        """Return the address that a link confirms; nothing if it is not the user's.

        :rtype: str
        """
        try:
            content = verify_hash_signed(self.env(su=True), ADDRESS_SCOPE, token)
        except ValueError:
            return ""
        email = user.partner_id.email_normalized
        return email if email and content == [user.id, email] else ""

    @api.model
    def _confirm_address(self, user, token):
        """Note that a user has got the mail with a link.

        :return: whether the link was the user's, and still counts.
        :rtype: bool
        """
        email = self._read_address_link(user, token)
        if email:
            user.partner_id.sudo().exivo_confirmed_email = email
        return bool(email)

    @api.model
    def _cron_remove_abandoned(self):
        """Entry point of the scheduled action: delete what was begun and left.

        A booking that ever had a slot or an access, or that somebody has written on,
        is more than an attempt, and stays.
        """
        abandoned = self.env["resource.booking"].search(
            [
                ("from_portal", "=", True),
                ("state", "=", "pending"),
                ("write_date", "<", fields.Datetime.now() - PATIENCE),
                ("exivo_access_ids", "=", False),
                (
                    "message_ids",
                    "not any",
                    [
                        "|",
                        ("message_type", "in", ("comment", "email")),
                        ("tracking_value_ids.field_id.name", "=", "state"),
                    ],
                ),
            ]
        )
        abandoned.unlink()


def _may_book(partner, booking_type):
    """Tell whether a customer is one of those whom a type of booking is for."""
    partner = partner.sudo()
    if booking_type.portal_who == "members":
        return bool(partner.category_id & booking_type.portal_category_ids)
    if booking_type.portal_who == "confirmed":
        email = partner.email_normalized
        return bool(email and email == partner.exivo_confirmed_email) or any(
            user._is_internal() for user in partner.user_ids
        )
    return True
