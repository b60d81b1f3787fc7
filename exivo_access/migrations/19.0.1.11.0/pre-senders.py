# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps the sender of mails about accesses where staff changed one, but not that."""

_FROM = """
UPDATE mail_template SET email_from = '{{ object._get_sender() }}'
 WHERE email_from = %s
   AND id IN (
       SELECT res_id FROM ir_model_data
        WHERE module = 'exivo_access' AND model = 'mail.template'
   )
"""
#: What was shipped at first, and did not count for a company without an address.
_SHIPPED = "{{ object.company_id.email_formatted or user.email_formatted }}"


def migrate(cr, _version):
    """Have templates say themselves what the code has put in its place up to now."""
    cr.execute(_FROM, [_SHIPPED])
