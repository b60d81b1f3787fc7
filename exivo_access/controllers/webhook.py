# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.http import Controller, request, route

from ..models.doors.exivo_site import WEBHOOK

#: Bytes that a call may have; Exivo sends far less than one thousand.
MAX_BODY = 16 * 1024
MAX_ID = 100


class ExivoWebhook(Controller):
    """Exivo calls here when a door has something to tell."""

    @route(
        WEBHOOK,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def exivo_webhook(self, **kwargs):
        """Hear that a door has something to tell, and look at Exivo's log soon.

        Exivo proves itself by the header that a manager has pasted there. Nothing else
        of the call is believed.
        """
        token = request.httprequest.headers.get("Authentication", "")
        site_sudo = request.env["exivo.site"].sudo()._find_by_webhook_token(token)
        if not site_sudo:
            return request.make_response("", status=401)
        event_id = _read_event_id(request.httprequest.get_data(), site_sudo.remote_id)
        if not event_id:
            return request.make_response("", status=400)
        if site_sudo.reads_events:
            site_sudo._hear_doors(event_id)
        return request.make_response("")


def _read_event_id(body, site_id):
    """Return the id of the event, if it is one of this site.

    :param bytes body: what was sent.
    :param str site_id: Exivo's id of the site.
    :rtype: str | None
    """
    try:
        event = json.loads(body)
        event_id, event_site_id = event["id"], event["meta"]["siteId"]
        if event_site_id.lower() != site_id.lower():
            return None
        event_id.encode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    is_id = 0 < len(event_id) <= MAX_ID and "\0" not in event_id
    return event_id if is_id else None
