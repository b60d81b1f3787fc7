# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.notice import answer


class ExivoPersonalData(models.TransientModel):
    """Gives out, or erases, what is kept of a person's accesses.

    Neither PIN nor link is given out: they are the keys to doors, not data about a
    person.
    """

    _name = "exivo.personal.data"
    _description = "Personal Data of Exivo Accesses"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    access_count = fields.Integer(string="Accesses", compute="_compute_access_count")
    data_file = fields.Binary(string="Data", compute="_compute_data_file")
    file_name = fields.Char(compute="_compute_data_file")

    @api.depends("partner_id")
    def _compute_access_count(self):
        counts = self.env["exivo.access"]._count_by("partner_id", self.partner_id)
        for wizard in self:
            wizard.access_count = counts.get(wizard.partner_id.id, 0)

    @api.depends("partner_id")
    def _compute_data_file(self):
        for wizard in self:
            data = json.dumps(wizard._get_data(), indent=2, default=str)
            wizard.data_file = base64.b64encode(data.encode())
            wizard.file_name = f"exivo_accesses_{wizard.partner_id.id}.json"

    def _get_data(self):
        """Return what is kept of the person's accesses, times in UTC.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "name": self.partner_id.name,
            "has_fixed_pin": bool(self._get_fixed_pin()),
            "accesses": [_describe_access(access) for access in self._get_accesses()],
            "persons_at_exivo": [
                _describe_person(person) for person in self._get_persons()
            ],
            "door_events": [
                {
                    "when": event.occurred_at,
                    "door": event.lock_id.name or "",
                    "what": event.kind,
                    "is_guess": event.certainty == "guess",
                }
                for event in self._get_events()
            ],
            "doors_opened": [
                {
                    "when": opening.create_date,
                    "door": opening.lock_id.name,
                    "outcome": opening.outcome,
                }
                for opening in self._get_openings()
            ],
            "guest_on": [
                {**_describe_guest(guest), "invited_by": guest.host_id.name}
                for guest in self._get_invitations()
            ],
            "guests_invited": [
                {**_describe_guest(guest), "email": guest.email}
                for guest in self._get_guests()
            ],
            "booked_without_login": [
                {
                    "when": request.create_date,
                    "from": request.start,
                    "booking": request.booking_id.display_name,
                }
                for request in self._get_requests()
            ],
        }

    def action_download(self):
        """Hand out the file by its address.

        The web client has no link to a file of an unsaved form.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/data_file?download=true"
            "&filename_field=file_name",
            "target": "download",
        }

    def action_erase(self):
        """Forget that these accesses were this person's.

        :raise UserError: some of them are still needed, or may open doors.
        """
        self.ensure_one()
        self.check_access("write")
        accesses = self._get_accesses()
        over = accesses.filtered_domain(accesses._get_domain_not_alive())
        over -= accesses._in_force()
        if alive := accesses - over:
            raise UserError(
                self.env._(
                    "These accesses are not over yet. Cancel the bookings, take the "
                    "contact's tags away, or remove the accesses, and wait until they "
                    "are gone at Exivo:\n%(accesses)s",
                    accesses="\n".join(alive.mapped("display_name")),
                )
            )
        over.credential_ids._forget_secrets()
        over._forget_secrets()
        over._forget_holders()
        self._get_events()._forget_people()
        # The record exists to say that it was staff who opened a door.
        self._get_openings().filtered("user_id.share").user_id = False
        self._get_fixed_pin().unlink()
        self._get_persons().unlink()
        guests = self._get_invitations() | self._get_guests()
        guests.filtered_domain(guests._get_domain_over()).unlink()
        requests = self._get_requests()
        requests.filtered_domain([("start", "<", fields.Datetime.now())]).unlink()
        return answer(
            self.env._(
                "Erased. Accesses that named this person: %(count)s.", count=len(over)
            )
        )

    def _get_accesses(self):
        return self._get_rows("exivo.access")

    def _get_fixed_pin(self):
        return self._get_rows("exivo.fixed.pin")

    def _get_persons(self):
        return self._get_rows("exivo.person")

    def _get_events(self):
        return self._get_rows("exivo.door.event")

    def _get_openings(self):
        return self._get_rows("exivo.opening", path="user_id.partner_id")

    def _get_invitations(self):
        """Return the person as a guest of others."""
        return self._get_rows("exivo.guest")

    def _get_guests(self):
        """Return whom the person has taken along."""
        return self._get_rows("exivo.guest", path="host_id")

    def _get_requests(self):
        """Return what the person has booked without a login."""
        requests = self.env["exivo.booking.request"].sudo()
        requests = requests.search([("partner_id", "=", self.partner_id.id)])
        self._check_all_mine(requests.booking_type_id.company_id <= self.env.companies)
        return requests

    def _get_rows(self, model, path="partner_id"):
        """Return all rows of the person, if the user may see them.

        :param str path: from a row to the contact it is about.
        :return: the rows in superuser mode.
        :raise UserError: some belong to another company.
        """
        rows = self.env[model].with_context(active_test=False)
        rows.check_access("read")
        rows = rows.sudo().search([(path, "=", self.partner_id.id)])
        others = rows - rows.with_env(self.env)._filtered_access("read").sudo()
        if model == "exivo.guest":  # nobody sees those of a booking that is nobody's
            others = others.filtered(
                lambda one: one.booking_id._get_exivo_companies() - self.env.companies
            )
        self._check_all_mine(not others)
        return rows

    def _check_all_mine(self, are_mine):
        if not are_mine:
            raise UserError(
                self.env._(
                    "This contact is also known in companies that are not yours. Ask "
                    "somebody who works for all of them."
                )
            )


def _describe_access(access):
    """Return what an access is for, and who has seen its PIN, times in UTC."""
    return {
        "site": access.site_id.name,
        "reference": access.reference,
        "room": access.room,
        "communities": access.category_ids.mapped("name"),
        "doors": access.lock_ids.mapped("name"),
        "from": access.start,
        "until": access.stop,
        "ordered": access.ordered_at,
        "state": access.state,
        "key_sent_to": access.app_recipient or "",
        "pin_seen": [
            {
                "when": reveal.create_date,
                "by": reveal.user_id.name or "",
                "has_fixed_it": reveal.is_by_fixing,
            }
            for reveal in access.reveal_ids
        ],
    }


def _describe_person(person):
    """Return who somebody is at a site, and who has decided that, times in UTC."""
    return {
        "site": person.site_id.name,
        "id": person.remote_id or "",
        "decision": person.decision or "",
        "decided_by": person.decided_by_id.name or "",
        "decided_at": person.decided_at or "",
    }


def _describe_guest(guest):
    """Return which booking a guest is on, and since when, in UTC."""
    booking = guest.booking_id
    start, stop = booking._get_exivo_period() if booking.meeting_id else ("", "")
    return {
        "booking": booking.display_name,
        "from": start,
        "until": stop,
        "added": guest.create_date,
        "taken_off": not guest.active,
    }
