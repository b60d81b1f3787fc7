# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Several calls to Exivo, side by side. No ORM in here: it works in threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from . import api as exivo

THREADS = 4


class Call(NamedTuple):
    """One thing to do at Exivo, with all that is needed to do it outside the ORM."""

    kind: str
    access_id: int
    credential_id: int
    site_id: int
    client: exivo.ExivoClient
    argument: Any


class NotMade(NamedTuple):
    """The outcome of a call that was not made, because its site had just failed."""

    error: exivo.ExivoError


def carry_out(calls):
    """Do some calls side by side.

    As soon as one shows that its site cannot be called, the site's others are left.

    :param list[Call] calls: what to do.
    :return: for each call what Exivo answered, or the error.
    :rtype: list[exivo.Visit | list[exivo.Visit] | None | exivo.ExivoError | NotMade]
    """
    failures = {}

    def carry_out_one(call):
        if call.site_id in failures:
            return NotMade(failures[call.site_id])
        try:
            return getattr(call.client, call.kind)(call.argument)
        except exivo.ExivoError as error:
            if refuses_site(call.kind, error) or stops_site(error):
                failures[call.site_id] = error
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(carry_out_one, calls))


def refuses_site(kind, error):
    """Whether Exivo refuses the credentials of the site, and with them every call.

    :param str kind: name of the client's method.
    :param exivo.ExivoError error: what it raised.
    :rtype: bool
    """
    # a creation names nothing that could be unknown but the site
    return isinstance(error, exivo.Unauthorized | exivo.Forbidden) or (
        kind == "create_visit" and isinstance(error, exivo.NotFound)
    )


def stops_site(error):
    """Whether the site is best left alone for a while.

    :rtype: bool
    """
    return isinstance(error, exivo.Unreachable | exivo.RateLimited | exivo.TimedOut)
