# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os

from odoo import fields, models
from odoo.tools import config

from ... import api as exivo

#: Whoever runs the server sets which machines inside a network may be called.
TARGETS_VARIABLE = "EXIVO_ACCESS_PRIVATE_TARGETS"
TARGETS_OPTION = "exivo_access_private_targets"

#: A new address is asked for so many credentials, since staff may have removed some.
PROOFS = 5


class ExivoSite(models.Model):
    """A site whose API address has changed must prove to be the same one.

    Another server, such as a test system, does not know our visits: their revocation
    would look done, and the doors would stay open.
    """

    _inherit = "exivo.site"

    # Whoever could write this field could do without the proof.
    verified_url = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    # === INSIDE A NETWORK === #

    def _get_targets(self):
        """Return the machines that may be called.

        :rtype: exivo.Targets
        """
        text = os.environ.get(TARGETS_VARIABLE) or config.get(TARGETS_OPTION) or ""
        return exivo.read_targets(text)

    def _leads_inside(self):
        """Tell whether the text of the API address leads where nothing may be called.

        :rtype: bool
        """
        self.ensure_one()
        try:
            url = exivo.check_api_url(self.api_url)
        except ValueError:
            return False  # it leads nowhere
        return not self._get_targets().allow_url(url)

    def _explain_inside(self):
        """Explain why the API address is not called, and who can change that.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "%(url)s leads to a machine inside a network, not on the internet, and is "
            "not called. Check the API address. If it is right, whoever runs the "
            "server has to name the machine in %(option)s in odoo.conf, or in the "
            "environment variable %(variable)s, and restart Odoo.",
            url=self.api_url,
            option=TARGETS_OPTION,
            variable=TARGETS_VARIABLE,
        )

    # === THE SAME SITE === #

    def _is_in_doubt(self, adapter):
        """Tell whether the API address may not lead to the site that we know.

        :param adapters.Adapter adapter: speaks to that address.
        :rtype: bool
        :raise ExivoError: it could not be asked.
        """
        self.ensure_one()
        site = self.sudo()
        return not (
            not site.verified_url
            or site.verified_url == exivo.check_api_url(site.api_url)
            or not site._has_living_credentials()
            or site._knows_ours(adapter)
        )

    def _word_doubt(self):
        """Explain why the API address may not lead to the site that we know.

        :rtype: str
        """
        self.ensure_one()
        site = self.sudo()
        return self.env._(
            "%(url)s does not know the accesses of this site, so they could not be "
            "removed there. Set the API address back to %(former)s, or create a new "
            "site for the other address.",
            url=site.api_url,
            former=site.verified_url,
        )

    def _knows_ours(self, adapter):
        """Tell whether an adapter knows something that is alive at this site.

        :rtype: bool
        :raise ExivoError: it could not be asked.
        """
        for kind, remote_id, token in self._get_proofs(PROOFS):
            try:
                if adapter.get(kind, remote_id).token == token:
                    return True
            except exivo.NotFound:
                continue
        return False

    def _get_proofs(self, limit):
        """Return some of what this site must know, because it is alive there.

        Rooms that stand on this one extend it: they know what is made there.

        :rtype: list[tuple[str, str, str]]
        :return: the kind, the ID there and the token of each.
        """
        self.ensure_one()
        return []
