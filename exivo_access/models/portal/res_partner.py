# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says which doors a customer has, and what other doors wait for."""

from typing import NamedTuple

from odoo import fields, models


class Waiting(NamedTuple):
    """A booking waits for something, and doors of it stay shut until then."""

    booking: models.BaseModel
    #: see ``finding.py`` in ``explain``
    hindrances: list
    #: whether others of its doors are to open all the same
    opens_some: bool


class ResPartner(models.Model):
    """A customer sees in the portal what opens, and what does not yet.

    Customers have no rights on what is read here: callers must ask the visitor's own
    partner.
    """

    _inherit = "res.partner"

    exivo_confirmed_email = fields.Char(
        string="Confirmed E-Mail",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="Whoever has this address has followed a link in a mail to it.",
    )

    def _is_exivo_invited_by_mail(self):
        """Tell whether a token to sign up proves that its bearer reads mails here.

        Who has logged in before may have changed the address after the mail was sent.

        :rtype: bool
        """
        return not self._get_login_date()

    def _get_exivo_current_accesses(self):
        """Return the accesses that a person holds, now or later, soonest first.

        An access that is being taken away is left out.

        :rtype: exivo.access
        """
        accesses = self.env["exivo.access"].sudo()
        return accesses.search(
            [
                ("partner_id", "=", self.id),
                ("state", "in", ("in_progress", "created", "failed")),
                ("stop", ">", fields.Datetime.now()),
            ],
            order="start, id",
        ).filtered(lambda access: access._is_granted())

    def _get_exivo_waiting(self):
        """Return the bookings of a person whose doors wait for something, in time.

        :rtype: list[Waiting]
        """
        explainer = self.env["exivo.booking.explainer"]
        bookings = self.env["exivo.planner"]._search_bookings(
            [("partner_ids", "in", self.ids)]
        )
        waiting = [
            Waiting(
                booking,
                explainer._get_hindrances_of(booking, self, self),
                explainer._opens_some(booking, self),
            )
            for booking in bookings.sorted("start")
        ]
        return [one for one in waiting if one.hindrances]
