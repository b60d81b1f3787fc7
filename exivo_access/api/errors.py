# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lists what can go wrong in a call to Exivo, by what the caller has to do about it.

Every error answers three questions:

``transient``
    Is it worth trying the same call again later, with nobody doing anything?
``maybe_done``
    May Exivo have carried the call out although we got no good answer? After such
    an error a create must be looked up, never repeated.
``refuses_site``
    Is it the site as a whole that Exivo refuses? A 403 or 404 may as well be about what
    the call names: a visit, a door. Whoever knows sets it (``adapters/refusals.py``).
"""


class ExivoError(Exception):
    """A call to Exivo did not succeed.

    :param str message: what happened, safe to show and to log: it holds neither
        secrets nor codes nor links.
    :param int status: HTTP status, ``None`` where there was no answer.
    :param float retry_after: seconds that Exivo asked for, ``None`` if it did not say.
    """

    transient = False
    maybe_done = False
    #: whether it is the site that is refused, and with it every call
    refuses_site = False

    #: what an answer of this kind says if nothing else is known
    usual_status = None

    def __init__(self, message="", status=None, retry_after=None):
        super().__init__(message)
        self.message = message
        self.status = status or self.usual_status
        self.retry_after = retry_after


class Unreachable(ExivoError):
    """No connection came about (refused, unknown host, TLS): nothing was sent."""

    transient = True


class TimedOut(ExivoError):
    """The connection was cut, or no answer came in time, after we began to send."""

    transient = True
    maybe_done = True


class ServerError(ExivoError):
    """Exivo answered 5xx."""

    transient = True
    maybe_done = True
    usual_status = 500


class InvalidAnswer(ExivoError):
    """The answer is not what the API describes (HTML, a redirect, missing id)."""

    transient = True
    maybe_done = True


class RateLimited(ExivoError):
    """Exivo answered 429: it did not carry the call out, and asks us to wait."""

    transient = True
    usual_status = 429


class Unauthorized(ExivoError):
    """Exivo answered 401: the API key or the API secret is wrong."""

    refuses_site = True


class Forbidden(ExivoError):
    """Exivo answered 403: the key is known, but may not do this on this site."""


class Barred(Forbidden):
    """The address leads to a machine that may not be called: nothing was sent.

    It says nothing of that machine, not even whether it is there.
    """

    refuses_site = True

    def __init__(self, message="The API address leads inside a network"):
        super().__init__(message)


class OtherSite(Forbidden):
    """The address answers for another site: ours may know what that does not."""

    refuses_site = True

    def __init__(self, message="The API address answers for another site"):
        super().__init__(message)


class NotFound(ExivoError):
    """Exivo answered 404 or 410: there is no such thing (any more)."""


class Rejected(ExivoError):
    """Exivo answered any other 4xx: it refuses the call, and a person must look."""


class Broken(ExivoError):
    """Our own code broke in the middle of a call: the log says where."""

    transient = True
    maybe_done = True

    def __init__(self, message="The call broke; the log of the server says why"):
        super().__init__(message)
