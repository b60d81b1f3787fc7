# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .. import api as exivo
from .. import reconcile

#: How many credentials a new address is asked for: staff may have removed some there.
PROOFS = 5


class ExivoAddressSiteMixin(models.AbstractModel):
    """A site whose API address has changed must prove to be the same one.

    Another server, such as a test system, does not know our visits: their revocation
    would look done, and the doors would stay open.
    """

    _name = "exivo.address.site.mixin"
    _description = "Exivo Address Site Mixin"

    # Whoever could write it could do without the proof.
    verified_url = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)

    def _get_doubt(self, adapter):
        """Why what answers at the API address may not be the site that we know.

        :param adapters.Adapter adapter: speaks to that address.
        :return: words for the user; empty if there is no doubt.
        :rtype: str
        :raise ExivoError: it could not be asked.
        """
        self.ensure_one()
        site = self.sudo()
        if (
            not site.verified_url
            or site.verified_url == exivo.check_api_url(site.api_url)
            or not site._has_living_credentials()
            or site._knows_ours(adapter)
        ):
            return ""
        return self.env._(
            "%(url)s does not know the accesses of this site, so they could not be "
            "removed there. Set the API address back to %(former)s, or create a new "
            "site for the other address.",
            url=site.api_url,
            former=site.verified_url,
        )

    def _knows_ours(self, adapter):
        """Whether something that is alive at this site is known to an adapter.

        :rtype: bool
        :raise ExivoError: it could not be asked.
        """
        domain = [
            ("site_id", "=", self.id),
            ("state", "in", reconcile.OPEN_STATES),
            ("remote_id", "!=", False),
        ]
        credentials = self.env["exivo.credential"].search(
            domain, order="stop desc, id desc", limit=PROOFS
        )
        for one in credentials:
            try:
                if adapter.get(one.kind, one.remote_id).token == one.token:
                    return True
            except exivo.NotFound:
                continue
        return False
