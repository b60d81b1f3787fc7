# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A house that takes money: invoices are paid, credited, and payments taken back."""

from history import TRACES, History

from odoo.fields import Command

#: What money leaves behind; rows that were there before stay.
MONEY = (
    "membership_membership_line",
    "payment_transaction",
    "account_partial_reconcile",
    "account_full_reconcile",
    "account_payment",
    "account_move",
    "sale_order",
)


class Till(History):
    """What happens to invoices, whatever they are for."""

    traces = (*TRACES, "exivo_paid_member")

    def __init__(self, *args):
        super().__init__(*args)
        with self.office.env() as env:
            # what the demo data sells cheaper, and later, is not this house's
            env["product.pricelist"].search([]).active = False
            #: the last row that was there before
            self._last = {table: self._read_last(env, table) for table in MONEY}

    @staticmethod
    def _read_last(env, table):
        env.cr.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return env.cr.fetchone()[0]

    def begin(self):
        self._forget_money()
        super().begin()

    def clear_up(self):
        self._forget_money()
        super().clear_up()

    def _forget_money(self):
        with self.office.env() as env:
            env.cr.execute("DELETE FROM resource_booking")
            for table in MONEY:
                env.cr.execute(
                    f"DELETE FROM {table} WHERE id > %s", [self._last[table]]
                )

    def _search(self, env, model, table, *domain):
        """Records of this history, the oldest first."""
        domain = [("id", ">", self._last[table]), *domain]
        return env[model].search(domain, order="id")

    def _invoice(self, env, which):
        domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        invoices = self._search(env, "account.move", "account_move", *domain)
        return self._pick(invoices, which)

    def pay(self, which, percent):
        """Staff register that some of what is open on an invoice was paid."""
        with self._request() as env:
            invoice = self._invoice(env, which)
            if invoice.payment_state in ("not_paid", "partial"):
                wizard = env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=invoice.ids
                )
                wizard = wizard.create({})
                wizard.amount = wizard.amount * percent / 100
                wizard._create_payments()

    def take_back(self, which, how):
        """The bank takes a payment back, or staff find that there was none.

        Or they only look after it: they edit its entry, or it, or press *Validate*.
        """
        with self._request() as env:
            domain = [("payment_type", "=", "inbound")]
            payments = self._search(env, "account.payment", "account_payment", *domain)
            payment = self._pick(payments, which)
            if how in ("reject", "validate"):
                payment = payment.filtered(lambda one: one.state == "in_process")
                getattr(payment, f"action_{how}")()
            elif how == "edit":
                entry = payment.move_id.filtered(lambda one: one.state == "posted")
                entry.button_draft()
                entry.filtered(lambda one: one.state == "draft").action_post()
            elif payment.state in ("in_process", "paid", "rejected"):
                payment.action_draft()
                if how == "cancel":
                    payment.action_cancel()
                elif how == "again":
                    payment.action_post()
                elif how == "delete":
                    payment.unlink()

    def credit(self, which, percent, how):
        """Staff credit an invoice, or some of it, in one of several ways."""
        with self._request() as env:
            invoice = self._invoice(env, which)
            if invoice and how == "typed":
                self._type_credit(invoice, percent)
            elif invoice:
                wizard = env["account.move.reversal"].with_context(
                    active_model="account.move", active_ids=invoice.ids
                )
                wizard = wizard.create({"journal_id": invoice.journal_id.id})
                wizard.reverse_moves()
                for line in wizard.new_move_ids.invoice_line_ids:
                    line.price_unit = line.price_unit * percent / 100
                if how == "from list":
                    wizard.new_move_ids.action_validate_moves_with_confirmation()
                else:
                    wizard.new_move_ids.action_post()

    @staticmethod
    def _type_credit(invoice, percent):
        """Staff type in a credit note, and set off the invoice with it."""
        amount = invoice.amount_residual * percent / 100
        if not amount:
            return
        line = {"name": "Goodwill", "price_unit": amount, "tax_ids": False}
        credit = invoice.create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        credit.action_post()
        due = credit.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        invoice.js_assign_outstanding_line(due.id)

    def undo(self, which, how):
        """Staff take an invoice back to a draft, and perhaps go on."""
        with self._request() as env:
            invoice = self._invoice(env, which)
            if invoice:
                invoice.button_draft()
                if how == "cancel":
                    invoice.button_cancel()
                elif how == "post":
                    invoice.action_post()
