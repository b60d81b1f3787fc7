# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Moments: how they are written, and what time it is in the simulator."""

import re
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

STAMP = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z")


def to_stamp(moment: datetime) -> str:
    """Write a moment as Exivo does: UTC, milliseconds, a literal ``Z``."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def to_http_date(moment: datetime) -> str:
    """Write a moment as the headers of HTTP do, in whole seconds."""
    return format_datetime(moment.astimezone(timezone.utc), usegmt=True)


def from_stamp(stamp: str) -> datetime:
    """Read an Exivo time stamp.

    :raise ValueError: for anything but UTC with a literal ``Z`` (offsets such as
        ``+02:00`` are known to be refused by the real API).
    """
    parts = STAMP.fullmatch(stamp)
    if not parts:
        raise ValueError(
            "must be a UTC time stamp with a literal Z, like 2026-01-31T09:00:00Z"
        )
    try:
        moment = datetime.strptime(parts[1], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise ValueError("is not a moment that exists") from None
    microsecond = int((parts[2] or "0").ljust(6, "0"))
    return moment.replace(microsecond=microsecond, tzinfo=timezone.utc)


def normal_stamp(stamp: str) -> str:
    """Check a time stamp and return it the way the API answers it."""
    return to_stamp(from_stamp(stamp))


def window_in_words(start: datetime, stop: datetime, zone) -> str:
    """Write a window for people, the day only once where one is enough."""
    same_day = start.astimezone(zone).date() == stop.astimezone(zone).date()
    end = f"{stop.astimezone(zone):%H:%M}" if same_day else in_words(stop, zone)
    return f"{in_words(start, zone)} – {end}"


def offset_in_words(seconds: float) -> str:
    """Say how far the simulator's clock is from the real one; nothing if it is not."""
    if not round(seconds):
        return ""
    direction = "ahead of" if seconds > 0 else "behind"
    return f"{timedelta(seconds=round(abs(seconds)))} {direction} real time"


def in_words(moment: datetime, zone) -> str:
    """Write a moment for people, in the site's zone (whose name the page shows)."""
    local = moment.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M}"
