# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Times, as they are sent and as they come."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.exivo_access.api.types import format_stamp, parse_stamp

UTC = timezone.utc
ZONES = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=ZONES)


@given(MOMENTS)
def test_every_moment_is_written_in_utc_with_a_z(moment):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", format_stamp(moment))


@given(MOMENTS)
def test_what_is_written_reads_back_as_the_same_second(moment):
    assert parse_stamp(format_stamp(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text, microsecond",
    [
        ("2026-01-31T09:00:07Z", 0),
        ("2026-01-31T09:00:07.5Z", 500000),
        ("2026-01-31T09:00:07.157Z", 157000),
        ("2026-01-31T09:00:07.000001Z", 1),
        ("2026-01-31T09:00:07.123456789Z", 123456),
    ],
)
def test_stamps_come_with_any_fraction(text, microsecond):
    expected = datetime(2026, 1, 31, 9, 0, 7, microsecond, tzinfo=UTC)
    assert parse_stamp(text) == expected


@pytest.mark.parametrize("zone", ["Z", "+00:00", "+01:00", "-03:30"])
def test_stamps_come_with_any_offset(zone):
    text = "2026-01-31T09:00:07"
    expected = datetime.fromisoformat(text + zone.replace("Z", "+00:00"))
    assert parse_stamp(text + zone) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        7,
        "2026-01-31",
        "2026-01-31T09:00:07",
        "2026-01-31T09:00:07+0000",
        "0001-01-01T00:00:07+14:00",
        "2026-01-31 09:00:07Z",
        "2026-13-31T09:00:07Z",
        "2026-02-30T09:00:07Z",
        "2026-01-31T25:00:07Z",
        "2026-01-31T09:00:07Z\n",
        "٢٠٢٦-01-31T09:00:07Z",
    ],
)
def test_what_is_no_stamp_reads_as_nothing(text):
    assert parse_stamp(text) is None


@given(st.text() | st.from_regex(r"\A[0-9]{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\s?\Z"))
def test_whatever_the_text_reading_it_fails_never(text):
    moment = parse_stamp(text)
    assert moment is None or moment.tzinfo is UTC
