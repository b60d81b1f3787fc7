# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoSite(models.Model):
    """Sites decide in which way a holder gets to know the PIN.

    Mails, pages and dialogs that say so ask here.
    """

    _inherit = "exivo.site"

    def _get_pin_way(self, has_email, has_login):
        """Return how the PIN comes to somebody, if all of these sites have the same.

        :param bool has_email: whether there is an address for mails.
        :param bool has_login: whether *My doors* shows it.
        :return: ``mail``, ``portal`` or ``staff``: they hand it over as they like.
        :rtype: str
        """
        if has_email and all(self.sudo().mapped("pin_in_mail")):
            return "mail"
        return "portal" if has_login else "staff"
