# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Booked meetings that are still to come give away nobody's address any more."""

import re

from odoo import SUPERUSER_ID, api, fields

#: What Odoo wrote of somebody into a description: a heading in any language, a name,
#: and at least one address.
CONTACT = re.compile(
    r"(?:<br ?/?>)*<strong>[^<]*</strong><br ?/?>[^<]*"
    r"(?:<br ?/?><a [^>]*href=\"(?:mailto|tel):[^>]*>[^<]*</a>)+"
)


def migrate(cr, _version):
    """Take addresses out of what all attendees read; nobody is mailed for that."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    events = env["calendar.event"].search(
        [
            ("stop", ">", fields.Datetime.now()),
            ("resource_booking_ids", "!=", False),
            ("description", "like", "<strong>"),
        ]
    )
    for event in events.filtered(lambda one: one._has_exivo_doors()):
        cr.execute(
            "UPDATE calendar_event SET description = %s WHERE id = %s",
            [CONTACT.sub("", event.description), event.id],
        )
    events.invalidate_recordset(["description"], flush=False)
