# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import Controller, request, route

from ..models.pins import handover


class ExivoStaff(Controller):
    """Staff see secrets by a click here, and code that somebody wrote in Odoo does not.

    A method of a model could be called by that code (see ``secret_char.py``).
    """

    @route("/exivo/access/<int:access_id>/pin", type="jsonrpc", auth="user")
    def exivo_access_pin(self, access_id):
        """Show the PIN of an access, and record who has seen it."""
        access = request.env["exivo.access"].browse(access_id)
        return {"pin": handover.show_pin(access), "access": access.display_name}

    @route("/exivo/access/<int:access_id>/link", type="jsonrpc", auth="user")
    def exivo_access_link(self, access_id):
        """Give the link of an access, to be copied or opened."""
        return handover.show_link(request.env["exivo.access"].browse(access_id))

    @route("/exivo/site/<int:site_id>/webhook_token", type="jsonrpc", auth="user")
    def exivo_site_webhook_token(self, site_id):
        """Make a token for Exivo's webhook, and show it this once."""
        return handover.new_webhook_token(request.env["exivo.site"].browse(site_id))
