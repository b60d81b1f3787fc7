# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hmac
import json

from odoo.http import Controller, request, route

from ..models.alarms import health

#: A monitor that only looks at the status code takes this one for an alarm.
FAILED = 503


class ExivoHealth(Controller):
    """An operator's monitoring asks here how accesses are."""

    @route(
        "/exivo/health",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def exivo_health(self, **kwargs):
        """Tell an operator's monitoring how accesses are. Others find no page here.

        Monitoring proves itself by a token that is set on the server, an administrator
        of Odoo by being logged in.
        """
        is_asked_by_system = request.env.user.has_group("base.group_system")
        if not is_asked_by_system and not _has_token(health.get_token()):
            raise request.not_found()
        answer = health.describe(request.env(su=True))
        return request.make_response(
            json.dumps(answer),
            [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            status=FAILED if answer["status"] == "fail" else 200,
        )


def _has_token(expected):
    """Tell whether the request brings the token, compared in constant time."""
    scheme, _blank, token = request.httprequest.headers.get(
        "Authorization", ""
    ).partition(" ")
    return (
        bool(expected)
        and scheme.lower() == "bearer"
        and hmac.compare_digest(token.encode(), expected.encode())
    )
