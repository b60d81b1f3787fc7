# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Which access has which PIN."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import pin, vault
from ..secret_char import get_vault
from ..serialise import serialise


class ExivoPinKeeper(models.AbstractModel):
    """Sees to it that a holder has one PIN for a booking, and nobody else has it.

    No two accesses that are alive at the same time on a shared lock have the same
    PIN: a keypad or a door log could not tell them apart. Other people's PINs are only
    compared by their digests, never opened.
    """

    _name = "exivo.pin.keeper"
    _description = "Exivo PIN Keeper"

    @api.model
    def _ensure(self, access):
        """Have the PIN of an access; draw it if there is none.

        A PIN that somebody else has got meanwhile on a shared lock is replaced.

        :param access: an ``exivo.access`` record.
        """
        siblings = access | access._get_siblings()._in_force()
        taken = self._get_taken(siblings)
        fixed = self.env["exivo.fixed.pin"]._get_pin(access.partner_id)
        known = [access.pin, *siblings.mapped("pin"), fixed]
        others = self._digested(taken)
        usable = [digits for digits in known if digits and digits not in others]
        self._share(siblings, usable[0] if usable else self._draw(siblings, taken))

    @api.model
    def _replace(self, siblings):
        """Draw a PIN that these accesses never had.

        :param siblings: ``exivo.access`` records of one holder to one booking.
        """
        self._share(siblings, self._draw(siblings, self._get_taken(siblings)))

    @api.model
    def _give(self, accesses, digits):
        """Give accesses the PIN that staff have fixed for their holder.

        :param accesses: ``exivo.access`` records.
        :param str digits: the PIN.
        :raise ValidationError: somebody else has this PIN at one of the doors.
        """
        if accesses and digits in self._digested(self._get_taken(accesses)):
            raise ValidationError(
                self.env._("Somebody else has this PIN. Choose another.")
            )
        self._share(accesses, digits)

    @api.model
    def _share(self, accesses, digits):
        digests = get_vault(self.env).digests(digits)
        for access in accesses.filtered(lambda one: one.pin_digest not in digests):
            access.write(
                {
                    "pin": digits,
                    "pin_number": access.pin_number + 1,
                    "due_at": fields.Datetime.now(),
                }
            )

    @api.model
    def _draw(self, accesses, taken):
        used = accesses.credential_ids.mapped("pin_digest")
        fixed = self.env["exivo.fixed.pin"]._get_all_digests()
        length = accesses.site_id[:1].pin_length
        return pin.draw(taken=self._digested({*taken, *used, *fixed}), length=length)

    @api.model
    def _digested(self, digests):
        return vault.Digested(get_vault(self.env), digests)

    @api.model
    def _get_taken(self, accesses):
        """Digests of others' PINs that are alive at the same time on a shared lock.

        Nobody else looks or draws at these sites until our transaction ends.

        :rtype: set[str]
        """
        serialise(accesses.site_id)
        others = accesses.search(
            [
                ("id", "not in", accesses.ids),
                ("pin", "!=", False),
                ("lock_ids", "in", accesses.lock_ids.ids),
                ("state", "not in", ("removed", "expired")),
                ("start", "<", max(accesses.mapped("stop"))),
                ("stop", ">", min(accesses.mapped("start"))),
            ]
        )
        return set(others.mapped("pin_digest"))
