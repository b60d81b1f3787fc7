# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The event notification: tells somebody's address what a door has just reported."""

from .sender import Sender

KEEPS = 500


class Webhook:
    """Sends events, one after the other, to the address that was set.

    Body and the header ``Authentication`` are those that one receiver has met
    (reference §5). Assumptions: an id of its own, other than the log's; no second try;
    only events of components.
    """

    def __init__(self, site_id):
        self._site_id = site_id
        self.clear()
        self._sender = Sender(self._note)

    def clear(self):
        """Send nothing any more, and forget what was sent."""
        self.url = self.token = None
        self.sent = []

    def tell(self, event_id, entry):
        """Send what stands in the log as an event, if an address is set.

        :param event_id: of the event; repeated calls of one event share it
        :param entry: entry of the access log
        """
        if not self.url or "component" not in entry["data"]:
            return
        body = {
            "id": event_id,
            "version": 0,
            "occurredAt": entry["occurredAt"],
            "meta": {"siteId": self._site_id},
            "name": entry["name"],
            "payload": {"componentId": entry["data"]["component"]["id"]},
        }
        self._sender.send(self.url, body, Authentication=self.token)

    def _note(self, body, status):
        if self.url:  # else it was on its way when the address was taken away
            self.sent.append({"body": body, "status": status})
        del self.sent[:-KEEPS]
