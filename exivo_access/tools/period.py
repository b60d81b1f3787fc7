# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Puts days and periods into words for mails and pages, always with the zone."""

from datetime import datetime

import pytz

from odoo import tools
from odoo.tools import format_date

#: What has no end ends at this moment (naive UTC).
FOREVER = datetime(2999, 12, 31)


def format_day(env, moment, tz):
    """Write the day of a moment, in the language of the environment.

    :param datetime moment: naive UTC.
    :param str tz: name of the zone whose day it is.
    :rtype: str
    """
    local = pytz.utc.localize(moment).astimezone(pytz.timezone(tz))
    return format_date(env, local.date(), date_format="full")


def format_moment(env, moment, tz):
    """Write a moment in short, with its zone.

    :param datetime moment: naive UTC.
    :param str tz: name of the zone in which people shall read it.
    :rtype: str
    """
    local = pytz.utc.localize(moment).astimezone(pytz.timezone(tz))
    day = format_date(env, local.date(), date_format="medium")
    return f"{day}, {format_time(env, moment, tz)} ({tz})"


def format_period(env, start, stop, tz):
    """Write day, time and zone of a period; the last day only where it differs.

    :param datetime start: naive UTC.
    :param datetime stop: naive UTC; from :data:`FOREVER` on, there is no end.
    :param str tz: name of the zone in which people shall read it.
    :rtype: str
    """
    if stop >= FOREVER:
        return env._(
            "since %(moment)s, without an end", moment=format_moment(env, start, tz)
        )
    first, last = format_day(env, start, tz), format_day(env, stop, tz)
    begin, end = (format_time(env, moment, tz) for moment in (start, stop))
    last = "" if first == last else f"{last}, "
    return f"{first}, {begin} – {last}{end} ({tz})"


def format_clock(env, moment, tz, today):
    """Write a moment by the clock; its day only where that is another one.

    :param datetime moment: naive UTC.
    :param str tz: name of the zone in which people shall read it.
    :param date today: in that zone.
    :rtype: str
    """
    day = pytz.utc.localize(moment).astimezone(pytz.timezone(tz)).date()
    text = format_time(env, moment, tz)
    return text if day == today else f"{format_date(env, day)}, {text}"


def format_time(env, moment, tz):
    """Write the time of a moment, with its offset where there are two such times.

    That is so in the night when clocks go back.

    :param datetime moment: naive UTC.
    :param str tz: name of the zone in which people shall read it.
    :rtype: str
    """
    text = tools.format_time(env, moment, tz=tz, time_format="short")
    zone = pytz.timezone(tz)
    local = pytz.utc.localize(moment).astimezone(zone)
    try:
        zone.localize(local.replace(tzinfo=None), is_dst=None)
    except pytz.AmbiguousTimeError:
        offset = local.isoformat(timespec="minutes")[-6:]
        return f"{text} UTC{offset}"
    return text
