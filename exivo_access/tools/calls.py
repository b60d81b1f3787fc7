# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes several calls to Exivo, side by side. No ORM in here: it works in threads."""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import NamedTuple

from .. import api as exivo
from . import connection, envelope
from .quiet_log import log_exception

_logger = logging.getLogger(__name__)

#: Threads that are kept busy with calls that get their answers soon.
THREADS = 8
#: Seconds after which a call is slow: its thread is not counted on any more, and
#: another one takes its place, so that nobody waits for a site that hangs.
SLOW = 1
#: One request never takes so many seconds: a call that does makes many of them.
LONG = 35
#: More calls than that are never under way, however many of them are slow.
MOST = 64
#: Some calls are carried out by a method of the adapter that has another name.
METHODS = {"look_again": "look_up", "look_at_person": "get", "ask": "get"}


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
    #: how many calls its site has at once, at most
    at_once: int = 1


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
    """A call was not made, because its site had just failed.

    Nor was one that was refused to a key and secret that are no longer in use.
    """

    error: exivo.ExivoError
    #: whether some of it may have been carried out before it was refused
    maybe_done: bool = False


class Crew:
    """Carries out calls side by side, in threads that are kept busy.

    A site begins with one call, and has more at once as soon as it has answered. If a
    call shows that its site cannot be called, the site's others that have not begun are
    left.

    :param float begin_within: seconds after which a call that still waits for its turn
        is left; ``None``: never.
    """

    def __init__(self, begin_within=None):
        self._begin_within = begin_within
        self._pool = ThreadPoolExecutor(MOST)
        #: the call and when it was started, by its future
        self._under_way = {}
        self._answered = set()
        #: the site of each call that has begun, and when, by the call's own id
        self._begun = {}
        #: sites whose last call was slow
        self._slow = set()
        self._failures = {}
        self._gates = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._pool.shutdown(cancel_futures=True)

    def __bool__(self):
        """Tell whether anything is under way."""
        return bool(self._under_way)

    def get_room(self):
        """Count how many more calls can be started; slow ones take no room.

        :rtype: int
        """
        fresh = len(self._under_way) - len(self._get_slow())
        return min(THREADS - fresh, MOST - len(self._under_way))

    def get_share(self, site_id, at_once):
        """Count the calls that a site can still be given; the last waits for its turn.

        While threads run short, because so many calls are slow, each site has one.

        :param int at_once: how many calls the site has at once, at most.
        :rtype: int
        """
        is_ample = len(self._under_way) < MOST - 2 * THREADS
        most = at_once + 1 if is_ample and site_id in self._answered else 1
        return most - self.count_by_site()[site_id]

    def count_by_site(self):
        """Count the calls that are under way for each site.

        :rtype: Counter[int]
        """
        return Counter(call.site_id for call, _since in self._under_way.values())

    def has_slow(self):
        """Tell whether a call takes so long that others must not wait for it.

        :rtype: bool
        """
        return bool(self._get_slow())

    def has_long(self):
        """Tell whether a call of many requests is under way, which may go on for long.

        :rtype: bool
        """
        return bool(self._find_begun(LONG))

    def find_slow_sites(self):
        """Find the sites that may take long: their last call did, or does so far.

        That a call waited for its turn, or for us, is not its site's doing.

        :return: their ids.
        :rtype: set[int]
        """
        return self._slow | self._find_begun(SLOW)

    def _find_begun(self, seconds):
        limit = time.monotonic() - seconds
        begun = [*self._begun.values()]
        return {site_id for site_id, since in begun if since < limit}

    def _get_slow(self):
        limit = time.monotonic() - SLOW
        return [call for call, since in self._under_way.values() if since < limit]

    def start(self, calls):
        """Have some calls carried out.

        :param list[Call] calls: what to do.
        """
        now = time.monotonic()
        for call in calls:
            gate = self._gates.setdefault(
                call.site_id, threading.BoundedSemaphore(call.at_once)
            )
            future = self._pool.submit(self._begin, call, now, gate)
            self._under_way[future] = call, now

    def wait(self, timeout=None):
        """Wait until at least one call is through, if any is under way.

        :param float timeout: seconds to wait at most.
        :return: for each that is through the call, and its outcome: what the adapter
            returned, the error, or :class:`NotMade`.
        :rtype: list[tuple[Call, object]]
        """
        done, _others = wait(self._under_way, timeout, FIRST_COMPLETED)
        through = [(self._under_way.pop(one)[0], one.result()) for one in done]
        for call, outcome in through:
            if isinstance(outcome, NotMade) or call.site_id in self._failures:
                self._answered.discard(call.site_id)
            else:
                self._answered.add(call.site_id)
        # A site that has failed is tried anew by what is started from now on.
        for site_id in self._failures.keys() - self.count_by_site().keys():
            del self._failures[site_id]
        return through

    def _begin(self, call, ordered_at, gate):
        limit = self._begin_within
        with gate:
            if limit is not None and time.monotonic() - ordered_at > limit:
                return exivo.ExivoError("It had to wait too long for other calls")
            self._begun[id(call)] = call.site_id, time.monotonic()
            outcome = self._carry_out(call)
            _site_id, since = self._begun.pop(id(call))
            if not isinstance(outcome, NotMade):
                is_slow = time.monotonic() - since > SLOW
                (self._slow.add if is_slow else self._slow.discard)(call.site_id)
            return outcome

    def _carry_out(self, call):
        if call.site_id in self._failures:
            return NotMade(self._failures[call.site_id])
        try:
            return make(call)
        except exivo.ExivoError as error:
            if error.refuses_site or stops_site(error):
                self._failures[call.site_id] = error
            return error
        except Exception:
            # a fault of ours with one call must not keep all other sites waiting
            log_exception(_logger, "Call %s of site %s broke", call.name, call.site_id)
            return exivo.Broken()


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
    stops = exivo.Unreachable | exivo.RateLimited | exivo.TimedOut
    return isinstance(error, stops) or bool(getattr(error, "retry_after", None))
