# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What is on between two moments is found among very many accesses."""

from datetime import timedelta
from itertools import product

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWindows(ExivoCase):
    def test_an_access_is_found_by_its_window_as_by_its_moments(self):
        accesses = self.env["exivo.access"]
        for hours, duration in ((24, 1), (26, 2), (-2, 4), (72, 1)):
            accesses += self.book(hours=hours, duration=duration).exivo_access_ids
        turned = accesses[0].copy()
        turned.stop = turned.start - timedelta(hours=3)
        accesses += turned
        hours = (-30, -1, 0, 24, 25, 27, 50, 73, 100)
        for before, after in product(hours, hours):
            before, after = (NOW + timedelta(hours=one) for one in (before, after))
            with self.subTest(before=before, after=after):
                found = self.env["exivo.access"].search(
                    [
                        ("id", "in", accesses.ids),
                        ("start", "<=", before),
                        ("stop", ">=", after),
                    ]
                )
                wanted = accesses.filtered(
                    lambda one, before=before, after=after: (
                        one.start <= before and one.stop >= after
                    )
                )
                self.assertEqual(sorted(found.ids), sorted(wanted.ids))

    def test_the_window_has_an_index(self):
        """Whether PostgreSQL takes it depends on how many accesses there are.

        See `benchmarks/growth_lists.py`.
        """
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes"
            " WHERE indexname = 'exivo_access_window_idx'"
        )
        ((index,),) = self.env.cr.fetchall()
        query = self.env["exivo.access"]._search(
            [("start", "<=", "today +1d"), ("stop", ">=", "today")]
        )
        where = query.where_clause.code.replace('"exivo_access".', "").replace('"', "")
        self.assertIn("tsrange(LEAST(start, stop), stop, '[]') && ", where)
        self.assertIn("gist (tsrange(LEAST(start, stop), stop, '[]'", index)
