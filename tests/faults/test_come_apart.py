# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is at Exivo and what we believe have come apart."""

import re
from unittest.mock import patch

from odoo.addons.exivo_access.adapters import ExivoAdapter


def compare(office):
    with office.env() as env:
        env["exivo.site"]._cron_compare()


def states(office, *bookings):
    return [access["state"] for access in office.accesses(*bookings)]


def test_exivo_that_has_lost_its_memory_is_noticed_and_staff_give_back(office):
    booking = office.book()
    office.synchronise()
    assert states(office, booking) == ["created"]
    office.simulator.stop()
    office.simulator.start()  # without a state file: it has forgotten everything
    compare(office)
    assert states(office, booking) == ["removed"]
    with office.env() as env:
        env["exivo.access"].search([("booking_id", "=", booking)]).action_give_back()
    office.synchronise()
    assert states(office, booking) == ["created"]
    assert len(office.live_visits()) == 1


def test_visits_made_after_a_backup_that_was_restored_are_revoked(office):
    kept, lost = office.book(hours=24), office.book(hours=48)
    office.synchronise()
    (guest,) = office.live_visits()[:1]
    office.simulator.post("/visit", {**guest, "name": "Guest of the house"})
    with office.env() as env:  # as if they had never been written
        accesses = env["exivo.access"].search([("booking_id", "=", lost)])
        accesses.told_credential_id = False
        accesses.credential_ids.unlink()
        accesses.unlink()
    compare(office)
    names = {re.sub(r" \w+$", "", visit["name"]) for visit in office.live_visits()}
    assert names == {f"B{kept:05d}", "Guest of the"}
    with office.env() as env:
        assert env["exivo.site"].search([]).foreign_visits == 1


def test_visit_that_is_made_while_exivos_list_is_read_stays(office):
    first = office.book(hours=24)
    office.synchronise()
    meanwhile = []

    def book_and_list(adapter, kind):
        meanwhile.append(office.book(hours=48 + 2 * len(meanwhile)))
        office.synchronise()
        return list_grants(adapter, kind)

    list_grants = ExivoAdapter.list_grants
    with patch.object(ExivoAdapter, "list_grants", book_and_list):
        compare(office)
    assert states(office, first, *meanwhile) == ["created"] * 4
    assert len(office.live_visits()) == 4


def test_what_is_gone_is_noted_although_the_site_is_busy_all_the_while(office):
    booking = office.book()
    office.synchronise()
    (visit,) = office.live_visits()
    office.simulator.post(f"/visit/{visit['id']}/revoke", {})

    def read_log_and_list(adapter, kind):
        grants = [*list_grants(adapter, kind)]
        with office.env() as env:  # as the reader of the log does every other minute
            env["exivo.site"].browse(office.site_id).log_read_at = "2026-01-01 00:00:00"
        return grants

    list_grants = ExivoAdapter.list_grants
    with patch.object(ExivoAdapter, "list_grants", read_log_and_list):
        compare(office)
    assert states(office, booking) == ["removed"]
