# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The one seam through which everything reaches Exivo."""

import ipaddress
import logging
import re
from urllib.parse import urlsplit

import requests

from . import errors
from .types import Component, SiteInfo, Visit

_logger = logging.getLogger(__name__)

#: Seconds to connect and to wait for an answer. Others use 5 and 10 (OneGov Cloud).
TIMEOUT = (5, 10)
PAGE_SIZE = 100
#: More pages than any site can fill: a guard against a server that ignores ``skip``.
MAX_PAGES = 1000
_SAFE_ID = re.compile(r"^[0-9A-Za-z-]+$")
_MAX_MESSAGE = 200


def is_loopback(host):
    """Whether a host name or address means this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_api_url(url):
    """Bring the address of an Exivo API into its one form.

    :param str url: such as ``https://api.exivo.io``; a trailing slash and the
        version ``/v1`` are taken off.
    :return: the address without a trailing slash.
    :rtype: str
    :raise ValueError: with ``no_url``, ``insecure`` or ``credentials`` as its
        argument: not an http(s) address; http to another machine (the secret would
        travel in clear); user or password within the address.
    """
    parts = urlsplit((url or "").strip())
    try:
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        raise ValueError("no_url")
    if parts.query or parts.fragment:
        raise ValueError("no_url")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("insecure")
    if parts.username or parts.password:
        raise ValueError("credentials")
    path = re.sub(r"/v1$", "", parts.path.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}{path}"


class ExivoClient:
    """Calls the Exivo API for one site. Safe to use from several threads.

    Nothing is retried in here: what may be repeated, and when, is decided by the
    caller, who knows what has been promised (see :mod:`.errors`).

    :param str api_url: address without version, see :func:`check_api_url`.
    :param str site_id: Exivo's id of the site (a UUID).
    :param str api_key: user of HTTP Basic.
    :param str api_secret: password of HTTP Basic.
    """

    def __init__(self, api_url, site_id, api_key, api_secret):
        self._base = f"{check_api_url(api_url)}/v1/{_path_id(site_id)}"
        self._auth = (api_key, api_secret)

    def get_site_info(self):
        """Read the site's own data (``GET /info``), the API's test of credentials.

        :rtype: SiteInfo
        :raise ExivoError: any of :mod:`.errors`.
        """
        return _parsed(SiteInfo.from_json, self._call("GET", "/info"))

    def list_components(self):
        """Read all components of the site (``GET /component``), gateways included.

        :rtype: list[Component]
        :raise ExivoError: any of :mod:`.errors`.
        """
        return list(self._pages("/component", Component.from_json))

    def create_visit(self, visit_request):
        """Make a visit (``POST /visit``).

        :param VisitRequest visit_request: what it shall open, and when.
        :return: the visit with its id and, as seen in running clients, its link.
        :rtype: Visit
        :raise ExivoError: any of :mod:`.errors`. Where ``maybe_done`` is set the
            visit may exist: look for it by its name before making another.
        """
        return _parsed(
            Visit.from_json, self._call("POST", "/visit", visit_request.to_json())
        )

    def get_visit(self, visit_id):
        """Read one visit (``GET /visit/{id}``).

        :rtype: Visit
        :raise NotFound: Exivo does not know the visit (status not documented; other
            items answer 404 with an empty body).
        """
        return _parsed(
            Visit.from_json, self._call("GET", f"/visit/{_path_id(visit_id)}")
        )

    def find_visits(self, name_part):
        """Find all visits whose name contains a text, through all pages.

        The API has no search; visits stay listed for ever, also revoked ones.

        :param str name_part: such as our token.
        :rtype: list[Visit]
        """
        return [
            visit
            for visit in self._pages("/visit", Visit.from_json)
            if name_part in visit.name
        ]

    def revoke_visit(self, visit_id):
        """Take a visit away for good: look, revoke, look again.

        A second revoke is refused by Exivo, so the visit is read first (as OneGov
        Cloud had to); a refusal counts as done when the visit turns out to be gone.

        :param str visit_id: Exivo's id.
        :raise ExivoError: the visit may still open doors.
        """
        if self._is_gone(visit_id):
            return
        try:
            self._call("POST", f"/visit/{_path_id(visit_id)}/revoke", {})
        except (errors.Rejected, errors.NotFound):
            if not self._is_gone(visit_id):
                raise
            return
        if not self._is_gone(visit_id):
            raise errors.InvalidAnswer("Exivo took the revocation, yet the visit lives")

    def _is_gone(self, visit_id):
        try:
            return not self.get_visit(visit_id).is_live
        except errors.NotFound:
            return True

    def _pages(self, path, parse):
        """Yield all entries of a list, each id once.

        There is no total and no next link; a page that is short, or that brings no
        new id, is the last one.
        """
        seen = set()
        for page in range(MAX_PAGES):
            params = {"skip": page * PAGE_SIZE, "limit": PAGE_SIZE}
            rows = self._call("GET", path, params=params)
            if not isinstance(rows, list):
                raise errors.InvalidAnswer(f"{path}: a list was expected")
            news = [row for row in rows if _parsed(_id_of, row) not in seen]
            seen.update(row["id"] for row in news)
            for row in news:
                yield _parsed(parse, row)
            if len(rows) < PAGE_SIZE or not news:
                return
        raise errors.InvalidAnswer(f"{path}: the list does not end")

    def _call(self, method, path, body=None, params=None):
        """Send one request and return its parsed JSON (``None`` for 204).

        Redirects are not followed: the Basic credentials must not travel elsewhere.
        """
        try:
            response = requests.request(
                method,
                self._base + path,
                json=body,
                params=params,
                auth=self._auth,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            failure = _transport_error(error)
            _logger.info("Exivo %s %s: %s", method, path, failure.message)
            raise failure from None
        _logger.debug("Exivo %s %s: %s", method, path, response.status_code)
        if not 200 <= response.status_code < 300:
            raise _answer_error(response)
        if response.status_code == 204:
            return None
        try:
            return response.json()
        except requests.exceptions.JSONDecodeError:
            raise errors.InvalidAnswer(
                "The answer is not JSON", response.status_code
            ) from None


def _path_id(identifier):
    """An id as part of an address; refuses what could lead the call elsewhere."""
    if not _SAFE_ID.match(identifier or ""):
        raise errors.Rejected("The id holds characters that no Exivo id has")
    return identifier


def _id_of(row):
    return row["id"]


def _parsed(parse, data):
    """Turn an answer into a typed value, or say that it is not what was described."""
    try:
        return parse(data)
    except (KeyError, TypeError, AttributeError):
        raise errors.InvalidAnswer("The answer lacks expected fields") from None


def _transport_error(error):
    """Tell apart "nothing was sent" and "we do not know how far it came".

    requests reports both a refused and a cut connection as ConnectionError; only a
    connection that never came about (urllib3's NewConnectionError, name resolution,
    TLS, connect timeout) proves that nothing was sent.
    """
    exceptions = requests.exceptions
    if isinstance(error, exceptions.ConnectTimeout | exceptions.SSLError):
        return errors.Unreachable("No connection to Exivo")
    if isinstance(error, exceptions.ConnectionError):
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if type(reason).__name__ in ("NewConnectionError", "NameResolutionError"):
            return errors.Unreachable("No connection to Exivo")
        return errors.TimedOut("The connection to Exivo was cut")
    if isinstance(error, exceptions.Timeout):
        return errors.TimedOut("Exivo did not answer in time")
    if isinstance(error, exceptions.InvalidURL | exceptions.ProxyError):
        return errors.Unreachable("No connection to Exivo")
    return errors.TimedOut("The answer of Exivo broke off")


def _answer_error(response):
    """The typed error for an answer that is not 2xx."""
    status = response.status_code
    message = _message_of(response)
    if status == 401:
        return errors.Unauthorized(message, status)
    if status == 403:
        return errors.Forbidden(message, status)
    if status in (404, 410):
        return errors.NotFound(message, status)
    if status == 429:
        return errors.RateLimited(message, status, _retry_after(response))
    if status >= 500:
        return errors.ServerError(message, status)
    if 400 <= status < 500:
        return errors.Rejected(message, status)
    return errors.InvalidAnswer("Unexpected redirect", status)


def _message_of(response):
    """What Exivo says about a refusal, cut to a line.

    Only ``message`` is reliable; bodies may be empty, HTML, or quote what was sent, so
    nothing but a JSON message is taken over, and digits that could be a code are not.
    """
    try:
        data = response.json()
    except requests.exceptions.JSONDecodeError:
        data = None
    message = data.get("message") if isinstance(data, dict) else None
    if not isinstance(message, str) or not message.strip():
        return response.reason or f"HTTP {response.status_code}"
    message = re.sub(r"https?://\S+", "…", " ".join(message.split()))
    message = re.sub(r"(?<!\d)\d{4,6}(?!\d)", "…", message)
    return message[:_MAX_MESSAGE]


def _retry_after(response):
    """Seconds from a ``Retry-After`` header; a date in it is not understood."""
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
