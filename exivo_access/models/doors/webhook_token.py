# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Makes the token of a site's webhook, and hands it over once."""

import secrets

from ...tools import envelope
from ..pins.handover import check_called_by_person


def new_webhook_token(site):
    """Make a token for Exivo's webhook, which is shown this once.

    :param site: one ``exivo.site`` record of who asks.
    :rtype: str
    """
    check_called_by_person(site.env)
    site.ensure_one()
    site.check_access("write")
    token = secrets.token_urlsafe(32)
    site.sudo().webhook_token = envelope.wrap(token)
    return token
