# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Guests of a booking of a type without a company are seen where its doors are only.

An update leaves record rules alone: the old one let everybody see them.
"""

OLD = "[('booking_id.type_id.company_id', 'in', company_ids + [False])]"
NEW = (
    "['|', '|', ('booking_id.type_id.company_id', 'in', company_ids),"
    " ('booking_id.exivo_access_ids.company_id', 'in', company_ids),"
    " '&', ('booking_id.type_id.company_id', '=', False),"
    " ('booking_id.combination_id.resource_ids.exivo_rule_ids.company_id', 'in',"
    " company_ids)]"
)


def migrate(cr, _version):
    """Change the rule, unless somebody has."""
    cr.execute(
        """
        UPDATE ir_rule SET domain_force = %s
          FROM ir_model_data data
         WHERE data.model = 'ir.rule' AND data.res_id = ir_rule.id
           AND data.module = 'exivo_access'
           AND data.name = 'rule_exivo_guest_company'
           AND ir_rule.domain_force = %s
        """,
        [NEW, OLD],
    )
