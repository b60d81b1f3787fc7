# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL


class ExivoPlanningDigest(models.Model):
    """A booking also counts as changed when its order, invoices or payments do."""

    _inherit = "exivo.planning.digest"

    @api.model
    def _get_more_facts(self):
        return [
            *super()._get_more_facts(),
            SQL(
                """
                (SELECT concat_ws(':', orders.xmin, orders.ctid,
                    (WITH RECURSIVE money AS (
                        SELECT transaction_id AS id FROM sale_order_transaction_rel
                            WHERE sale_order_id = orders.id
                        UNION
                        SELECT one.id FROM payment_transaction one
                            JOIN money ON one.source_transaction_id = money.id)
                        SELECT string_agg(concat_ws('.', one.id, one.xmin, one.ctid,
                            payment.state, part.xmin, part.ctid), ','
                            ORDER BY one.id, part.id)
                        FROM money JOIN payment_transaction one USING (id)
                        LEFT JOIN account_payment payment ON payment.id = one.payment_id
                        LEFT JOIN account_move_line part
                            ON part.move_id = payment.move_id),
                    (SELECT string_agg(concat_ws('.', together.id,
                            together.amount_total), ',' ORDER BY together.id)
                        FROM sale_order_transaction_rel mine
                        JOIN sale_order_transaction_rel rel
                            ON rel.transaction_id = mine.transaction_id
                        JOIN sale_order together ON together.id = rel.sale_order_id
                        WHERE mine.sale_order_id = orders.id),
                    (SELECT string_agg(concat_ws('.', move.id, move.xmin, move.ctid),
                            ',' ORDER BY move.id)
                        FROM sale_order_line item
                        JOIN sale_order_line_invoice_rel rel
                            ON rel.order_line_id = item.id
                        JOIN account_move_line part ON part.id = rel.invoice_line_id
                        JOIN account_move move ON move.id = part.move_id
                        WHERE item.order_id = orders.id))
                    FROM sale_order_line line
                    JOIN sale_order orders ON orders.id = line.order_id
                    WHERE line.id = booking.sale_order_line_id)
                """
            ),
        ]
