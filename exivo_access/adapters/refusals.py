# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds out whether a refusal is about the site, or only what the call names.

Exivo answers 401, 403 or 404 to a wrong key or site ID, and may do so for one visit,
one person or one door as well. Only if it refuses the site's own data too, the site is
refused. Any other 4xx may be a gateway's: it counts only if the site answers beside it.
Knows nothing of Odoo.
"""

from contextlib import contextmanager

from .. import api as exivo
from .seam import LocksGone, StartRefused, ZonesDiffer

_REFUSALS = (exivo.Unauthorized, exivo.Forbidden, exivo.NotFound)
#: Nothing was asked, or another site has answered.
_OF_ADDRESS = (exivo.Barred, exivo.OtherSite)


@contextmanager
def telling_whose(client):
    """Tell the refusal of a site from that of what a call names.

    :param exivo.ExivoClient client: made the calls.
    :raise ExivoError: the site does not answer either; else what was refused.
    """
    try:
        yield
    except _REFUSALS as error:
        if not isinstance(error, _OF_ADDRESS):
            confirm_site(client, error)
            error.refuses_site = False
        raise


@contextmanager
def ordering(client, lock_ids=()):
    """Tell the refusal of an order, or of taking one back, from that of a site.

    Such a refusal is of that order alone.

    :param exivo.ExivoClient client: made the calls.
    :param lock_ids: what the order names by their ids.
    :raise LocksGone: the site does not list all of these locks any more.
    :raise Rejected: Exivo refused the order for another reason.
    :raise ExivoError: it was something else, or the site does not answer either.
    """
    try:
        yield
    except _REFUSALS as error:
        if isinstance(error, _OF_ADDRESS):
            raise
        confirm_site(client, error)
        _check_listed(client, lock_ids, error)
        rejected = exivo.Rejected(error.message, error.status)
        rejected.maybe_done = error.maybe_done
        raise rejected from None
    except ZonesDiffer as error:
        _check_listed(client, error.uncovered, error)
        raise
    except exivo.Rejected as error:
        if type(error) in (exivo.Rejected, StartRefused):  # the reason is not known
            confirm_site(client, error)
            _check_listed(client, lock_ids, error)
        raise


def confirm_site(client, refusal):
    """Ask whether the site itself is there, after something was refused.

    :raise ExivoError: it is not, or does not answer; never :class:`.api.NotFound`, by
        which what the call names would seem to be gone. Nothing more was done by that.
    :raise Unreachable: whatever is asked is refused, by a gateway perhaps: that says
        nothing of what was refused first.
    """
    try:
        client.get_site_info()
    except exivo.ExivoError as error:
        failure = error
        if isinstance(error, exivo.NotFound):
            failure = exivo.Forbidden(error.message, error.status)
        elif isinstance(error, exivo.Rejected):
            failure = exivo.Unreachable(error.message, error.status)
        failure.refuses_site = isinstance(failure, exivo.Unauthorized | exivo.Forbidden)
        failure.maybe_done = refusal.maybe_done
        raise failure from None


def _check_listed(client, lock_ids, refusal):
    """Check whether the site still lists these locks, after something was refused.

    :raise LocksGone: the site lists locks, and some of these are not among them.
    """
    if not lock_ids:
        return
    try:
        listed = {one.id for one in client.list_components()}
    except exivo.ExivoError:
        return  # what was refused is known all the same
    gone = {*lock_ids} - listed
    if listed and gone:
        error = LocksGone(gone)
        error.maybe_done = refusal.maybe_done
        raise error from None
