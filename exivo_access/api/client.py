# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Calls Exivo: everything that reaches it goes through this one seam."""

import base64
import json
import logging
import re
import ssl
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
import urllib3

from . import errors
from .access_log import AccessLogCalls
from .addresses import check_api_url, path_id
from .deadline import Deadline
from .digital_keys import DigitalKeyCalls
from .landmarks import read_newest
from .lists import PAGE_SIZE, read_list
from .persons import PersonCalls
from .server_clock import ServerClock
from .targets import PUBLIC, TargetsAdapter
from .types import Component, SiteInfo, Visit, id_of, line_of, named_by, text_of

_logger = logging.getLogger(__name__)

#: Seconds to connect and to wait for an answer. Others use 5 and 10 (OneGov Cloud).
TIMEOUT = (5, 10)
#: Seconds that a call may take as a whole, however steadily its answer trickles in.
LONGEST_CALL = 30
#: Bytes that an answer may have, unpacked. The longest list has some hundred kilobytes.
LARGEST_ANSWER = 10 * 1024**2
#: Bytes that are unpacked at once: a thousand times as many may come out.
CHUNK = 4096
#: Exivo sees in its own logs who calls.
USER_AGENT = "exivo_access (Odoo add-on)"
#: Seconds of pause that we grant Exivo at most: revocations must not wait for days.
MAX_RETRY_AFTER = 3600
_NO_JSON = object()
#: Raised where an address cannot be called.
_NO_ADDRESS = (
    requests.exceptions.InvalidURL,
    urllib3.exceptions.LocationValueError,
    UnicodeError,
)


