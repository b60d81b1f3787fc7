# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Weekly hours of several communities add up."""

import json

from odoo.addons.exivo_access.pure import rights

MORNING, DAY, EVENING = (0, 480, 720), (0, 600, 1080), (0, 1140, 1260)
TUESDAY = (1, 480, 720)


def test_rights_of_several_communities_add_up():
    assert rights.union() == ()
    assert rights.union([(7, ())], [(3, (MORNING,))]) == ((3, (MORNING,)), (7, ()))


def test_always_is_more_than_any_hours():
    assert rights.union([(3, (MORNING,))], [(3, ())]) == ((3, ()),)


def test_hours_that_overlap_or_touch_are_one():
    ((_lock_id, hours),) = rights.union(
        [(3, (EVENING, DAY, TUESDAY))], [(3, (MORNING,))]
    )
    assert hours == ((0, 480, 1080), EVENING, TUESDAY)
    touching = [(3, ((0, 1080, 1140),))]
    ((_lock_id, hours),) = rights.union([(3, hours)], touching)
    assert hours == ((0, 480, 1260), TUESDAY)


def test_the_order_of_communities_makes_no_difference():
    one, other = [(3, (MORNING,)), (4, ())], [(3, (DAY, TUESDAY))]
    assert rights.union(one, other) == rights.union(other, one)


def test_rights_survive_the_database():
    some = rights.union([(3, (MORNING, TUESDAY)), (4, ())])
    assert rights.from_json(json.loads(json.dumps(rights.to_json(some)))) == some
    assert rights.from_json(None) == rights.from_json(False) == ()


def test_hours_hold_from_their_first_minute_until_before_their_last():
    hours = (MORNING, TUESDAY)
    for moment in ((0, 480), (0, 719), (1, 480)):
        assert rights.is_open(hours, *moment)
    for moment in ((0, 479), (0, 720), (2, 480)):
        assert not rights.is_open(hours, *moment)
    assert rights.is_open(rights.ALWAYS, 6, 0)
