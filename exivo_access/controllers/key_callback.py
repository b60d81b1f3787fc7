# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import Controller, request, route

from ..models.app.exivo_credential import CALLBACK
from ..tools.quiet_log import hide_in_logs
from .routes import may_be_id

#: Bytes that a call may have; they are not looked at.
MAX_BODY = 16 * 1024

PATH = f"{CALLBACK}/<int:credential_id>/<string:token>"
hide_in_logs(PATH)


class ExivoKeyCallback(Controller):
    """The lock system calls back here about a key in an app."""

    @route(
        PATH,
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def exivo_key_callback(self, credential_id, token, **kwargs):
        """Hear that something may have happened to a key, and ask Exivo soon.

        How Exivo calls is not documented, hence both methods. Nothing is believed but
        the token, and all that it does is to bring forward a question that is asked
        anyway.
        """
        credentials = request.env["exivo.credential"].sudo()
        key = may_be_id(credential_id) and credentials._find_by_callback(
            credential_id, token
        )
        if not key:
            return request.make_response("", status=404)
        key._hear_callback()
        return request.make_response("")
