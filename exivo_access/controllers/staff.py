# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import Controller, request, route

from ..models.doors.webhook_token import new_webhook_token
from ..models.pins import handover
from .routes import may_be_id


class ExivoStaff(Controller):
    """Staff see secrets by a click here, and code that somebody wrote in Odoo does not.

    A method of a model could be called by that code (see ``secret_char.py``).
    """

    @route("/exivo/access/<int:access_id>/pin", type="jsonrpc", auth="user")
    def exivo_access_pin(self, access_id):
        """Show the PIN of an access, and record who has seen it."""
        access = _browse("exivo.access", access_id)
        return {"pin": handover.show_pin(access), "access": access.display_name}

    @route("/exivo/access/<int:access_id>/link", type="jsonrpc", auth="user")
    def exivo_access_link(self, access_id):
        """Give the link of an access, to be copied or opened."""
        return handover.show_link(_browse("exivo.access", access_id))

    @route("/exivo/site/<int:site_id>/webhook_token", type="jsonrpc", auth="user")
    def exivo_site_webhook_token(self, site_id):
        """Make a token for Exivo's webhook, and show it this once."""
        return new_webhook_token(_browse("exivo.site", site_id))


def _browse(model, record_id):
    if not may_be_id(record_id):
        raise request.not_found()
    return request.env[model].browse(record_id)
