# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Zones are chosen so that all wanted doors open, and as few others as can be."""

import itertools
import random
import sys

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.exivo_access.adapters import zones
from odoo.addons.exivo_access.pure.rights import union

LOCKS = "ABCDEF"
MORNING, DAY, NIGHT = ((0, 480, 720),), ((0, 480, 1080), (6, 0, 60)), ((2, 0, 1440),)

houses = st.dictionaries(
    st.sampled_from(["public", "rooms", "yard", "office", "attic"]),
    st.frozensets(st.sampled_from(LOCKS), max_size=4),
    max_size=5,
)
some_rights = st.lists(
    st.tuples(st.sampled_from(LOCKS), st.sampled_from([(), MORNING, DAY, NIGHT])),
    max_size=6,
).map(tuple)
MOMENTS = [
    (day, minute) for day in (0, 2, 3, 6) for minute in (0, 59, 60, 480, 719, 720, 1439)
]


def runs(hours, moment):
    day, minute = moment
    return not hours or any(
        on == day and start <= minute < stop for on, start, stop in hours
    )


def wanted_at(rights, moment):
    return {lock for lock, hours in rights if runs(hours, moment)}


def opened_at(choice, house, moment):
    return {
        lock
        for zone, hours in choice.hours_by_zone.items()
        if runs(hours, moment)
        for lock in house[zone]
    }


def fewest_others(wanted, house):
    """By trying all there is."""
    return min(
        len(opened - wanted)
        for size in range(len(house) + 1)
        for some in itertools.combinations(house.values(), size)
        if wanted <= (opened := set().union(*some))
    )


@given(some_rights, houses)
def test_every_wanted_door_opens_at_its_hours_unless_no_zone_holds_it(rights, house):
    choice = zones.choose(rights, house)
    held = set().union(*house.values())
    assert choice.uncovered == {lock for lock, _hours in rights} - held
    for moment in MOMENTS:
        wanted = wanted_at(rights, moment)
        assert wanted - choice.uncovered <= opened_at(choice, house, moment)


@given(some_rights, houses)
def test_every_other_door_that_opens_is_named(rights, house):
    choice = zones.choose(rights, house)
    others = set()
    for moment in MOMENTS:
        others |= opened_at(choice, house, moment) - wanted_at(rights, moment)
    assert others == choice.others


@given(st.frozensets(st.sampled_from(LOCKS)), houses)
def test_no_choice_brings_fewer_other_doors(locks, house):
    choice = zones.choose(tuple((lock, ()) for lock in locks), house)
    wanted = locks - choice.uncovered
    assert len(choice.others) == fewest_others(wanted, house)
    assert set(choice.hours_by_zone.values()) <= {()}


@given(some_rights, houses)
def test_where_zones_fit_no_other_door_opens(rights, house):
    """What an administrator has agreed to stays within what was agreed."""
    every = [
        (lock, hours)
        for wanted, hours in rights
        for lock in itertools.chain(*(one for one in house.values() if wanted in one))
    ]
    assert zones.choose(tuple(every), house).others == frozenset()


@given(some_rights, houses)
def test_the_order_of_what_is_asked_changes_nothing(rights, house):
    backwards = dict(reversed(house.items()))
    assert zones.choose(rights, house) == zones.choose(rights[::-1], backwards)


def test_a_zone_that_fits_is_taken_before_one_with_more_doors():
    house = {"all": {"A", "B", "C"}, "fits": {"A", "B"}}
    choice = zones.choose((("A", ()), ("B", ())), house)
    assert choice == ({"fits": ()}, frozenset(), frozenset())


def test_a_zone_with_hours_for_one_door_and_always_for_another_opens_more():
    choice = zones.choose((("A", MORNING), ("B", ())), {"both": {"A", "B"}})
    assert choice == ({"both": ()}, {"A"}, frozenset())


def test_hours_of_two_zones_are_kept_apart():
    house = {"one": {"A"}, "two": {"B"}}
    choice = zones.choose((("A", MORNING), ("B", DAY), ("B", NIGHT)), house)
    assert choice.hours_by_zone == {
        "one": MORNING,
        "two": ((0, 480, 1080), (2, 0, 1440), (6, 0, 60)),
    }


def test_a_big_house_is_chosen_for_in_time():
    """Each door in two zones, as Exivo allows: the hardest there is."""
    doors = [(f"lock {one}-{two}", one, two) for one in range(24) for two in range(one)]
    house = {
        str(number): {name for name, *both in doors if number in both}
        for number in range(24)
    }
    wanted = tuple((name, ()) for name, one, two in doors if (one + two) % 3 == 0)
    choice = zones.choose(wanted, house)
    assert not choice.uncovered
    assert {name for name, _hours in wanted} <= opened_at(choice, house, (0, 0))


def test_the_biggest_house_is_chosen_for_in_so_many_steps():
    """The lines of code that are run, which do not depend on the machine."""
    draw = random.Random(1)
    house = {str(number): set() for number in range(300)}
    doors = [str(number) for number in range(1500)]
    for door in doors:
        for zone in draw.sample(sorted(house), 2):
            house[zone].add(door)
    wanted = tuple((door, ()) for door in draw.sample(doors, 750))
    steps = 0

    def count(frame, event, _argument):
        nonlocal steps
        if frame.f_code.co_filename != zones.__file__:
            return None
        steps += event == "line"
        assert steps < 2_000_000, "it takes too long"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        choice = zones.choose(wanted, house)
    finally:
        sys.settrace(before)
    assert {door for door, _hours in wanted} <= opened_at(choice, house, (0, 0))


@given(st.lists(some_rights, max_size=3), houses)
def test_rules_that_fit_alone_fit_together(rules, house):
    """What each rule's form has accepted can be given to who belongs to several."""
    fitting = []
    for wanted in rules:
        hours = wanted[0][1] if wanted else ()
        rule = tuple((lock, hours) for lock, _hours in wanted)
        choice = zones.choose(rule, house)
        if not choice.others and not choice.uncovered:
            fitting.append(rule)
    choice = zones.choose(union(*fitting), house)
    assert (choice.others, choice.uncovered) == (frozenset(), frozenset())
