# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Turns credentials into orders for the lock system: one function for each kind."""

from datetime import timedelta, timezone

from ... import adapters
from ...pure import rights
from ...tools import envelope
from ...tools.secret_char import open_secret
from ..app.exivo_credential import CALLBACK

#: How far ahead a start has to be when it is sent, so that it is not past when Exivo
#: carries the order out; by the number of tries that failed. All are within
#: ``reconcile.SOON``.
START_MARGINS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 50))


def get_order(credential):
    """Return the order for a credential, with its secrets in envelopes.

    :param credential: an ``exivo.credential`` record in superuser mode.
    :return: one of the orders of the seam.
    """
    return _ORDERS[credential.kind](credential)


def _get_visit_order(credential):
    """Return the order for a visit. It names the booking and no person."""
    return adapters.VisitOrder(
        token=credential.token,
        reference=credential.access_id.reference,
        pin=_get_pin(credential),
        at_keypad=credential.access_id.method == "keypad",
        **_get_scope(credential),
        **credential.access_id._get_invited(),
    )


def _get_key_order(credential):
    """Return the order for a key.

    It names the booking, and the phone or mailbox that the key is sent to.
    """
    recipient = credential.app_recipient
    is_phone = recipient.startswith("+")
    site = credential.site_id
    return adapters.KeyOrder(
        token=credential.token,
        reference=credential.access_id.reference,
        phone=recipient if is_phone else "",
        email="" if is_phone else recipient,
        app_id=site.app_id or "",
        app_name=site.app_name or "",
        notify=site.app_notifies,
        callback_url=_get_callback_url(credential),
        **_get_scope(credential),
    )


def _get_callback_url(credential):
    """Return the address at which the lock system reports what happens to the key."""
    token = open_secret(credential, "callback_token")
    base_url = credential.get_base_url()
    return envelope.wrap(f"{base_url}{CALLBACK}/{credential.id}/{token}")


def _get_pin(credential):
    return envelope.wrap(open_secret(credential, "pin"))


def _get_scope(credential):
    """Return the window and the locks.

    The start is the wanted one, because the adapter knows which start can be sent.
    """
    access = credential.access_id
    return {
        "start": access.start.replace(tzinfo=timezone.utc),
        "stop": credential.stop.replace(tzinfo=timezone.utc),
        "margin": START_MARGINS[min(access.tries, len(START_MARGINS) - 1)],
        "lock_ids": tuple(credential.lock_ids.mapped("remote_id")),
    }


def _get_person_order(credential):
    """Return the order for a person in access groups.

    It names the member as the site says, and the person there if we know it.
    """
    access = credential.access_id
    person = access.env["exivo.person"]._ensure(access.site_id, access.partner_id)
    replaced = access._get_last_person()
    remote_ids = {lock.id: lock.remote_id for lock in credential.lock_ids}
    return adapters.PersonOrder(
        token=credential.token,
        owner=credential._get_mark(),
        rights=tuple(
            (remote_ids[lock_id], hours)
            for lock_id, hours in rights.from_json(credential.rights)
        ),
        pin=_get_pin(credential),
        replaces=replaced.remote_id or "",
        is_repair=access._is_person_changed(),
        **person._get_identity(),
        **person._get_facts(access.site_id, access.partner_id),
    )


_ORDERS = {
    adapters.VISIT: _get_visit_order,
    adapters.KEY: _get_key_order,
    adapters.PERSON: _get_person_order,
}
