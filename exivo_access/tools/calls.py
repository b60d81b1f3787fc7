# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes several calls to Exivo, side by side. No ORM in here: it works in threads."""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import NamedTuple

from .. import api as exivo
from . import connection, envelope

THREADS = 4
#: Some calls are carried out by a method of the adapter that has another name.
METHODS = {"look_again": "look_up", "ask": "get"}


class Call(NamedTuple):
    """A call is one thing to do at Exivo, with all it takes outside the ORM."""

    #: of the adapter's method, see :data:`METHODS`
    name: str
    arguments: tuple
    site_id: int
    connection: connection.Connection
    #: for what it is made, unless it asks about the site as a whole
    access_id: int | None = None
    credential_id: int | None = None


def make(call):
    """Make one call now; what is in envelopes is opened only here.

    :param Call call: what to do.
    :return: what the adapter returns.
    :raise ExivoError: any of :mod:`.api.errors`.
    """
    adapter = connection.get_adapter(call.connection)
    work = getattr(adapter, METHODS.get(call.name, call.name))
    return work(*map(envelope.unwrap_all, call.arguments))


class NotMade(NamedTuple):
    """A call was not made, because its site had just failed."""

    error: exivo.ExivoError


class Crew:
    """Carries out calls side by side, in a few threads that are kept busy.

    As soon as one call shows that its site cannot be called, other calls to the site
    that have not begun are left.

    :param float begin_within: seconds after which a call that still waits for its turn
        is left; ``None``: never.
    """

    def __init__(self, begin_within=None):
        self._begin_within = begin_within
        self._pool = ThreadPoolExecutor(THREADS)
        self._under_way = {}
        self._failures = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._pool.shutdown(cancel_futures=True)

    def __bool__(self):
        """Tell whether anything is under way."""
        return bool(self._under_way)

    def has_room(self):
        """Tell whether some threads will soon have nothing to do.

        Not more than one call waits for each thread, so that none waits for long.
        """
        return len(self._under_way) <= THREADS

    def get_site_ids(self):
        """Return the sites for which calls are under way.

        :rtype: set[int]
        """
        return {call.site_id for call in self._under_way.values()}

    def start(self, calls):
        """Have some calls carried out.

        :param list[Call] calls: what to do.
        """
        now = time.monotonic()
        for call in calls:
            self._under_way[self._pool.submit(self._begin, call, now)] = call

    def wait(self, timeout=None):
        """Wait until at least one call is through, if any is under way.

        :param float timeout: seconds to wait at most.
        :return: for each that is through the call, and its outcome: what the adapter
            returned, the error, or :class:`NotMade`.
        :rtype: list[tuple[Call, object]]
        """
        done, _others = wait(self._under_way, timeout, FIRST_COMPLETED)
        through = [(self._under_way.pop(one), one.result()) for one in done]
        # A site that has failed is tried anew by what is started from now on.
        for site_id in self._failures.keys() - self.get_site_ids():
            del self._failures[site_id]
        return through

    def _begin(self, call, ordered_at):
        limit = self._begin_within
        if limit is not None and time.monotonic() - ordered_at > limit:
            return exivo.ExivoError("It had to wait too long for other calls")
        return self._carry_out(call)

    def _carry_out(self, call):
        if call.site_id in self._failures:
            return NotMade(self._failures[call.site_id])
        try:
            return make(call)
        except exivo.ExivoError as error:
            if error.refuses_site or stops_site(error):
                self._failures[call.site_id] = error
            return error


def ask_sites(calls):
    """Carry out calls about whole sites. One that is slow keeps no other waiting.

    :param list[Call] calls: at most one for each site.
    :return: yields each call, as soon as it is through, with what the adapter returned,
        or the error.
    :rtype: Iterator[tuple[Call, object]]
    """
    with Crew() as crew:
        crew.start(calls)
        while crew:
            yield from crew.wait()


def stops_site(error):
    """Tell whether the site is best left alone for a while.

    :rtype: bool
    """
    return isinstance(error, exivo.Unreachable | exivo.RateLimited | exivo.TimedOut)
