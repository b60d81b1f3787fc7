# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, fields

from odoo.addons.exivo_access.api import check_api_url


def migrate(cr, version):
    """Say what could not be known before."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _note_told_bookings(env)
    _note_addresses(cr)
    _give_fixed_pins_to_companies(cr)


def _note_told_bookings(env):
    """Note that holders were told of their bookings as they are, as far as known."""
    accesses = env["exivo.access"].search(
        [("booking_id", "!=", False), ("stop", ">", fields.Datetime.now())]
    )
    for access in accesses.with_context(active_test=False):
        access.rooms = sorted(access.booking_id.combination_id.resource_ids.ids)
        if access.told_credential_id or access.mail_state == "announced":
            access.told_booking = access._get_booking_facts()


def _note_addresses(cr):
    """Note that sites were verified at the address that they have now."""
    cr.execute("SELECT id, api_url FROM exivo_site WHERE verified_at IS NOT NULL")
    for site_id, url in cr.fetchall():
        cr.execute(
            "UPDATE exivo_site SET verified_url = %s WHERE id = %s",
            [check_api_url(url), site_id],
        )


def _give_fixed_pins_to_companies(cr):
    """Give fixed PINs to companies: the contact's, else each that has a site."""
    cr.execute(
        """
        UPDATE exivo_fixed_pin fixed
           SET company_id = contact.company_id
          FROM res_partner contact
         WHERE contact.id = fixed.partner_id AND contact.company_id IS NOT NULL
        """
    )
    cr.execute("SELECT DISTINCT company_id FROM exivo_site ORDER BY company_id")
    companies = [company_id for (company_id,) in cr.fetchall()]
    cr.execute(
        """
        SELECT fixed.id FROM exivo_fixed_pin fixed
          JOIN res_partner contact ON contact.id = fixed.partner_id
         WHERE contact.company_id IS NULL
        """
    )
    everywhere = [fixed_id for (fixed_id,) in cr.fetchall()]
    if everywhere and companies:
        first, *others = companies
        cr.execute(
            "UPDATE exivo_fixed_pin SET company_id = %s WHERE id = ANY(%s)",
            [first, everywhere],
        )
        cr.execute(
            """
            INSERT INTO exivo_fixed_pin (
                partner_id, company_id, pin_stored, pin_digest,
                create_uid, create_date, write_uid, write_date)
            SELECT partner_id, other, pin_stored, pin_digest,
                create_uid, create_date, write_uid, write_date
              FROM exivo_fixed_pin, unnest(%s::int[]) AS other
             WHERE id = ANY(%s)
            """,
            [others, everywhere],
        )
    env = api.Environment(cr, SUPERUSER_ID, {})
    # rules are left alone by updates
    rule = env.ref("exivo_access.rule_exivo_fixed_pin_company", False)
    if rule:
        rule.domain_force = "[('company_id', 'in', company_ids + [False])]"
