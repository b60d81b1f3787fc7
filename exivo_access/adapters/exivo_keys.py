# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes keys in an app at Exivo: digital-key visits. Knows nothing of Odoo."""

from .. import api as exivo
from .naming import name_of, token_of
from .refusals import confirm_site
from .seam import KEY, Grant


class KeyGrants:
    """Handles the keys of one Exivo site for :class:`.exivo.ExivoAdapter`.

    The answer to an order says that it was taken. The key counts as confirmed once it
    is read back, and Exivo does not say that a phone has yet to take it.

    A site may be without keys, and how Exivo says so is not documented.

    :param exivo.ExivoClient client: calls the API for this site.
    """

    def __init__(self, client):
        self._client = client

    def grant(self, order):
        request = exivo.KeyVisitRequest(
            name=name_of(order.reference, order.token),
            phone=order.phone,
            email=order.email,
            valid_from=order.start,
            valid_to=order.stop,
            component_ids=order.lock_ids,
            app_id=order.app_id,
            app_name=order.app_name,
            notify=order.notify,
            callback_url=order.callback_url,
        )
        visit = self._client.create_key_visit(request)
        return Grant(KEY, visit.id, token_of(visit.name), True, is_confirmed=False)

    def look_up(self, token, *known):
        return map(_grant_of, self._client.find_key_visits(token, *known))

    def get(self, grant_id):
        return _grant_of(self._client.get_key_visit(grant_id))

    def revoke(self, grant_id):
        return self._client.revoke_key_visit(grant_id)

    def list_all(self):
        try:
            yield from self.look_up("")
        except (exivo.Forbidden, exivo.NotFound) as error:
            confirm_site(self._client, error)


def _grant_of(visit):
    return Grant(
        kind=KEY,
        id=visit.id,
        token=token_of(visit.name),
        is_live=visit.is_live,
        is_over=visit.is_over,
        is_confirmed=not visit.is_pending,
    )
