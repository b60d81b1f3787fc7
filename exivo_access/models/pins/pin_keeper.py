# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps PINs apart: a holder has one for a booking, and nobody else has it.

Accesses of one holder to one booking share a PIN. No others that are alive at the same
time on a shared lock do, unless it is the holder's fixed one: a keypad or a door log
could not tell them apart. What was promised before, and may still open the door, counts
as well. One is drawn when a credential is to be made and no PIN of the holder's is free
(``sync/run.py``), and when staff ask for a new code (``staff``), or the holder does,
once for a booking (``portal/exivo_access.py``). Other people's PINs are only compared
by their digests, never opened.

These are functions because they work with plain PINs: anybody who writes code in Odoo
may call a model's methods (see ``secret_char.py``).
"""

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ... import adapters
from ...pure import pin, reconcile
from ...tools import envelope, period
from ...tools.secret_char import get_vault, open_secret
from ...tools.serialise import find_unheld, serialise_same
from ...tools.transactions import wake
from ..access.exivo_access import OVER

#: More digests than that are not looked for one by one.
FEW = 1000


def ensure(accesses):
    """Make sure that accesses have PINs, and draw those that are missing.

    A PIN that somebody else meanwhile has on a shared lock is replaced.

    :param accesses: ``exivo.access`` records, one or more.
    """
    together = accesses | accesses._get_siblings()._in_force()
    serialise_doors(together)
    fixed = _get_fixed(together.partner_id)
    drawn = {}
    for siblings in together.grouped(lambda one: one._get_occasion_key()).values():
        kept = fixed.get((siblings.partner_id, siblings.company_id))
        own = kept and open_secret(kept, "pin_stored")
        known = [
            *_open_all(siblings & accesses),
            *_open_all(siblings),
            own,
        ]
        usable = (
            digits
            for digits in known
            if digits
            and digits not in drawn.values()
            and not _is_fixed_elsewhere(siblings, digits)
            and not _is_taken(siblings, digits, is_fixed=digits == own)
        )
        digits = next(usable, None)
        if digits:
            _share(siblings, digits, kept if digits == own else None)
        else:
            drawn[siblings] = _draw(siblings, drawn.values())
    # The drawn PINs are written at the end, all at once.
    for siblings, digits in drawn.items():
        _share(siblings, digits)


def find_held(accesses):
    """Return those for which :func:`ensure` would wait for somebody.

    That may be a long import of fixed PINs; all others' doors would wait with it.

    :param accesses: ``exivo.access`` records.
    """
    together = accesses | accesses._get_siblings()._in_force()
    unheld = find_unheld(together.site_id, "remote_id")
    held = together.filtered(lambda one: one.site_id.remote_id not in unheld)
    keys = {one._get_occasion_key() for one in held}
    return accesses.filtered(lambda one: one._get_occasion_key() in keys)


def replace(siblings):
    """Draw a PIN anew, one that these accesses never had.

    :param siblings: ``exivo.access`` records of one holder to one booking.
    :raise UserError: all PINs are taken.
    """
    serialise_doors(siblings)
    try:
        digits = _draw(siblings)
    except pin.PinsTaken:
        raise UserError(siblings[:1]._advise_pins_taken()) from None
    _share(siblings, digits)


def give(accesses, digits, kept):
    """Give accesses the PIN that staff have fixed for their holder.

    Whoever asks has to :func:`serialise_doors` before.

    :param accesses: ``exivo.access`` records, if there are any.
    :param str digits: the PIN.
    :param kept: the ``exivo.fixed.pin`` record that has it.
    :raise ValidationError: somebody else has this PIN, at one of the doors or as a
        fixed one.
    """
    if is_fixed_for_others(kept.env, digits, kept.partner_id) or (
        accesses and _is_taken(accesses, digits, is_fixed=True)
    ):
        raise ValidationError(kept.env._("Somebody else has this PIN. Choose another."))
    _share(accesses, digits, kept)


def serialise_doors(accesses):
    """Let nobody else compare or change PINs at the doors of these accesses.

    Several companies may have connected one site, each for itself.

    :param accesses: ``exivo.access`` records, if there are any.
    """
    if accesses:
        serialise_same(accesses.site_id, "remote_id")


def _share(accesses, digits, kept=None):
    """Have accesses get this PIN, if they have not got it.

    :param kept: the ``exivo.fixed.pin`` record of whom it is the fixed one, if it is.
    """
    digests = get_vault(accesses.env).digests(digits)
    others = accesses.filtered(
        lambda one: not one._is_key() and one.pin_digest not in digests
    )
    if kept:
        kept.sudo()._write_down_typist(others)
    if "created" in others.mapped("state"):
        wake(accesses.env, "ir_cron_synchronise")  # another lane may have its site
    for access in others:
        access.write(
            {
                "pin": envelope.wrap(digits),
                "pin_number": access.pin_number + 1,
                "due_at": fields.Datetime.now(),
            }
        )
        access._await_news()


def _draw(accesses, others=()):
    """Draw a PIN that is free.

    :param others: PINs that are taken, too, although they are not written yet.
    :raise pin.PinsTaken: none is.
    """
    vault = get_vault(accesses.env)
    used = {*accesses.credential_ids.mapped("pin_digest")}

    def find_taken(pins):
        by_digest = {digest: one for one in pins for digest in vault.digests(one)}
        taken = used | _find_digests(accesses, by_digest)
        return {*others, *(by_digest[one] for one in taken if one in by_digest)}

    return pin.draw(find_taken, accesses.site_id[:1].pin_length)


def _find_digests(accesses, digests):
    """Return which of some digests others have on a shared lock, or as a fixed PIN.

    Of very many digests all that there are are returned.

    :rtype: set[str]
    """
    wanted = Domain("pin_digest", "!=", False)
    if len(digests) <= FEW:
        wanted = Domain("pin_digest", "in", [*digests])
    found = (
        (accesses, wanted & _get_others_domain(accesses)),
        (accesses.env["exivo.credential"], wanted & _get_alive_domain(accesses)),
        (accesses.env["exivo.fixed.pin"], wanted),
    )
    rows = accesses.env.execute_query(
        SQL(" UNION ").join(
            rows.sudo()
            ._search(domain)
            .subselect(SQL.identifier(rows._table, "pin_digest"))
            for rows, domain in found
        )
    )
    return {digest for (digest,) in rows}


def _is_taken(accesses, digits, is_fixed=False):
    """Tell whether others have this PIN at the same time on a shared lock.

    Whoever asks has to :func:`serialise_doors` before.

    :param bool is_fixed: whether it is the fixed PIN of the holder, who then has it
        for other accesses as well.
    :rtype: bool
    """
    same = Domain("pin_digest", "in", get_vault(accesses.env).digests(digits))
    promised = same & _get_others_domain(accesses)
    alive = same & _get_alive_domain(accesses)
    if is_fixed:
        promised &= Domain("partner_id", "not in", accesses.partner_id.ids)
        alive &= Domain("access_id.partner_id", "not in", accesses.partner_id.ids)
    credentials = accesses.env["exivo.credential"].sudo()
    return bool(
        accesses.search_count(promised, limit=1)
        or credentials.search_count(alive, limit=1)
    )


def _get_others_domain(accesses):
    """Return the domain of others' accesses, alive at the same time on a shared lock.

    Standing accesses are renewed with the same PIN, so they count as having no end.
    """
    start, _stop = _get_period(accesses)
    stands_on = Domain("is_of_community", "=", True) & Domain("is_wanted", "=", True)
    return (
        Domain("id", "not in", accesses.ids)
        & Domain("state", "not in", OVER)
        & _get_beside_domain(accesses)
        & (Domain("stop", ">", start) | stands_on)
    )


def _get_alive_domain(accesses):
    """Return the domain of others' credentials that may open a shared lock meanwhile.

    Until it is revoked, one opens by the time, the doors and the PIN of before.
    """
    start, _stop = _get_period(accesses)
    credentials = accesses.env["exivo.credential"]
    open_ones = Domain("state", "in", reconcile.OPEN_STATES)
    return (
        Domain("access_id", "not in", accesses.ids)
        & (open_ones | credentials._get_looked_for_domain())
        & _get_beside_domain(accesses)
        & Domain("stop", ">", start)
    )


def _get_beside_domain(accesses):
    """Return the domain of what begins before the end of these, on a shared lock.

    A lock is shared if it is the same door at the lock system, whoever has connected
    it.
    """
    _start, stop = _get_period(accesses)
    doors = accesses.lock_ids._get_same_doors_domain()
    return Domain("lock_ids", "any", doors) & Domain("start", "<", stop)


def _get_period(accesses):
    stop = max(accesses.mapped("stop"))
    if any(accesses.mapped("is_of_community")):
        stop = period.FOREVER
    return min(accesses.mapped("start")), stop


# === FIXED PINS === #


def check_typed(env, digits):
    """Refuse what can be nobody's fixed PIN.

    :param str digits: as they were typed.
    :raise ValidationError: no PIN, or too easy to guess.
    """
    if not pin.is_pin(digits, adapters.exivo.PIN_LENGTHS):
        raise ValidationError(env._("A PIN has 4 to 6 digits, nothing else."))
    if pin.is_trivial(digits):
        raise ValidationError(
            env._(
                "This PIN is easy to guess (repeated, rising or falling digits, or "
                "what may be a birthday). Choose another."
            )
        )


def is_fixed_for_others(env, digits, partner=None):
    """Tell whether another contact has this PIN as a fixed one, in any company.

    :param str digits: the PIN.
    :param partner: the ``res.partner`` who may have it.
    :rtype: bool
    """
    domain = [
        ("pin_digest", "in", get_vault(env).digests(digits)),
        ("partner_id", "not in", partner.ids if partner else []),
    ]
    return bool(env["exivo.fixed.pin"].sudo().search_count(domain, limit=1))


def _is_fixed_elsewhere(siblings, digits):
    """Tell whether a company's fixed PIN would come to doors of another by a booking.

    Whoever typed it knows it, also where the fixed PIN is removed since.
    """
    digests = get_vault(siblings.env).digests(digits)
    having = siblings.filtered(lambda one: one.pin_digest in digests)
    others = (siblings - having).filtered(lambda one: not one._is_key())
    if others.company_id <= having.company_id:
        return False
    by_fixing = [("access_id", "in", having.ids), ("is_by_fixing", "=", True)]
    return bool(siblings.env["exivo.pin.reveal"].search_count(by_fixing, limit=1))


def _get_fixed(partners):
    """Return the fixed PINs of those contacts who have one.

    :return: by the contact and the company at whose doors they count.
    :rtype: dict[tuple, exivo.fixed.pin]
    """
    found = partners.env["exivo.fixed.pin"].sudo()
    return {
        (fixed.partner_id, fixed.company_id): fixed
        for fixed in found.search([("partner_id", "in", partners.ids)])
    }


def _open_all(accesses):
    return [open_secret(access, "pin") for access in accesses]
