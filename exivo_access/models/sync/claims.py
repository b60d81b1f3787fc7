# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Writes down what is about to be done for an access, before anything is called."""

from datetime import timedelta

from odoo import fields

from ...pure import reconcile, rights
from ...tools import envelope
from ...tools.calls import Call
from ...tools.secret_char import open_secret
from ..site import site_connection
from .exivo_credential import LOOK_UP_DELAY
from .exivo_credential_looks import MOMENTS
from .orders import get_order

#: Longer than a call waits for its turn and the longest request takes, so that a lease
#: ends only when its holder is gone. (A list of very many pages, or the dozen requests
#: of a group's member, may take longer; see ``_is_awaited``.)
LEASE = timedelta(seconds=120)


def claim(access, decision):
    """Write down what was decided for an access.

    :param access: an ``exivo.access`` record that nobody else works on.
    :param reconcile.Decision decision: what is to be done.
    :return: the calls to make once that is committed.
    :rtype: list[Call]
    """
    credentials = access.env["exivo.credential"]
    if access._is_granted() and access._lacks_locks():
        access._note_failure("locks_gone")
    lease = fields.Datetime.now() + LEASE
    calls = []
    # Mark revocations first: an order looks for the credential that it takes the place
    # of, and must not find one that is going.
    ended = [one for one in decision.actions if isinstance(one, reconcile.Revoke)]
    ended = credentials.browse([one.credential_id for one in ended])
    ended._change_state("revoking")
    for action in decision.actions:
        if isinstance(action, reconcile.Create):
            calls += _claim_creation(access, action)
            continue
        credential = credentials.browse(action.credential_id)
        if isinstance(action, reconcile.Expire):
            credential._end("expired")
        else:
            calls.append(_claim_call(credential, action, lease))
    if calls:
        leased = [one.credential_id for one in calls if one.name not in MOMENTS]
        credentials.browse(leased).lease = lease
        access.due_at = lease
    access._update_state()
    return calls


def _claim_call(credential, action, lease):
    kind, remote_id = credential.kind, credential.remote_id
    if isinstance(action, reconcile.LookUp):
        access = credential.access_id
        if access._is_granted() and not access.failure_type:
            access._note_failure("unclear")  # nobody has heard what became of it
        about = credential.token, credential._get_landmarks()
        return _new_call("look_up", credential, kind, *about)
    if isinstance(action, reconcile.AskConfirmed):
        credential.looked_at = fields.Datetime.now()
        return _new_call("get", credential, kind, remote_id)
    if isinstance(action, reconcile.Revoke):
        return _new_call("revoke", credential, kind, remote_id)
    name, *about = credential._claim_second_look(action, lease)
    return _new_call(name, credential, *about)


def _claim_creation(access, action):
    if access._lacks_locks():
        return []
    if access._lacks_recipient():
        access._note_failure("no_recipient")
    elif access._is_person_in_doubt():
        access.due_at = fields.Datetime.now() + LOOK_UP_DELAY
    else:
        credential = _create_credential(access, action)
        return [_new_call("grant", credential, get_order(credential))]
    return []


def _create_credential(access, action):
    credentials = access.env["exivo.credential"]
    return credentials.create(
        {
            **access._get_key_vals(),
            "access_id": access.id,
            "site_id": access.site_id.id,
            "system": access.site_id.system,
            "kind": access._get_kind(),
            "start": action.start,
            "stop": action.stop,
            **credentials._get_asking_vals(action.start),
            "lock_ids": access._get_present_locks().ids,
            "rights": rights.to_json(access._get_present_rights(access.rights)),
            "holder_digest": access.holder_digest,
            "pin": envelope.wrap(open_secret(access, "pin")),
            "pin_number": access.pin_number,
        }
    )


def _new_call(name, credential, *arguments):
    site = credential.site_id
    return Call(
        name,
        arguments,
        site.id,
        site_connection.get_connection(site),
        access_id=credential.access_id.id,
        credential_id=credential.id,
        at_once=site.calls_at_once,
    )
