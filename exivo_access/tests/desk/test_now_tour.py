# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from ..common import NOW
from .test_now import NowCase


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestNowTour(NowCase, HttpCase):
    """What the front desk does in a real browser."""

    def test_front_desk_sees_who_is_in_and_helps_whoever_stands_at_the_door(self):
        guest = self.env["res.partner"].create(
            {"name": "Zoé Beispiel", "email": "zoe@example.com"}
        )
        self.book(hours=-0.5)
        self.book(hours=2, partners=guest)
        self.book(hours=4)
        self.synchronise()
        # the latest is first
        late, _next, now = self.accesses()
        late.with_user(self.user).action_remove()
        self.synchronise()
        number = now.pin_number
        self.start_tour("/odoo", "exivo_now", login="exivo_desk")
        self.assertEqual(now.pin_number, number + 1)
        self.assertEqual(now.new_code_reason, "Lost the mail")
        self.assertEqual(now.reveal_ids.user_id, self.user)
        self.assertFalse(late.withheld)

    def test_screen_says_that_it_is_old_although_the_server_does_not_answer(self):
        self.book(hours=-0.5)
        self.synchronise()
        self.start_tour("/odoo", "exivo_now_outage", login="exivo_desk")
