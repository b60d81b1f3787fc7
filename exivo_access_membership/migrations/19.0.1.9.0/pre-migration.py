# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps the sender of mails about the end of a membership where staff chose none."""

_FROM = """
UPDATE mail_template SET email_from = '{{ object._get_sender() }}'
 WHERE email_from = %s
   AND id IN (
       SELECT res_id FROM ir_model_data
        WHERE module = 'exivo_access_membership' AND name = 'mail_template_end'
   )
"""
#: What was shipped, and did not count: a company without an address has no such sender.
_SHIPPED = (
    "{{ object.category_id.exivo_seller_id.email_formatted or user.email_formatted }}"
)


def migrate(cr, version):
    """Have it say itself what the code has put in its place up to now."""
    cr.execute(_FROM, [_SHIPPED])
