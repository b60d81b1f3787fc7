# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What time it is at Exivo, as its answers tell."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from written_exivo import SITE_ID

from odoo.addons.exivo_access import api

NOW = datetime(2026, 1, 31, 9, 0, tzinfo=timezone.utc)


def header(ahead):
    return format_datetime(NOW + ahead, usegmt=True)


@freeze_time(NOW)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
def test_every_answer_tells_the_time_refusals_too(exivo, client, status):
    headers = {"Date": header(timedelta(seconds=10))}
    exivo.answer("GET", "/info", {"id": SITE_ID}, status=status, headers=headers)
    assert not client.clock.is_known
    try:
        client.get_site_info()
    except api.ExivoError:
        pass
    assert client.clock.is_known
    assert client.clock.now() == NOW + timedelta(seconds=10)


@freeze_time(NOW)
def test_the_last_answer_counts(exivo, client):
    for seconds in (10, -3):
        headers = {"Date": header(timedelta(seconds=seconds))}
        exivo.answer("GET", "/info", {"id": SITE_ID}, headers=headers)
        client.get_site_info()
    assert client.clock.offset == timedelta(seconds=-3)


@freeze_time(NOW)
@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "soon",
        "2026-01-31T09:00:10Z",
        "Sat, 31 Jan 99999 09:00:10 GMT",
        "Sat, 31 Jan 99999999999999999999 09:00:10 GMT",
        "Sat, 31 Jan 2026 09:00:10 +9999999999999999",
        header(timedelta(hours=1)),
        header(timedelta(days=-400)),
    ],
)
def test_what_is_no_time_or_far_apart_is_not_believed(text):
    clock = api.ServerClock()
    clock.hear(text)
    assert not clock.is_known
    assert clock.now() == NOW


@given(st.text())
def test_no_header_does_any_harm(text):
    clock = api.ServerClock()
    clock.hear(text)
    assert abs(clock.offset) <= timedelta(minutes=15)