class ExivoClient(AccessLogCalls, DigitalKeyCalls, PersonCalls):
    """Calls the Exivo API for one site. Safe to use from several threads.

    Nothing is retried in here: what may be repeated, and when, is decided by the
    caller, who knows what has been promised (see :mod:`.errors`).

    :param str api_url: address without version, see :func:`check_api_url`.
    :param str site_id: Exivo's id of the site (a UUID).
    :param str api_key: user of HTTP Basic.
    :param str api_secret: password of HTTP Basic.
    :param Targets targets: which machines may be called; if left out, none inside.
    """

    def __init__(self, api_url, site_id, api_key, api_secret, targets=PUBLIC):
        self._site_id = site_id
        self._base = f"{check_api_url(api_url)}/v1/{path_id(site_id)}"
        # as bytes, because requests cannot send all characters of a text
        self._auth = (api_key.encode(), api_secret.encode())
        basic = base64.b64encode(b":".join(self._auth)).decode()
        self._secrets = [text for text in (basic, api_secret) if text]
        self._targets = targets
        self._is_barred = not targets.allow_url(self._base)
        #: tells what time it is at Exivo
        self.clock = ServerClock()

    def __eq__(self, other):
        """Tell whether another client calls the same site as the same user."""
        if not isinstance(other, ExivoClient):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self):
        return hash(self._identity)

    @property
    def _identity(self):
        return self._base, self._auth, self._targets

    def get_site_info(self):
        """Read the site's own data (``GET /info``), the API's test of key and secret.

        :rtype: SiteInfo
        :raise ExivoError: any of :mod:`.errors`.
        """
        info = self._fetch("GET", "/info", SiteInfo.from_json)
        if info.id.casefold() != self._site_id.casefold():
            raise errors.OtherSite()
        return info

    def list_components(self):
        """Read all components of the site (``GET /component``), gateways included.

        :rtype: list[Component]
        :raise ExivoError: any of :mod:`.errors`.
        """
        return list(self._pages("/component", Component.from_json))

    def create_visit(self, visit_request):
        """Make a visit (``POST /visit``).

        :param VisitRequest visit_request: what it shall open, and when.
        :return: the visit with its id and, as seen in running clients, its link;
            where the answer has none, the visit is read once to get it.
        :rtype: Visit
        :raise ExivoError: any of :mod:`.errors`. Where ``maybe_done`` is set the
            visit may exist: look for it by its name before making another.
        """
        visit = _parsed(
            Visit.from_json, self._call("POST", "/visit", visit_request.to_json())
        )
        if visit.link:
            return visit
        try:
            return self.get_visit(visit.id)
        except errors.ExivoError:
            # the visit exists all the same: its id must not get lost
            return visit

    def get_visit(self, visit_id):
        """Read one visit (``GET /visit/{id}``).

        :rtype: Visit
        :raise NotFound: Exivo does not know the visit (status not documented; other
            items answer 404 with an empty body).
        """
        return self._read(f"/visit/{path_id(visit_id)}", Visit.from_json)

    def find_visits(self, name_part, landmarks=None):
        """Find all visits whose name contains a text.

        The API has no search; visits stay listed for ever, also revoked ones.

        :param str name_part: such as our token.
        :param Landmarks landmarks: visits made before may be left out, where the list
            shows by these that it goes by age; without them, all pages are read.
        :return: yields them page by page: there are very many after some years.
        :rtype: Iterator[Visit]
        """
        for visit in self._pages("/visit", Visit.from_json, landmarks=landmarks):
            if name_part in visit.name:
                yield visit

    def revoke_visit(self, visit_id):
        """Take a visit away for good: look, revoke, look again.

        A second revoke is refused by Exivo, so the visit is read first (as OneGov
        Cloud had to); a refusal counts as done when the visit turns out to be gone.

        :param str visit_id: Exivo's id.
        :return: whether Exivo has shown that it has ended; else it only says that it
            does not know it.
        :rtype: bool
        :raise ExivoError: the visit may still open doors.
        """
        return self._revoke(f"/visit/{path_id(visit_id)}", Visit.from_json)

    def _revoke(self, path, parse):
        """Revoke what is at a path: a visit, or a digital-key visit."""
        found = self._find(path, parse)
        if found and found.is_live:
            failure = errors.InvalidAnswer("Exivo took the revocation, yet it lives")
            try:
                self._call("POST", f"{path}/revoke", {})
            except (errors.Rejected, errors.NotFound) as refusal:
                failure = refusal
            found = self._find(path, parse)
            if found and found.is_live:
                raise failure
        return found is not None

    def _find(self, path, parse):
        """Read one thing; ``None`` if the site does not know it."""
        try:
            return self._read(path, parse)
        except errors.NotFound:
            # A wrong site id or address answers 404 too, while the doors still open.
            self.get_site_info()
            return None

    def _pages(self, path, parse, key=id_of, query=None, landmarks=None):
        """Yield all entries of a list, each key once.

        :param Landmarks landmarks: see :func:`.landmarks.read_newest`; by default all
            are read.
        :raise InvalidAnswer: see :func:`.lists.read_list`.
        """

        most = PAGE_SIZE

        def get_page(skip, limit):
            nonlocal most
            params = {"skip": skip, "limit": min(limit, most), **(query or {})}
            try:
                rows = _ask_twice(lambda: self._call("GET", path, params=params))
            except _TooLong:
                if params["limit"] == 1:
                    raise
                most = params["limit"] // 2
                return get_page(skip, limit)
            if not isinstance(rows, list):
                raise errors.InvalidAnswer(f"{path}: a list was expected")
            return rows

        def get_key(row):
            return _parsed(key, row)

        rows = landmarks and read_newest(path, get_page, get_key, landmarks)
        if rows is None:
            rows = read_list(path, get_page, get_key)
        for row in rows:
            yield _parsed(parse, row)

    def _read(self, path, parse):
        """Read one thing, the id of which ends the path.

        :raise NotFound: Exivo has said twice that there is none.
        :raise InvalidAnswer: the answer is about another one.
        """
        return _ask_twice(lambda: named_by(path, self._fetch("GET", path, parse)))

    def _fetch(self, method, path, parse, body=None):
        """Send one request and return its answer as a typed value."""
        return _parsed(parse, self._call(method, path, body))

    def _call(self, method, path, body=None, params=None):
        """Send one request and return its parsed JSON (``None`` for an empty answer).

        Redirects are not followed: the Basic credentials must not travel elsewhere.
        """
        if self._is_barred:
            raise errors.Barred()
        with Deadline(LONGEST_CALL) as deadline:
            try:
                return self._exchange(deadline, method, path, body, params)
            except errors.ExivoError as failure:
                if failure.transient:
                    _logger.info("Exivo %s %s: %s", method, path, failure.message)
                raise
            except Exception as error:  # whatever the library, or an odd answer, raises
                failure = _transport_error(error, deadline.has_connected)
                _logger.info("Exivo %s %s: %s", method, path, failure.message)
                raise failure from None

    def _exchange(self, deadline, method, path, body, params):
        """Send one request and return what is in its answer, see :meth:`_call`."""
        response, content = self._send(deadline, method, path, body, params)
        self.clock.hear(response.headers.get("Date"))
        _logger.debug("Exivo %s %s: %s", method, path, response.status_code)
        if not 200 <= response.status_code < 300:
            raise self._answer_error(response, content)
        if not content:
            return None
        data = _read_json(content)
        if data is _NO_JSON:
            raise errors.InvalidAnswer("The answer is not JSON", response.status_code)
        return data

    def _send(self, deadline, method, path, body, params):
        """Send one request, and read its answer as long as it comes in time.

        :param Deadline deadline: of the call.
        :return: the answer, and the bytes in it.
        :rtype: tuple[requests.Response, bytes]
        """
        content = bytearray()
        with _Session() as session:
            adapter = TargetsAdapter(self._targets, deadline)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            response = session.request(
                method,
                self._base + path,
                json=body,
                params=params,
                auth=self._auth,
                headers={"User-Agent": USER_AGENT},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            for chunk in response.iter_content(CHUNK):
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise _TooLong("The answer is too long", response.status_code)
                if deadline.is_over:
                    break
            if deadline.is_over:  # it was cut, which may look like an end
                raise errors.TimedOut("Exivo did not finish its answer in time")
        return response, bytes(content)

    def _answer_error(self, response, content):
        """Return the typed error for an answer that is not 2xx."""
        status = response.status_code
        message = self._message_of(status, _read_json(content))
        if status == 401:
            return errors.Unauthorized(message, status)
        if status == 403:
            return errors.Forbidden(message, status)
        if status in (404, 410):
            return errors.NotFound(message, status)
        if status == 408:
            return errors.TimedOut(message, status)
        if status == 429:
            return errors.RateLimited(message, status, self._retry_after(response))
        if status >= 500:
            return errors.ServerError(message, status, self._retry_after(response))
        if 400 <= status < 500:
            return errors.Rejected(message, status)
        return errors.InvalidAnswer("Unexpected redirect", status)

    def _message_of(self, status, data):
        """Return what Exivo says about a refusal, cut to a line.

        Only ``message`` is reliable; bodies may be empty, HTML, quote what was sent, or
        come from a server that is no Exivo at all. So nothing is taken over but a JSON
        message and what ``errors`` beside it says in the same way, and neither our
        secret nor what could be a code, a link, a phone number or an address.
        """
        message = text_of(data, "message") if isinstance(data, dict) else ""
        if message:
            details = "; ".join(dict.fromkeys(_find_messages(data.get("errors"))))
            message = f"{message}: {details}" if details else message
        message = message or _phrase_of(status)
        message = " ".join(message.split())
        for secret in self._secrets:
            message = message.replace(secret, "…")
        message = re.sub(r"(?i)https?://\S+", "…", message)
        message = re.sub(r"\S+@\S+", "…", message)
        message = re.sub(r"\+?\d[\d ()/.-]{2,}\d", "…", message)
        return line_of(message)

    def _retry_after(self, response):
        """Return the seconds of a ``Retry-After`` header, which may be a date.

        :return: ``None`` if there is none that can be read.
        """
        text = response.headers.get("Retry-After") or ""
        try:
            seconds = float(text)
        except ValueError:
            try:
                moment = parsedate_to_datetime(text)
                seconds = (moment - self.clock.now()).total_seconds()
            except (ValueError, TypeError, OverflowError):
                return None
        return min(max(0.0, seconds), MAX_RETRY_AFTER)


class _TooLong(errors.InvalidAnswer):
    """The answer has more bytes than are read: a page of fewer entries may do."""


class _Session(requests.Session):
    """A session that never looks where a redirect leads.

    Also told not to follow it, requests would unpack the whole answer for it, and fail
    where the place cannot be read.
    """

    def get_redirect_target(self, resp):
        """Override to find none."""
        return None


def _ask_twice(ask):
    """Ask for something that is there or is not: one 404 is no verdict.

    :raise NotFound: Exivo has said so twice.
    """
    try:
        return ask()
    except errors.NotFound:
        return ask()


def _read_json(content):
    """Return what is in an answer, or :data:`_NO_JSON`."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _NO_JSON


def _find_messages(details, depth=5):
    """Yield the messages in the ``errors`` of an answer, which may be nested."""
    for one in details if isinstance(details, list) and depth else ():
        if isinstance(one, dict):
            message = text_of(one, "message")
            if message:
                yield message
            yield from _find_messages(one.get("errors"), depth - 1)


def _phrase_of(status):
    """Return the standard's words for a status, whatever the server writes there."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP {status}"


def _parsed(parse, data):
    """Turn an answer into a typed value, or say that it is not what was described."""
    try:
        return parse(data)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise errors.InvalidAnswer("The answer lacks expected fields") from None


def _transport_error(error, has_connected):
    """Tell apart "nothing was sent" and "we do not know how far it came".

    requests reports both a refused and a cut connection as ConnectionError; only a
    connection that never came about proves that nothing was sent: refused, unknown
    host, too slow to connect, no way through the proxy, certificate not trusted. Other
    TLS errors can come after the request, too.
    """
    exceptions = requests.exceptions
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    cause = reason.args[0] if isinstance(reason, Exception) and reason.args else None
    if (
        isinstance(error, exceptions.ConnectTimeout | exceptions.ProxyError)
        or (isinstance(error, _NO_ADDRESS) and not has_connected)
        or isinstance(reason, urllib3.exceptions.NewConnectionError)
        or isinstance(cause, ssl.SSLCertVerificationError)
    ):
        return errors.Unreachable("No connection to Exivo")
    if isinstance(error, exceptions.SSLError):
        return errors.TimedOut("No secure connection to Exivo")
    if isinstance(error, exceptions.ConnectionError):
        return errors.TimedOut("The connection to Exivo was cut")
    if isinstance(error, exceptions.Timeout):
        return errors.TimedOut("Exivo did not answer in time")
    return errors.TimedOut("The answer of Exivo broke off")
