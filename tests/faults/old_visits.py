# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A site that has had very many visits, the last of which we know."""

import json
from datetime import datetime, timedelta, timezone

from exivo_simulator.first_state import first_state

#: What we know of each visit; they were made one each ten minutes.
FILL = """
INSERT INTO exivo_credential (
    access_id, site_id, company_id, system, kind, state, token, remote_id, start, stop,
    pin_number, create_date, made_at
)
SELECT access_id, site_id, company_id, system, kind, 'revoked', 'old' || number,
       'old-' || number, start, stop, 1, moment, moment + interval '1 second'
  FROM exivo_credential, generate_series(%(first)s, %(last)s - 1) AS number,
       LATERAL (SELECT now() AT TIME ZONE 'UTC' - interval '1 hour'
                - (%(last)s - number) * interval '10 minutes' AS moment) AS moments
 WHERE exivo_credential.id = %(credential)s
 ORDER BY number
"""


def write_state(path, count):
    """Write what a simulator knows that has had so many visits, oldest first.

    :param Path path: its state file.
    :param int count: how many visits there are.
    """
    state = first_state()
    door = next(iter(state["components"]))
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    for number in range(count):
        start = tomorrow + timedelta(minutes=number % 7)
        state["visits"][f"old-{number}"] = {
            "id": f"old-{number}",
            # now and then a booking of before got another visit
            "name": f"B{number - number % 7 * 30:06d} old{number}",
            "code": "482915",
            "validFrom": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "validTo": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            "components": [door],
            "revoked": number % 10 > 0,
            "token": f"link-{number}",
        }
    path.write_text(json.dumps(state))


def note_last(office, booking_id, count, known=300):
    """Note the last of these visits as ours.

    :param Office office: where they are noted.
    :param int booking_id: of a booking that has its access.
    :param int count: how many visits there are.
    :param int known: of how many we know.
    """
    with office.env() as env:
        access = env["exivo.access"].search([("booking_id", "=", booking_id)], limit=1)
        values = {"first": max(0, count - known), "last": count}
        env.cr.execute(FILL, {**values, "credential": access.credential_ids.id})


def count_calls_of_look_up(office):
    """Order a visit without hearing what became of it, and have it looked up.

    :param Office office: in which it is booked.
    :return: how many pages of the list of visits that took.
    :rtype: int
    """
    booking_id = office.book(hours=72)
    office.simulator.fault("cut_after", method="POST", path="/visit")
    office.synchronise()
    before = len(_get_reading(office))
    office.make_due()
    office.synchronise()
    assert [one["state"] for one in office.accesses(booking_id)] == ["created"]
    return len(_get_reading(office)) - before


def _get_reading(office):
    return [
        one
        for one in office.simulator.requests()
        if one["method"] == "GET" and one["path"].endswith("/visit")
    ]
