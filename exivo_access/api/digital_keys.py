# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes digital-key visits: a key for some time in the app on somebody's phone.

What is documented of them is the call, not the way: Exivo takes the order, makes the
key, calls the call-back address once, and the app fetches the key. Whether a phone has
taken it stands in no documented field; ``state`` is read if it is delivered, because
digital keys have one that says ``…Pending`` until then.
"""

from dataclasses import dataclass, field
from datetime import datetime

from .addresses import path_id
from .types import Ending, format_stamp, has_ended, id_of, storable

#: States of a digital key, besides those that are pending, in which it opens nothing.
SHUT = {"assignable", "blocked", "damaged", "lost"}


@dataclass(frozen=True)
class KeyVisitRequest:
    """A key is to be made. It goes to a phone number or, without one, to an e-mail."""

    #: what staff see in Exivo's log; carries our token, and no person's name
    name: str
    #: ``+41791234567``
    phone: str = field(repr=False)
    email: str = field(repr=False)
    valid_from: datetime
    valid_to: datetime
    component_ids: tuple
    #: the app's number at LEGIC, found among Exivo's registered mobile apps
    app_id: str
    app_name: str
    #: whether Exivo tells the visitor to install the app
    notify: bool
    #: called once after the key was made; how is not documented
    callback_url: str = field(repr=False)

    def to_json(self):
        """Return the body of ``POST /digitalKeyVisits``, flat as in the schema.

        The prose of the specification writes ``publicRegistrationId`` as if it were
        nested.
        """
        app = {"id": self.app_id, "name": self.app_name}
        return {
            "name": self.name,
            "formFactor": "ma-phone" if self.phone else "ma-email",
            "publicRegistrationId": self.phone or self.email,
            "validFrom": format_stamp(self.valid_from),
            "validTo": format_stamp(self.valid_to),
            "components": list(self.component_ids),
            "mobileApp": {name: value for name, value in app.items() if value},
            "installNotification": self.notify,
            "callbackUri": self.callback_url,
        }


@dataclass(frozen=True)
class KeyVisit(Ending):
    """This is a digital-key visit as Exivo holds it."""

    id: str
    name: str
    revoked: bool
    expired: bool
    #: empty where Exivo does not send it
    state: str

    @property
    def is_pending(self):
        """Tell whether Exivo says that no phone can open doors with the key."""
        state = self.state.lower()
        return "pending" in state or state in SHUT

    @classmethod
    def from_json(cls, data):
        name, state = data.get("name"), data.get("state")
        return cls(
            id=id_of(data),
            name=storable(name) if isinstance(name, str) else "",
            # Anything but a plain true counts as alive: a door thought locked would
            # stay open.
            revoked=data.get("revoked") is True,
            expired=has_ended(data),
            state=storable(state) if isinstance(state, str) else "",
        )


class DigitalKeyCalls:
    """Makes the calls of :class:`.client.ExivoClient` about digital-key visits.

    The specification writes some paths in the plural and others in the singular.
    """

    def create_key_visit(self, key_visit_request):
        """Order a key (``POST /digitalKeyVisits``).

        :param KeyVisitRequest key_visit_request: what it shall open, when, and for
            which phone.
        :rtype: KeyVisit
        :raise ExivoError: any of :mod:`.errors`. Where ``maybe_done`` is set the key
            may exist: look for it by its name before ordering another.
        """
        body = key_visit_request.to_json()
        return self._fetch("POST", "/digitalKeyVisits", KeyVisit.from_json, body)

    def get_key_visit(self, key_visit_id):
        """Read one digital-key visit (``GET /digitalKeyVisit/{id}``).

        :rtype: KeyVisit
        :raise NotFound: Exivo does not know it (status not documented, as for visits).
        """
        return self._read(_path(key_visit_id), KeyVisit.from_json)

    def find_key_visits(self, name_part, landmarks=None):
        """Find all digital-key visits whose name contains a text.

        :param str name_part: such as our token.
        :param Landmarks landmarks: see :meth:`.client.ExivoClient.find_visits`.
        :return: yields them page by page.
        :rtype: Iterator[KeyVisit]
        """
        path = "/digitalKeyVisits"
        for visit in self._pages(path, KeyVisit.from_json, landmarks=landmarks):
            if name_part in visit.name:
                yield visit

    def revoke_key_visit(self, key_visit_id):
        """Take a key away for good: look, revoke, look again.

        At the successor product a phone that is offline keeps a revoked key until it
        reloads its keys; nothing is known of this here.

        :raise ExivoError: the key may still open doors.
        """
        return self._revoke(_path(key_visit_id), KeyVisit.from_json)


def _path(key_visit_id):
    return f"/digitalKeyVisit/{path_id(key_visit_id)}"
