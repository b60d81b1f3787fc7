# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    """Know of which end members were told, and for which communities."""
    cr.execute(
        """
        UPDATE res_partner partner SET exivo_told_stop = told.stop
        FROM (
            SELECT partner_id, max(told_stop) AS stop
            FROM exivo_paid_member
            GROUP BY partner_id
        ) told
        WHERE told.partner_id = partner.id
        """
    )
    cr.execute(
        """
        INSERT INTO exivo_told_category_rel (res_partner_id, res_partner_category_id)
        SELECT member.partner_id, member.category_id
        FROM exivo_paid_member member
        JOIN res_partner partner ON partner.id = member.partner_id
        WHERE member.told_stop = partner.exivo_told_stop
        """
    )
