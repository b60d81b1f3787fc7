# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import models

from ... import api as exivo

_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)


class ExivoSite(models.Model):
    """A site tells its administrator how it is, above all why Exivo refused it."""

    _inherit = "exivo.site"

    def _notification(self, kind, message):
        """Tell the user how something went, and show the record anew.

        What is wrong stays for longer, but not beyond the next answer
        (``static/src/views/site_answer.js``).

        :param str kind: ``success``, ``info``, ``warning`` or ``danger``.
        :param str message: for the user.
        :rtype: dict
        """
        return {
            "type": "ir.actions.client",
            "tag": "exivo_site_answer",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _explain(self, error):
        """Say in the administrator's words what an error means and what to do.

        Exivo does not document its refusals; a 401 stands for key or secret (it is
        checked first), an unknown address for the site ID.

        :param exivo.ExivoError error: what the client raised.
        :rtype: str
        """
        self.ensure_one()
        if isinstance(error, exivo.Barred):
            return self._explain_inside()
        if isinstance(error, exivo.Unauthorized):
            return self.env._(
                "Exivo refused the API key or the API secret (it does not say which "
                "of the two). Check both, or generate new ones in Exivo under API "
                "settings."
            )
        if isinstance(error, exivo.Forbidden):
            return self.env._(
                "Exivo knows the API key, but does not let it work on this site ID. "
                "Check the site ID, and that the connection service is active. "
                "(%(message)s)",
                message=error.message,
            )
        if isinstance(error, exivo.NotFound) or (
            isinstance(error, exivo.Rejected) and not _UUID.match(self.remote_id)
        ):
            return self.env._(
                "Exivo does not know the site ID %(site_id)s. Copy it from Exivo's "
                "API settings.",
                site_id=self.remote_id,
            )
        if isinstance(error, exivo.Unreachable):
            return self.env._(
                "No connection to %(url)s. Check the API address and the network.",
                url=self.api_url,
            )
        if isinstance(error, exivo.InvalidAnswer):
            return self.env._(
                "%(url)s answers, but not like Exivo. Check the API address.",
                url=self.api_url,
            )
        if error.transient:
            return self.env._(
                "Exivo has trouble answering (%(message)s). Try again in a while.",
                message=error.message,
            )
        return self.env._(
            "Exivo refused the request: %(message)s", message=error.message
        )
