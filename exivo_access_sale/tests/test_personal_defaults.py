# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What an employee chooses as a default pays no order of theirs."""

from freezegun import freeze_time

from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.exivo_access.tests.common import NOW, ExivoPortalCase

from .common import SaleCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPersonalDefaults(SaleCase, ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.clerk = self._create_user("exivo_clerk", "base.group_user")
        self.customer = self.clerk.partner_id

    def choose_default(self, model, name, value):
        defaults = self.env["ir.default"].with_user(self.clerk)
        call_kw(defaults, "set", [model, name, value], {"user_id": True})

    def test_payment_that_begins_has_not_been_made(self):
        order = self.ordered()
        self.choose_default("payment.transaction", "state", "done")
        self.log_in(self.clerk)
        self.make_jsonrpc_request(
            f"/my/orders/{order.id}/transaction",
            {
                "access_token": order._portal_ensure_token(),
                "provider_id": self.provider.id,
                "payment_method_id": self.provider.payment_method_ids[:1].id,
                "token_id": None,
                "amount": order.amount_total,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": "/my",
            },
        )
        self.env.invalidate_all()
        self.assertEqual(order.transaction_ids.state, "draft")
        self.assertEqual(self.opens(order), 0)
