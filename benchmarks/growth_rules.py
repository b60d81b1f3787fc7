# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A rule of a room is changed that has very many bookings to come."""

from .figures import Result, Row, Verdict, ratio, seconds
from .growth_house import fill_rooms
from .workplace import environment, measure_memory, measured

#: What saving may take, however many bookings there are.
MOST_QUERIES, MOST_MEMORY = 30, 100


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((547, 5475), (120, 130))
    rooms, each = workplace.size((100, 525), (3, 110))
    rows, most = [], []
    with workplace.office(latency=0) as office:
        small = _change(office, fill_rooms(office, 1, few), 20)
        large = _change(office, fill_rooms(office, 1, many), 20)
        most += [small, large]
        rows.append(_row(f"a rule with {many:,} bookings", large, f"{few:,}", small))
        all_rooms = fill_rooms(office, rooms, each)
        together = _change(office, all_rooms, 20)
        most.append(together)
        what = f"{rooms} rules at once with {rooms * each:,} bookings"
        rows.append(_row(what, together, f"{few:,}", small))
        previews = [_preview(office, all_rooms[:1], minutes) for minutes in (30, 40)]
        rows.append(
            Row(
                f"the effect that a form says, of a rule with {each:,} bookings",
                f"{previews[1].queries} queries, {seconds(previews[1].seconds)}",
                f"{small[0].queries} queries when {few:,} are saved",
                ratio(previews[1].queries, small[0].queries),
            )
        )
    queries = max(cost.queries for cost, _memory in most)
    memory = max(memory for _cost, memory in most)
    verdict = Verdict(
        f"Saving rules takes at most {MOST_QUERIES} queries and {MOST_MEMORY} MB",
        f"at most {queries} queries and {memory:.0f} MB",
        queries <= MOST_QUERIES and memory <= MOST_MEMORY,
    )
    return Result(rows, [verdict])


def _change(office, room_ids, minutes):
    """Measure changing all rules of some rooms, and the most memory for it."""

    def change(env, minutes=minutes):
        rules = env["exivo.access.rule"].search([("resource_id", "in", room_ids)])
        rules.minutes_before = minutes

    cost = measured(office.registry, change)

    def change_and_undo():
        with office.registry.cursor() as cursor:
            change(environment(cursor), minutes + 1)
            cursor.flush()
            cursor.rollback()

    return cost, measure_memory(change_and_undo)


def _preview(office, room_ids, minutes):
    def preview(env):
        rule = env["exivo.access.rule"].search([("resource_id", "in", room_ids)])
        edited = rule.new({"minutes_before": minutes}, origin=rule)
        assert edited.exivo_rule_effect

    return measured(office.registry, preview)


def _row(what, measured_one, few, small):
    (cost, memory), (other, _memory) = measured_one, small
    return Row(
        f"saving {what}",
        f"{cost.queries} queries, {seconds(cost.seconds)}, {memory:.0f} MB",
        f"{other.queries} queries, {seconds(other.seconds)} with {few}",
        ratio(cost.queries, other.queries),
    )
