# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain

from ...pure import reconcile

#: These fields of an access say something of its holder. A deleted contact leaves all
#: but the first.
HOLDER_FIELDS = (
    "partner_id",
    "booking_id",
    "app_recipient",
    "holder_digest",
    "failure_reason",
    "failure_facts",
    "new_code_reason",
    "place",
    "told_booking",
)


class ExivoAccess(models.Model):
    """An access that is over is cleared of its secrets, and later of its holder.

    Nothing is cleared of what may still be alive at Exivo. The row stays: it tells our
    own visits from others', and how often a room was opened for somebody.
    """

    _inherit = "exivo.access"

    def _get_domain_not_alive(self):
        """Return the domain of accesses of which nothing may be alive at Exivo.

        :rtype: Domain
        """
        open_states = list(reconcile.OPEN_STATES)
        return Domain("credential_ids", "not any", [("state", "in", open_states)])

    def _get_domains_of_holders(self):
        """Return domains of accesses that say anything of their holders.

        They are several, because PostgreSQL looks through all rows for "this or that is
        said elsewhere". Done activities are archived: search without ``active_test``.

        :rtype: list[Domain]
        """
        filled = Domain.OR(Domain(name, "!=", False) for name in HOLDER_FIELDS)
        marked = Domain("app_recipient", "!=", False)
        marked |= Domain("holder_digest", "!=", False)
        return [
            filled,
            Domain("credential_ids", "any", marked),
            Domain("activity_ids", "any", []),
            Domain("message_ids", "any", []),
        ]

    def _forget_secrets(self):
        """Forget the PINs of accesses that are over, and mails that were never sent."""
        self._get_last_mails().unlink()
        self.write({"pin": False, "last_mail_number": False})

    def _forget_holders(self):
        """Forget whose accesses these were, and what was written about them."""
        # Done activities are archived, and notices of activities are no message_ids.
        self.with_context(active_test=False).activity_ids.unlink()
        written = [("model", "=", self._name), ("res_id", "in", self.ids)]
        self.env["mail.message"].sudo().search(written).unlink()
        events = self.event_ids
        bookings = self.booking_id
        self.credential_ids.write({"app_recipient": False, "holder_digest": False})
        self.write(dict.fromkeys(HOLDER_FIELDS, False))
        (events | self._find_events_of_forgotten(bookings))._forget_people()

    def _find_events_of_forgotten(self, bookings):
        """Find door events of bookings all of whose holders are forgotten.

        Of some, only the booking is known.

        :rtype: exivo.door.event
        """
        held = self.search([("booking_id", "in", bookings.ids)]).booking_id
        forgotten = [("booking_id", "in", (bookings - held).ids)]
        return self.env["exivo.door.event"].search(forgotten)
