# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Logs without secrets: errors without what they quote, requests without tokens."""

import logging
import re
import sys
import traceback


def log_exception(logger, message, *args):
    """Log the exception that is being handled: its kind and where it comes from.

    Its own words are left out: they may quote the PIN or link that was worked on.

    :param logging.Logger logger: where to.
    :param str message: what did not work, with placeholders for the arguments.
    """
    kind, _error, place = sys.exc_info()
    stack = "".join(traceback.format_tb(place))
    logger.error(f"{message}: %s\n%s", *args, kind.__qualname__, stack)


def hide_in_requests(pattern):
    """Keep part of addresses out of what the server logs of each request.

    :param str pattern: regular expression for that part.
    """
    secret = re.compile(pattern)

    def hide(record):
        message = record.getMessage()
        hidden = secret.sub("…", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True

    logging.getLogger("werkzeug").addFilter(hide)
