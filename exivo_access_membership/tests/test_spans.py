# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Spans of days that follow each other are one."""

from datetime import date

from odoo.tests import TransactionCase, tagged

from ..pure.spans import get_last_day

TODAY = date(2027, 3, 1)


def on(month, day):
    return date(2027, month, day)


@tagged("post_install", "-at_install")
class TestSpans(TransactionCase):
    def test_spans_count_as_one_where_no_day_lies_between(self):
        cases = {
            (): None,
            ((on(1, 1), on(2, 28)),): None,
            ((on(3, 2), on(4, 1)),): None,
            ((on(1, 1), TODAY),): TODAY,
            ((TODAY, on(3, 31)),): on(3, 31),
            ((on(4, 1), on(5, 1)), (on(1, 1), on(3, 31))): on(5, 1),
            ((on(1, 1), on(3, 31)), (on(4, 2), on(5, 1))): on(3, 31),
            ((on(1, 1), on(6, 1)), (on(2, 1), on(3, 1))): on(6, 1),
            # cancelled before it began
            ((on(5, 1), on(4, 1)), (on(1, 1), on(3, 31))): on(3, 31),
        }
        for spans, last in cases.items():
            with self.subTest(spans=spans):
                self.assertEqual(get_last_day(spans, TODAY), last)
