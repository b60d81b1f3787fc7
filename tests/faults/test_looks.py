# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What became of an order is found out, however many visits the site has had."""

from office import Office
from old_visits import count_calls_of_look_up, note_last, write_state
from simulator_process import SimulatorProcess


def test_look_up_does_not_read_all_visits_that_the_site_has_had(registry, tmp_path):
    count = 8000
    write_state(tmp_path / "state.json", count)
    simulator = SimulatorProcess(tmp_path / "state.json").start()
    try:
        office = Office(registry, simulator)
        known = office.book()
        office.synchronise()
        note_last(office, known, count)
        calls = count_calls_of_look_up(office)
        assert len([one for one in office.live_visits() if one["id"][:3] != "old"]) == 2
        office.clear_up()
    finally:
        simulator.stop()
    assert calls < 50  # and not some eighty
