# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class BasePartnerMerge(models.TransientModel):
    """Contacts that become one have one set of accesses.

    Accesses go over with the contact, in SQL, and members are planned here. Bookings
    that both attended are planned when Odoo then deletes the other contact: see
    ``unlink`` in ``hooks/res_partner.py``.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base` to keep one person at each site.

        Where two contacts have one at the same site, Odoo would delete those of all
        sites at once; fixed PINs of companies likewise.
        """
        self.env["exivo.person"].sudo()._merge(src_partners, dst_partner)
        self.env["exivo.fixed.pin"].sudo()._merge(src_partners, dst_partner)
        emails = [one.email for one in src_partners if one.email]
        if emails and not dst_partner.email:  # as Odoo does it afterwards
            dst_partner.email = emails[-1]
        held = self.env["exivo.access"].sudo()._search_held(src_partners)
        names = {partner: partner.display_name for partner in held.partner_id}
        accesses = held.grouped("partner_id")
        elsewhere = held.filtered(
            lambda one: one._is_other_address(
                "email", one.partner_id.email, dst_partner.email
            )
        )
        others = src_partners.filtered(
            lambda one: held._is_other_address("email", one.email, dst_partner.email)
        )
        booked = others.sudo().resource_booking_ids
        booked -= dst_partner.sudo().resource_booking_ids
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        for partner, name in names.items():
            accesses[partner]._write_down_merge(name)
        if dst_partner.email:
            elsewhere._tell_at_new_address()
            dst_partner._tell_exivo_bookings(Domain("id", "in", booked.ids))
        return result

    def _log_merge_operation(self, src_partners, dst_partner):
        """Override of `base` to plan members: tags are merged past every hook."""
        self.env["exivo.collector"]._members_changed(dst_partner)
        return super()._log_merge_operation(src_partners, dst_partner)
