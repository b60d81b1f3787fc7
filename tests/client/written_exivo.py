# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An Exivo whose answers the test writes."""

from datetime import datetime, timezone

import responses

from odoo.addons.exivo_access import api

SITE_ID = "11111111-1111-4111-8111-111111111111"
API_KEY = "22222222-2222-4222-8222-222222222222"
API_SECRET = "33333333-3333-4333-8333-333333333333"
URL = "https://exivo.test"
BASE = f"{URL}/v1/{SITE_ID}"

CODE = "048213"
LINK = "https://visit.exivo.test/a1b2c3"
VISIT = {"id": "visit-1", "name": "RB00007 x7f3", "link": LINK, "code": CODE}
REQUEST = api.VisitRequest(
    name="RB00007 x7f3",
    code=CODE,
    valid_from=datetime(2026, 1, 31, 9, 0, tzinfo=timezone.utc),
    valid_to=datetime(2026, 1, 31, 10, 25, tzinfo=timezone.utc),
    component_ids=("entrance", "aare"),
)


#: This very machine, where tests have their servers.
HERE = api.read_targets("localhost, 127.0.0.0/8, ::1")


def new_client(url=URL, targets=HERE):
    """Return a client with our site id, key and secret."""
    return api.ExivoClient(url, SITE_ID, API_KEY, API_SECRET, targets)


class WrittenExivo(responses.RequestsMock):
    """Answers as written; a call that nobody foresaw fails."""

    def answer(self, method, path, json=None, status=200, **options):
        """Foresee a call; several answers for one address are given in turn."""
        if json is not None:
            options["json"] = json
        return self.add(method, BASE + path, status=status, **options)

    def asked(self):
        """Return the calls in their order, as "GET /info"."""
        return [
            f"{call.request.method} {call.request.url.removeprefix(BASE)}"
            for call in self.calls
        ]
