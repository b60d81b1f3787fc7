# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets customers book and see their doors by themselves in the portal."""

from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Command

from ...tools.serialise import serialise

#: A booking that a customer began may wait so long for its slot.
PATIENCE = timedelta(hours=24)


class Offer(NamedTuple):
    """An offer is something to book, and what the customer has begun of it."""

    booking_type: models.BaseModel
    rooms: models.BaseModel
    open_requests: models.BaseModel

    @property
    def is_available(self):
        """Tell whether the customer may begin another booking of it."""
        return len(self.open_requests) < self.booking_type.portal_open_requests


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
    def _get_bookable_types(self):
        """Return what customers of the current company may book by themselves.

        :rtype: resource.booking.type
        """
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
        if not self._get_offer(booking_type, partner).is_available:
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
