# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import NOW, ExivoCase

#: Queries that a transaction may cost more because a room in it has a rule.
PER_TRANSACTION = 12
#: The same for each booking, when there are many of them in one transaction.
PER_BOOKING = 3
#: What a customer's booking may cost more, with the mails of both sides.
WITH_MAILS = 4


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestQueryCounts(ExivoCase):
    """Booking a room with a rule is hardly dearer than booking one without.

    With a rule the calendar's mails to the holder are left out. So that this does not
    hide what the add-on costs, mails are also switched off on both sides.
    """

    def setUp(self):
        super().setUp()
        plain_room = self._create_room("Plain")
        self.plain_type = self._create_type(plain_room)
        self.count(self.booking_type, days=100)  # fills the caches
        self.count(self.plain_type, days=100)

    def count(self, booking_type, bookings=1, days=1, mails=False):
        """Queries of creating and confirming some bookings."""
        self.plan()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records = (
            self.env["resource.booking"]
            .with_context(no_mail_to_attendees=not mails)
            .create(
                [
                    {
                        "type_id": booking_type.id,
                        "partner_ids": [(6, 0, self.customer.ids)],
                        "start": NOW + timedelta(days=days, hours=2 * number),
                        "duration": 1,
                    }
                    for number in range(bookings)
                ]
            )
        )
        records.action_confirm()
        self.plan()
        return self.env.cr.sql_log_count - before

    def test_one_booking(self):
        plain = self.count(self.plain_type)
        ruled = self.count(self.booking_type)
        self.assertLessEqual(ruled - plain, PER_TRANSACTION)

    def test_one_booking_with_its_mails(self):
        plain = self.count(self.plain_type, mails=True)
        ruled = self.count(self.booking_type, mails=True)
        self.assertLessEqual(ruled - plain, WITH_MAILS)

    def test_many_bookings_at_once(self):
        plain = self.count(self.plain_type, bookings=20, days=10)
        ruled = self.count(self.booking_type, bookings=20, days=10)
        self.assertLessEqual((ruled - plain) / 20, PER_BOOKING)

    def test_event_without_a_booking_costs_nothing(self):
        def create():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["calendar.event"].create(
                {"name": "Lunch", "start": NOW, "stop": NOW + timedelta(hours=1)}
            )
            self.plan()
            return self.env.cr.sql_log_count - before

        create()
        with_rules = create()
        self.rule.unlink()
        self.plan()
        create()
        without_rules = create()
        self.assertLessEqual(with_rules - without_rules, 2)
