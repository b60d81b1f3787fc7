# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The comparison of our credentials with the lock system's own list."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import HISTORIES

from odoo.addons.exivo_access.adapters import VISIT, Grant
from odoo.addons.exivo_access.pure.comparison import Known, compare

MARK = "a1b2c3"
STATES = ("creating", "live", "revoking", "revoked", "expired", "void")


def known(number, state="live", remote_id=None):
    """A credential, whose visit has the same number."""
    remote_id = f"visit-{number}" if remote_id is None else remote_id
    return Known(number, VISIT, f"{MARK}{number:016d}", remote_id, state)


def visit_of(credential, **vals):
    """The visit that was made for a credential."""
    return Grant(
        **{
            "kind": VISIT,
            "id": credential.remote_id or "visit-new",
            "token": credential.token,
            "is_live": True,
            **vals,
        }
    )


def test_what_lives_on_both_sides_is_neither_missing_nor_a_stray():
    one = known(1)
    assert compare([visit_of(one)], [one], MARK) == ((), (), (), (), (), {})


def test_visit_that_is_gone_or_revoked_is_missing():
    one, other = known(1), known(2)
    found = compare([visit_of(other, is_live=False)], [one, other], MARK)
    assert found.missing == (one, other)


def test_visit_that_should_be_gone_is_too_much():
    one = known(1, "revoked")
    assert compare([visit_of(one)], [one], MARK).surplus == ((1, visit_of(one)),)


def test_second_visit_with_the_same_token_is_one_too_many():
    one = known(1)
    second = visit_of(one, id="visit-2")
    assert compare([visit_of(one), second], [one], MARK).surplus == ((1, second),)


def test_visit_whose_row_was_lost_is_a_stray_by_its_mark():
    lost = Grant(VISIT, "visit-9", f"{MARK}0123456789abcdef", True)
    other_database = Grant(VISIT, "visit-8", "0f0f0f0123456789abcdef", True)
    found = compare([lost, other_database], [], MARK)
    assert found.strays == (lost,)
    assert found.foreign == {VISIT: 1}


def test_visit_that_is_being_made_is_left_to_those_who_make_it():
    one = known(1, "creating", remote_id="")
    assert compare([visit_of(one)], [one], MARK) == ((), (), (), (), (), {})


def test_ten_thousand_visits_of_others_are_only_counted():
    visits = [
        Grant(VISIT, f"visit-{number}", "Guest", True) for number in range(10_000)
    ]
    assert compare(visits, [], MARK) == ((), (), (), (), (), {VISIT: 10_000})


@pytest.mark.parametrize(
    "rights, has_pin, changed, lacking",
    [
        ((("a", ()), ("b", ())), True, (), ()),
        ((("a", ()),), True, (), (1,)),
        ((("a", ()), ("b", ((0, 480, 720),))), True, (), (1,)),
        ((("a", ()), ("b", ()), ("c", ())), True, (1,), ()),
        ((("a", ()), ("c", ())), True, (1,), ()),
        ((("a", ()), ("b", ())), False, (), (1,)),
        (None, False, (), ()),
    ],
)
def test_what_opens_more_than_it_should_is_changed_and_what_opens_less_lacks(
    rights, has_pin, changed, lacking
):
    one = replace(known(1), rights=(("a", ()), ("b", ())))
    grant = visit_of(one, rights=rights, has_pin=has_pin)
    assert compare([grant], [one], MARK) == ((), changed, lacking, (), (), {})


credentials = st.lists(
    st.builds(known, st.integers(1, 9), st.sampled_from(STATES)),
    unique_by=lambda one: one.id,
)
foreign_visits = st.lists(
    st.builds(
        Grant,
        st.just(VISIT),
        st.integers(100, 200).map("visit-{}".format),
        st.text().filter(lambda token: not token.startswith(MARK)),
        st.booleans(),
    ),
    unique_by=lambda one: one.id,
)


@HISTORIES
@given(credentials, foreign_visits, st.sets(st.integers(1, 9)))
def test_others_are_never_touched_and_nothing_living_is_missing(ours, theirs, there):
    visits = [visit_of(one) for one in ours if one.id in there]
    found = compare(visits + theirs, ours, MARK)
    assert not found.strays
    assert sum(found.foreign.values()) == sum(visit.is_live for visit in theirs)
    assert set(found.missing) == {
        one for one in ours if one.state == "live" and one.id not in there
    }
    assert {credential_id for credential_id, _visit in found.surplus} == {
        one.id for one in ours if one.state in ("revoked", "void") and one.id in there
    }
