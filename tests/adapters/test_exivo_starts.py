# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The start is set when an order is sent, whatever the clocks show."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.exivo_access import adapters, api
from odoo.addons.exivo_access.adapters.starts import choose_start, grant_in_time

NOW = datetime(2027, 3, 1, 9, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
SECONDS = st.timedeltas(timedelta(0), timedelta(minutes=1))
ORDER = adapters.VisitOrder(
    token="a1b2c30000000001",
    reference="B00007",
    pin="482915",
    start=NOW - timedelta(minutes=5),
    stop=NOW + timedelta(hours=1),
    lock_ids=("entrance",),
    margin=5 * SECOND,
)


class Exivo:
    """A lock system whose clock is ahead, and which takes some time."""

    def __init__(self, ahead=0 * SECOND, takes=0 * SECOND, heard=True):
        self.ahead, self.takes, self.heard = ahead, takes, heard
        self.sent = []

    @property
    def clock(self):
        offset = self.ahead if self.heard else timedelta()
        return SimpleNamespace(
            is_known=self.heard,
            offset=offset,
            claimed=offset,
            now=lambda: NOW + offset,
        )

    def order(self, start):
        self.sent.append(start)
        self.heard = self.heard if self.heard is None else True
        if start < NOW + self.ahead + self.takes:
            raise api.Rejected("validFrom must not be in the past.", 400)
        return "made"


class ClockOf:
    """Asks what is known of the time there anew each time, as the client's does."""

    def __init__(self, exivo):
        self._exivo = exivo

    def __getattr__(self, name):
        return getattr(self._exivo.clock, name)


def grant(exivo, order=ORDER):
    return grant_in_time(ClockOf(exivo), order, exivo.order)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    SECONDS,
)
def test_a_start_is_as_wanted_or_just_ahead(wanted, now, margin):
    wanted = wanted.replace(microsecond=0)
    start = choose_start(wanted, now, margin)
    assert start >= wanted and start >= now + margin
    assert start.microsecond == 0
    assert start == wanted or start < now + margin + SECOND


@given(SECONDS, SECONDS)
def test_what_exivo_can_still_take_is_made_by_the_clock_over_there(ahead, takes):
    exivo = Exivo(ahead=ahead, takes=takes)
    order = replace(ORDER, margin=takes)
    made, start = grant(exivo, order)
    assert made == "made" and len(exivo.sent) == 1
    # by our clock it begins as soon as it can
    assert takes <= start - NOW < takes + SECOND


def test_what_begins_later_is_sent_as_it_is_wanted():
    exivo = Exivo(ahead=10 * SECOND)
    order = replace(ORDER, start=NOW + timedelta(minutes=10))
    assert grant(exivo, order) == ("made", None)
    assert exivo.sent == [order.start]


def test_a_clock_of_which_nothing_was_heard_is_learnt_from_the_refusal():
    exivo = Exivo(ahead=timedelta(minutes=5), heard=False)
    made, start = grant(exivo)
    assert made == "made" and len(exivo.sent) == 2
    assert start == NOW + ORDER.margin


def test_an_order_is_sent_again_only_if_the_clock_is_why():
    for heard in (None, False, True):
        exivo = Exivo(takes=timedelta(minutes=2), heard=heard)
        with pytest.raises(adapters.StartRefused) as caught:
            grant(exivo)
        assert len(exivo.sent) == 1
        assert caught.value.status == 400 and not caught.value.maybe_done


def test_a_refusal_of_what_begins_later_is_no_question_of_the_start():
    def refuse(_start):
        raise api.Rejected("The code is too weak", 400)

    order = replace(ORDER, start=NOW + timedelta(minutes=10))
    with pytest.raises(api.Rejected) as caught:
        grant_in_time(Exivo().clock, order, refuse)
    assert type(caught.value) is api.Rejected


@pytest.mark.parametrize("minutes, is_late", [(0, False), (30, True), (90, True)])
def test_a_clock_that_is_too_far_ahead_to_be_believed_may_be_why(minutes, is_late):
    clock = api.ServerClock()
    clock.hear(format_datetime(datetime.now(timezone.utc) + timedelta(minutes=minutes)))
    start = clock.now().replace(microsecond=0) + timedelta(minutes=20)

    def refuse(_start):
        raise api.Rejected("validFrom must not be in the past.", 400)

    with pytest.raises(api.Rejected) as caught:
        grant_in_time(
            clock, replace(ORDER, start=start, stop=start + 60 * SECOND), refuse
        )
    assert isinstance(caught.value, adapters.StartRefused) == is_late


def test_what_would_end_before_it_begins_is_not_sent():
    exivo = Exivo()
    with pytest.raises(adapters.StartRefused):
        grant(exivo, replace(ORDER, stop=NOW + 3 * SECOND))
    assert not exivo.sent
