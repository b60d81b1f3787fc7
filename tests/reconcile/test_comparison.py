# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The comparison of our credentials with Exivo's own list."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.exivo_access.comparison import Known, compare, token_of

MARK = "a1b2c3"
STATES = ("creating", "live", "revoking", "revoked", "expired", "void")


@dataclass(frozen=True)
class Visit:
    """As much of a visit as is compared."""

    id: str
    name: str
    is_live: bool = True


def known(number, state="live", remote_id=None):
    """A credential, whose visit has the same number."""
    remote_id = f"visit-{number}" if remote_id is None else remote_id
    return Known(number, f"{MARK}{number:016d}", remote_id, state)


def visit_of(credential, **vals):
    """The visit that was made for a credential."""
    return Visit(
        **{
            "id": credential.remote_id or "visit-new",
            "name": f"B00001 {credential.token}",
            **vals,
        }
    )


def test_what_lives_on_both_sides_is_neither_missing_nor_a_stray():
    one = known(1)
    assert compare([visit_of(one)], [one], MARK) == ((), (), 0)


def test_visit_that_is_gone_or_revoked_is_missing():
    one, other = known(1), known(2)
    found = compare([visit_of(other, is_live=False)], [one, other], MARK)
    assert found.missing == (1, 2)


def test_visit_that_should_be_gone_is_a_stray():
    one = known(1, "revoked")
    assert compare([visit_of(one)], [one], MARK).strays == (visit_of(one),)


def test_second_visit_with_the_same_token_is_a_stray():
    one = known(1)
    second = visit_of(one, id="visit-2")
    assert compare([visit_of(one), second], [one], MARK).strays == (second,)


def test_visit_whose_row_was_lost_is_a_stray_by_its_mark():
    lost = Visit("visit-9", f"B00009 {MARK}0123456789abcdef")
    other_database = Visit("visit-8", "B00009 0f0f0f0123456789abcdef")
    found = compare([lost, other_database], [], MARK)
    assert found.strays == (lost,)
    assert found.foreign == 1


def test_visit_that_is_being_made_is_left_to_those_who_make_it():
    one = known(1, "creating", remote_id="")
    assert compare([visit_of(one)], [one], MARK) == ((), (), 0)


def test_ten_thousand_visits_of_others_are_only_counted():
    visits = [Visit(f"visit-{number}", "Guest") for number in range(10_000)]
    assert compare(visits, [], MARK) == ((), (), 10_000)


credentials = st.lists(
    st.builds(known, st.integers(1, 9), st.sampled_from(STATES)),
    unique_by=lambda one: one.id,
)
foreign_visits = st.lists(
    st.builds(
        Visit,
        st.integers(100, 200).map("visit-{}".format),
        st.text().filter(lambda name: not token_of(name).startswith(MARK)),
        st.booleans(),
    ),
    unique_by=lambda one: one.id,
)


@given(credentials, foreign_visits, st.sets(st.integers(1, 9)))
def test_others_are_never_touched_and_nothing_living_is_missing(ours, theirs, there):
    visits = [visit_of(one) for one in ours if one.id in there]
    found = compare(visits + theirs, ours, MARK)
    assert not set(found.strays) & set(theirs)
    assert found.foreign == sum(visit.is_live for visit in theirs)
    assert set(found.missing) == {
        one.id for one in ours if one.state == "live" and one.id not in there
    }
    assert {visit.id for visit in found.strays} == {
        one.remote_id
        for one in ours
        if one.state in ("revoked", "void") and one.id in there
    }
