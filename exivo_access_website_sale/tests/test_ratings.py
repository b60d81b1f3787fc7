# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The core knows nothing of `rating`, which comes with every shop."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.exivo_access.tests.common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRatings(ExivoCase):
    """Odoo lets every employee make ratings of whatever they name."""

    def setUp(self):
        super().setUp()
        self.clerk = self._create_user("exivo_clerk", "base.group_user")
        booking = self.book()
        access = self.accesses(booking)
        guest = self.env["exivo.guest"].create(
            {
                "booking_id": booking.id,
                "host_id": self.customer.id,
                "partner_id": self.customer.id,
                "email": "guest@example.com",
            }
        )
        self.hidden = (access, booking, guest, self.site)
        self.line = self.comment(access, "Moved", message_type="notification")

    def rate(self, method, *args):
        ratings = self.env["rating.rating"].with_user(self.clerk)
        return call_kw(ratings, method, list(args), {})

    def of(self, record, prefix=""):
        model = self.env["ir.model"]._get_id(record._name)
        return {f"{prefix}res_model_id": model, f"{prefix}res_id": record.id}

    def test_nobody_rates_what_they_may_not_change(self):
        own = self.of(self.clerk.partner_id)
        mine = self.rate("create", own)
        for vals in (
            *(self.of(record) for record in self.hidden),
            *(
                {"res_id": own["res_id"], **self.of(record, "parent_")}
                for record in self.hidden
            ),
            {**own, "message_id": self.line.id},
        ):
            for method, args in (("create", [vals]), ("write", [[mine], vals])):
                with (
                    self.subTest(method=method, vals=vals),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self.rate(method, *args)
                self.env.invalidate_all()

    def test_odoo_and_who_may_change_it_rate_a_booking(self):
        booker = self._create_user(
            "exivo_booker", "base.group_user,resource_booking.group_manager"
        )
        _access, booking, *_others = self.hidden
        ratings = self.env["rating.rating"]
        rating = call_kw(ratings.with_user(booker), "create", [self.of(booking)], {})
        self.assertIn("Muster", ratings.browse(rating).res_name)
        message = booking.with_user(booker).message_post(body="Good", rating_value=5)
        self.assertEqual(message.rating_ids.rating, 5)
