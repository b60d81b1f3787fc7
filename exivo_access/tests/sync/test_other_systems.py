# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ... import adapters
from ...tools import connection
from ..common import NOW, ExivoCase


class OtherAdapter(adapters.ExivoAdapter):
    """A lock system that leaves doors out, and takes its time to take things away."""

    left_out = frozenset()
    pending = 0
    orders = ()

    def grant(self, order):
        OtherAdapter.orders += (order,)
        return replace(super().grant(order), left_out=self.left_out)

    def revoke(self, kind, grant_id):
        if OtherAdapter.pending:
            OtherAdapter.pending -= 1
            raise adapters.RevocationPending
        return super().revoke(kind, grant_id)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOtherSystems(ExivoCase):
    """What the seam lets other lock systems say, and Exivo never says."""

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(connection, "ADAPTERS", adapters.Pool(OtherAdapter))
        )
        self.startPatcher(
            patch.multiple(OtherAdapter, left_out=frozenset(), pending=0, orders=())
        )

    def test_access_that_was_made_without_a_door_is_not_claimed_but_taken_away(self):
        OtherAdapter.left_out = frozenset({"aare"})
        access = self.accesses(self.book())
        for _run in range(3):
            self.synchronise()
        self.assertEqual((access.state, access.failure_type), ("failed", "rejected"))
        self.assertEqual(access.failure_reason, "Made without: Aare")
        self.assertFalse(self.exivo.live_visits())
        self.assertEqual(len(self.exivo.visits), 1)
        self.assertNotIn(access.mail_state, ("queued", "sent"))
        OtherAdapter.left_out = frozenset()
        access.action_retry()
        self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_removal_that_is_pending_is_asked_for_again_and_hinders_nobody(self):
        booking = self.book()
        self.synchronise()
        OtherAdapter.pending = 2
        booking.action_cancel()
        other = self.accesses(self.book(hours=48))
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual(access.state, "in_progress")
        self.assertIn("may open still", access.failure_reason)
        self.assertEqual(other.state, "created")
        for _run in range(2):
            with freeze_time(access.due_at):
                self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(access.failure_type)
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_order_says_whether_its_pin_is_typed_at_the_doors(self):
        self.book()
        (self.entrance | self.aare).has_keypad = True
        self.synchronise()
        self.rule.method = "keypad"
        self.synchronise()
        self.assertEqual([one.at_keypad for one in OtherAdapter.orders], [False, True])
