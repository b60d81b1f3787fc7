# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Which access has which PIN."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .. import period, pin, vault
from ..secret_char import get_vault
from ..serialise import serialise


class ExivoPinKeeper(models.AbstractModel):
    """Sees to it that a holder has one PIN for a booking, and nobody else has it.

    No two accesses that are alive at the same time on a shared lock have the same
    PIN: a keypad or a door log could not tell them apart. Only those of one holder may,
    if it is the holder's fixed PIN. Other people's PINs are only compared by their
    digests, never opened.
    """

    _name = "exivo.pin.keeper"
    _description = "Exivo PIN Keeper"

    @api.model
    def _ensure(self, accesses):
        """Have the PINs of accesses; draw those that are not there yet.

        A PIN that somebody else has got meanwhile on a shared lock is replaced.

        :param accesses: ``exivo.access`` records, one or more.
        """
        together = accesses | accesses._get_siblings()._in_force()
        serialise(together.site_id)
        fixed = self.env["exivo.fixed.pin"]._get_pins(together.partner_id)
        drawn = {}
        for siblings in together.grouped(lambda one: one._get_occasion_key()).values():
            own = fixed.get((siblings.partner_id, siblings.company_id))
            known = [
                *(siblings & accesses).mapped("pin"),
                *siblings.mapped("pin"),
                own,
            ]
            usable = (
                digits
                for digits in known
                if digits
                and digits not in drawn.values()
                and not self._is_taken(siblings, digits, is_fixed=digits == own)
            )
            digits = next(usable, None)
            if digits:
                self._share(siblings, digits)
            else:
                drawn[siblings] = self._draw(siblings, drawn.values())
        # at the end, so that all are written at once
        for siblings, digits in drawn.items():
            self._share(siblings, digits)

    @api.model
    def _replace(self, siblings):
        """Draw a PIN that these accesses never had.

        :param siblings: ``exivo.access`` records of one holder to one booking.
        """
        serialise(siblings.site_id)
        self._share(siblings, self._draw(siblings))

    @api.model
    def _give(self, accesses, digits):
        """Give accesses the PIN that staff have fixed for their holder.

        :param accesses: ``exivo.access`` records.
        :param str digits: the PIN.
        :raise ValidationError: somebody else has this PIN at one of the doors.
        """
        if accesses:
            serialise(accesses.site_id)
            if self._is_taken(accesses, digits, is_fixed=True):
                raise ValidationError(
                    self.env._("Somebody else has this PIN. Choose another.")
                )
        self._share(accesses, digits)

    @api.model
    def _share(self, accesses, digits):
        digests = get_vault(self.env).digests(digits)
        for access in accesses.filtered(
            lambda one: not one._is_key() and one.pin_digest not in digests
        ):
            access.write(
                {
                    "pin": digits,
                    "pin_number": access.pin_number + 1,
                    "due_at": fields.Datetime.now(),
                }
            )
            access._await_news()

    @api.model
    def _draw(self, accesses, others=()):
        """Draw a PIN that is free; most are, so that it is asked of those drawn.

        :param others: PINs that are taken, too, although they are not written yet.
        """
        used = accesses.credential_ids.mapped("pin_digest")
        length = accesses.site_id[:1].pin_length
        used = vault.Digested(get_vault(self.env), used)
        taken = _Taken(self, accesses, used, others)
        return pin.draw(taken=taken, length=length)

    @api.model
    def _is_taken(self, accesses, digits, is_fixed=False):
        """Whether others have this PIN at the same time on a shared lock.

        Whoever asks has to :func:`serialise` the sites before.

        :param bool is_fixed: whether it is the fixed PIN of the holder, who then has it
            for other accesses as well.
        :rtype: bool
        """
        domain = Domain("pin_digest", "in", get_vault(self.env).digests(digits))
        domain &= self._get_others_domain(accesses)
        if is_fixed:
            domain &= Domain("partner_id", "not in", accesses.partner_id.ids)
        return bool(accesses.search_count(domain, limit=1))

    @api.model
    def _get_others_domain(self, accesses):
        """Others' accesses that are alive at the same time on a shared lock.

        Standing accesses are renewed with the same PIN: theirs has no end.
        """
        stop = max(accesses.mapped("stop"))
        if any(accesses.mapped("is_standing")):
            stop = period.FOREVER
        ends = Domain("stop", ">", min(accesses.mapped("start")))
        stands_on = Domain("is_standing", "=", True) & Domain("stands", "=", True)
        return (
            Domain("id", "not in", accesses.ids)
            & Domain("lock_ids", "in", accesses.lock_ids.ids)
            & Domain("state", "not in", ("removed", "expired"))
            & Domain("start", "<", stop)
            & (ends | stands_on)
        )


class _Taken:
    """The PINs that cannot be drawn: ``digits in taken``."""

    def __init__(self, keeper, accesses, used, others):
        self._keeper, self._accesses = keeper, accesses
        self._used, self._others = used, others

    def __contains__(self, digits):
        return (
            digits in self._used
            or digits in self._others
            or self._keeper.env["exivo.fixed.pin"]._is_fixed(digits)
            or self._keeper._is_taken(self._accesses, digits)
        )
