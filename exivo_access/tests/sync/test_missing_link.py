# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from itertools import pairwise

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of

MINUTE = timedelta(minutes=1)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMissingLink(ExivoCase):
    """Exivo makes a visit, and gives its link only some time later."""

    def setUp(self):
        super().setUp()
        create_visit = self.exivo.create_visit

        def create_without_link(request):
            visit = create_visit(request)
            self.exivo.visits[visit.id]["link"] = ""
            return exivo.Visit(visit.id, visit.name, "", False, False)

        self.patch(self.exivo, "create_visit", create_without_link)
        self.access = self.accesses(self.book())
        self.synchronise()
        (self.visit,) = self.exivo.live_visits()

    def run_at(self, after):
        with freeze_time(NOW + after):
            self.synchronise()

    def test_link_that_comes_later_is_handed_over_by_itself(self):
        self.assertEqual(self.access.state, "failed")
        self.assertTrue(self.access.activity_ids, "staff are told meanwhile")
        self.visit["link"] = "https://exivo.example.com/v/late"
        self.run_at(MINUTE)
        self.assertEqual(self.access.state, "created")
        self.assertEqual(link_of(self.access), self.visit["link"])
        self.assertFalse(self.access.failure_type)
        self.assertFalse(self.access.activity_ids)
        self.assertIn("v/late", self.mails_to(self.customer).body_html)
        self.assertEqual(len(self.exivo.visits), 1)

    def test_it_is_asked_for_later_each_time(self):
        asked = [NOW]
        while asked[-1] < NOW + timedelta(hours=10):
            asked.append(self.access.due_at)
            self.exivo.calls.clear()
            self.run_at(asked[-1] - NOW)
            self.assertEqual(self.exivo.calls.count("get_visit"), 1)
        self.assertLess(len(asked), 20)
        gaps = [after - before for before, after in pairwise(asked)]
        self.assertEqual(gaps, sorted(gaps))
        self.assertEqual(self.access.state, "failed")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_access_whose_booking_is_cancelled_meanwhile_is_removed(self):
        self.access.booking_id.action_cancel()
        self.run_at(MINUTE)
        self.assertEqual(self.access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_staff_may_have_it_made_anew(self):
        self.exivo.create_visit = type(self.exivo).create_visit.__get__(self.exivo)
        self.access.action_retry()
        self.run_at(MINUTE)
        self.assertEqual(self.access.state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 1)
