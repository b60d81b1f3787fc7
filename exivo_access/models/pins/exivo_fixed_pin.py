# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import ValidationError

from ...tools import envelope
from ...tools.language import for_staff
from ...tools.notice import answer
from ...tools.secret_char import SecretChar
from . import pin_keeper


class ExivoFixedPin(models.Model):
    """A fixed PIN is kept by staff, and its contact has it for every booking.

    It counts at the doors of its company only. The doors of other companies are not the
    business of its staff.

    It is a model of its own, so that contacts can be read, merged and exported without
    anybody coming near it. Once typed, it is shown again only with an access.
    """

    _name = "exivo.fixed.pin"
    _inherit = ["exivo.pin.mixin"]
    _description = "Fixed Exivo PIN"
    _rec_name = "partner_id"
    _pin_field = "pin_stored"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    pin = fields.Char(
        string="PIN",
        compute="_compute_pin",
        inverse="_inverse_pin",
        copy=False,
        help="4 to 6 digits. It is never shown again here; type a new one to replace "
        "it.",
    )
    pin_stored = SecretChar(copy=False, groups=fields.NO_ACCESS)
    typed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Typed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="This person knows the PIN of each access that has it.",
    )

    _partner_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This contact has a fixed PIN already."
    )

    def _compute_pin(self):
        """Compute an empty field: the PIN is never given back."""
        self.pin = False

    def _inverse_pin(self):
        """Keep the PIN, and give it to the accesses that the contact already has.

        Whoever types it knows it, as if they had looked at it.
        """
        for fixed in self.sudo().filtered("pin"):
            digits = fixed.pin.strip()
            pin_keeper.check_typed(self.env, digits)
            accesses = fixed._get_accesses()
            # First, because a request that is refused here is repeated, and would be
            # noted each time.
            pin_keeper.serialise_doors(accesses)
            if not self.env.su:
                self.env["exivo.pin.reveal"]._note_typing(fixed.company_id)
            fixed.write(
                {"pin_stored": envelope.wrap(digits), "typed_by_id": self.env.uid}
            )
            pin_keeper.give(accesses, digits, fixed)
            accesses._reconsider()
        # What was typed must not stay on the record, where other code would see it.
        self.invalidate_recordset(["pin"], flush=False)

    def write(self, vals):
        """Override to keep a PIN with its contact.

        Elsewhere staff could see it unrecorded.

        :raise ValidationError: another contact or company.
        """
        whose = {"partner_id", "company_id"} & vals.keys()
        if any(fixed[name].id != vals[name] for fixed in self for name in whose):
            raise ValidationError(
                self.env._(
                    "A fixed PIN does not go to another contact or company. Remove it "
                    "here and set one there."
                )
            )
        return super().write(vals)

    def _merge(self, sources, destination):
        """Leave contacts that become one a single fixed PIN in each company.

        Odoo moves what is left, or deletes that of all companies if one is in the way.

        :param sources: ``res.partner`` records that are about to be deleted.
        :param destination: the ``res.partner`` record that they become: its own stays.
        """
        found = self.search([("partner_id", "in", (sources | destination).ids)])
        for fixed in found.grouped("company_id").values():
            own_first = fixed.sorted(
                lambda one: (one.partner_id != destination, one.id)
            )
            own_first[1:].unlink()

    def action_remove(self):
        """Remove the fixed PIN.

        New bookings get PINs of their own, older ones keep theirs.
        """
        self.unlink()
        return answer(
            self.env._(
                "The fixed PIN is removed. What is booked from now on gets a PIN of "
                "its own; what there is already keeps this one."
            )
        )

    def _action_for(self, partner):
        """Return the dialog in which staff set the fixed PIN of a contact.

        :param partner: ``res.partner`` record.
        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fixed PIN"),
            "res_model": self._name,
            "res_id": self.search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", self.env.company.id),
                ]
            ).id,
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": partner.id},
        }

    def _get_accesses(self):
        """Return the accesses of the contact that the fixed PIN counts for.

        The accesses to one booking have one PIN, so all of them have to be at doors of
        the PIN's company.

        :rtype: exivo.access
        """
        self.ensure_one()
        accesses = self.env["exivo.access"].sudo()
        accesses = accesses.search([("partner_id", "=", self.partner_id.id)])
        return accesses._in_force().filtered(
            lambda one: one._get_siblings()._in_force().company_id == self.company_id
        )

    def _write_down_typist(self, accesses):
        """Record on accesses that get this PIN who knows it, because they fixed it.

        It outlives the fixed PIN, which anybody of staff may remove.

        :param accesses: ``exivo.access`` records.
        """
        self.ensure_one()
        typist = self.typed_by_id
        if not accesses or not typist:
            return
        self.env["exivo.pin.reveal"].create(
            [
                {"access_id": one.id, "user_id": typist.id, "is_by_fixing": True}
                for one in accesses
            ]
        )
        ours = for_staff(self, self.company_id)
        accesses.sudo()._write_down(
            ours.env._(
                "The fixed PIN of %(holder)s, which %(user)s has typed, is the PIN of "
                "this access.",
                holder=self.partner_id.display_name,
                user=typist.name,
            )
        )
