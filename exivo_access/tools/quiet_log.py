# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps secrets out of logs: the words of errors, and tokens in addresses."""

import logging
import re
import sys
import traceback

import psycopg2

_logger = logging.getLogger(__name__)
#: Odoo itself logs these by name: in the query of an address, also of one within
#: another's query; and at debug level among what is written by RPC. Anybody can have
#: a long line logged, so each place where it may begin is anchored.
_BY_NAME = r"""
    (?P<before>
        (?:\b|%(?:25)*(?:3F|26))                # after a quoted ? or &, too
        (?:\w*token|hash|(?:\w+_)?(?:pin|secret))   # the name
        (?:=|%(?:25)*3D|['"]:\s?)                # is
        (?P<quote>['"])?
    )
    (?(quote)(?:\\.|(?!(?P=quote))[^\\])*|[^&\s'"]+)
"""
#: … these in the path of an address: the video call of a booked meeting.
_BY_PLACE = r"(?P<before>/(?:calendar/join_videocall|(?:chat|meet)/\d+)/)[^\s/?'\"]+"
#: … and what is loaded as a table, whose head has the names.
_BY_MODEL = r"(?P<before>^call exivo\.(?:fixed\.pin|site)\(.*?\)\.load\().*"
_hidden = [
    re.compile(_BY_NAME, re.VERBOSE | re.IGNORECASE),
    re.compile(_BY_PLACE),
    re.compile(_BY_MODEL),
]
#: A slash in an address, however often that is quoted within another one.
_SLASH = "(?:/|%(?:25)*2[Ff])"


def log_exception(logger, message, *args):
    """Log the exception that is being handled: its kind and where it comes from.

    Its own words are left out: they may quote the PIN or link that was worked on.

    :param logging.Logger logger: where to.
    :param str message: what did not work, with placeholders for the arguments.
    """
    kind, _error, place = sys.exc_info()
    stack = "".join(traceback.format_tb(place))
    logger.error(f"{message}: %s\n%s", *args, kind.__qualname__, stack)


def look_at(record, how, instead):
    """Return what can be said of one record, or something else if it is unreadable.

    The log says so then.

    :param record: a single record.
    :param how: function without parameters.
    :param instead: what is returned then.
    """
    record.ensure_one()
    try:
        return how()
    except psycopg2.Error:
        raise
    except Exception:
        log_exception(_logger, "%s cannot be looked at", record)
        return instead


def hide_in_logs(path):
    """Keep the token in addresses of a route out of whatever is logged, by whomever.

    :param str path: of the route; it may have a token, or none.
    """
    before, *has_token = re.split(r"<string:\w*token>", path)
    if has_token:
        before = re.sub(r"<int:\w+>", r"\\d+", before).replace("/", _SLASH)
        _hidden.append(re.compile(rf"(?P<before>{before})[^\s?&%'\"]+"))


def _quiet(make_record):
    """Have every record made without what is to be hidden.

    Requests are logged in many places: by either of Odoo's servers, by whoever sends
    visitors on, by the mail gateway about wrong tokens. All of them make a record.
    """

    def make(*args, **kwargs):
        record = make_record(*args, **kwargs)
        try:
            message = record.getMessage()
        except Exception:  # logging itself says so, where it does no harm
            return record
        hidden = message
        for pattern in _hidden:
            hidden = pattern.sub(r"\g<before>…", hidden)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return record

    return make


logging.setLogRecordFactory(_quiet(logging.getLogRecordFactory()))
