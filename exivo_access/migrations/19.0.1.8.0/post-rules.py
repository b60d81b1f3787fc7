# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Fixed PINs are seen in their company only, also where 19.0.1.2.0 was installed.

They have companies of their own since 19.0.1.3.0, and an update leaves record rules
alone: the old one went by the contact's, which mostly has none.
"""

OLD = "[('partner_id.company_id', 'in', company_ids + [False])]"
NEW = "[('company_id', 'in', company_ids + [False])]"


def migrate(cr, _version):
    """Change the rule, unless somebody has."""
    cr.execute(
        """
        UPDATE ir_rule SET domain_force = %s
          FROM ir_model_data data
         WHERE data.model = 'ir.rule' AND data.res_id = ir_rule.id
           AND data.module = 'exivo_access'
           AND data.name = 'rule_exivo_fixed_pin_company'
           AND ir_rule.domain_force = %s
        """,
        [NEW, OLD],
    )
