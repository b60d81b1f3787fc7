# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL


class ExivoPlanningDigest(models.Model):
    """A booking also counts as changed when its order, invoices or payments do."""

    _inherit = "exivo.planning.digest"

    def _get_more_facts(self):
        facts = SQL(
            """
            (WITH RECURSIVE items AS (
                SELECT item.order_id, part.move_id FROM sale_order_line line
                JOIN sale_order_line item ON item.order_id = line.order_id
                LEFT JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = item.id
                LEFT JOIN account_move_line part ON part.id = rel.invoice_line_id
                WHERE line.id = booking.sale_order_line_id
            ), money AS (
                SELECT rel.transaction_id AS id FROM items
                JOIN sale_order_transaction_rel rel ON rel.sale_order_id = order_id
                UNION
                SELECT rel.transaction_id FROM items
                JOIN account_invoice_transaction_rel rel ON rel.invoice_id = move_id
                UNION
                SELECT one.id FROM payment_transaction one
                JOIN money ON one.source_transaction_id = money.id)
            SELECT string_agg(fact, ',' ORDER BY fact) FROM (
                SELECT concat_ws('.', one.id, one.xmin, one.ctid, together.id,
                    together.amount_total, payment.state, part.xmin, part.ctid)
                FROM money JOIN payment_transaction one USING (id)
                LEFT JOIN sale_order_transaction_rel rel ON rel.transaction_id = one.id
                LEFT JOIN sale_order together ON together.id = rel.sale_order_id
                LEFT JOIN account_payment payment ON payment.id = one.payment_id
                LEFT JOIN account_move_line part ON part.move_id = payment.move_id
                UNION ALL
                SELECT concat_ws('.', mine.xmin, mine.ctid, move.xmin, move.ctid,
                    credit.xmin, credit.ctid)
                FROM items JOIN sale_order mine ON mine.id = order_id
                LEFT JOIN account_move move ON move.id = move_id
                LEFT JOIN account_move credit ON credit.reversed_entry_id = move.id
                UNION ALL
                SELECT concat_ws('.', credit.xmin, credit.ctid) FROM money
                JOIN account_invoice_transaction_rel rel
                    ON rel.transaction_id = money.id
                JOIN account_move credit ON credit.reversed_entry_id = rel.invoice_id
            ) AS facts (fact))
            """
        )
        return [*super()._get_more_facts(), facts]
