# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.sql_db import Cursor
from odoo.tests import tagged

from ...models.plan import exivo_planning_backlog
from ...models.sync.run import Run
from ...tools.calls import make
from ..common import NOW, ExivoCase

#: Queries that a transaction may cost more because a room in it has a rule, however
#: many bookings it is about.
PER_TRANSACTION = 7
#: The same, with the mails of both sides: ours are written later.
WITH_MAILS = -3
#: A new booking, or many of them, without mails: the access, its locks, and the
#: scheduled action that is woken; what Odoo looks up for a text of its own is saved.
NEW = 2
#: Statements about tables of ours for a new booking of a room without a rule, which
#: keeps two customers out of one slot, and with a rule: the access and its locks.
OURS_PLAIN, OURS_RULED = 1, 3
#: Saving a rule, however many bookings there are to come.
RULE = 30
#: What the synchroniser may take to claim and to settle four accesses together, and to
#: record one outcome.
CLAIM, SETTLE, RECORD = 32, 11, 10
#: What one of its runs may take that finds nothing to do, and more if each has to see
#: whether scheduled actions still stand still.
IDLE, STANDING_STILL = 50, 14
OURS = re.compile(r'\b(?:FROM|INTO|JOIN|UPDATE) "?exivo_')
STEPS = ("create", "move", "cancel")


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
        self.count(days=100, mails=True)  # fills the caches

    def count(self, bookings=1, days=1, mails=False):
        """Queries that each step costs more in a room with a rule, by step."""
        plain = self.count_in(self.plain_type, bookings, days, mails)
        ruled = self.count_in(self.booking_type, bookings, days, mails)
        return {step: ruled[step] - plain[step] for step in STEPS}

    def count_in(self, booking_type, bookings, days, mails):
        """Queries of creating and confirming, moving and cancelling some bookings."""
        counts = {}
        with self.counting(counts, "create"):
            records = self.book_some(booking_type, bookings, days, mails)
        self.synchronise()
        with self.counting(counts, "move"):
            for record in records:
                record.start += timedelta(minutes=30)
        self.synchronise()
        with self.counting(counts, "cancel"):
            records.action_cancel()
        self.synchronise()
        return counts

    def book_some(self, booking_type, bookings=1, days=1, mails=False):
        Booking = self.env["resource.booking"].with_context(
            no_mail_to_attendees=not mails
        )
        records = Booking.create(
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
        records.action_confirm()
        return records

    @contextmanager
    def counting(self, counts, step):
        self.plan()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        yield
        self.plan()
        counts[step] = self.env.cr.sql_log_count - before

    @contextmanager
    def listening(self, pattern=OURS):
        """Gather the statements in which a pattern is found."""
        self.env.invalidate_all()
        found = []
        with patch.object(
            Cursor, "execute", autospec=True, side_effect=Cursor.execute
        ) as execute:
            yield found
            self.plan()
        statements = [repr(call.args[1]) for call in execute.call_args_list]
        found += filter(pattern.search, statements)

    def assertAtMost(self, most, counts):
        for step, count in counts.items():
            with self.subTest(step=step):
                self.assertLessEqual(count, most)

    def test_one_booking_costs_few_queries(self):
        self.assertAtMost(PER_TRANSACTION, self.count())

    def test_new_bookings_cost_hardly_anything(self):
        for bookings in (1, 5):
            with self.subTest(bookings=bookings):
                count = self.count(bookings, days=10 * bookings)["create"]
                self.assertLessEqual(count, NEW)

    def test_new_booking_touches_hardly_any_table_of_ours(self):
        for booking_type, most in (
            (self.plain_type, OURS_PLAIN),
            (self.booking_type, OURS_RULED),
        ):
            with self.subTest(booking_type.name):
                with self.listening() as ours:
                    self.book_some(booking_type)
                self.assertLessEqual(len(ours), most, ours)

    def test_whose_a_booking_is_its_type_says_without_a_look_at_doors(self):
        self.booking_type.company_id = self.env.company
        booking = self.book()
        with self.listening() as ours:
            self.assertTrue(booking.get_base_url())
        self.assertFalse(ours)

    def test_contact_that_is_written_costs_no_look_at_its_tags(self):
        with self.listening(re.compile("res_partner_category")) as of_tags:
            self.customer.comment = "Pays in cash"
        self.assertFalse(of_tags)

    def test_rule_of_more_bookings_is_saved_with_as_many_queries(self):
        counts = {}
        for minutes in (20, 30, 40):
            for number in range(10):
                self.book(hours=24 + minutes * 10 + 2 * number)
            with (
                patch.object(exivo_planning_backlog, "AT_ONCE", 5),
                self.counting(counts, minutes),
            ):
                self.rule.minutes_before = minutes
        self.assertEqual(counts[30], counts[40])
        self.assertLessEqual(counts[40], RULE)

    def test_one_booking_with_its_mails_costs_hardly_any(self):
        self.assertAtMost(WITH_MAILS, self.count(mails=True))

    def test_many_bookings_at_once_cost_no_more_than_one(self):
        self.assertAtMost(PER_TRANSACTION, self.count(bookings=20, days=10))

    def test_synchroniser_takes_few_queries_for_each_access(self):
        run = Run(self.env(su=True))
        self.customer.email = False
        for day in range(4):
            self.book(hours=24 * (day + 1))
        self.plan()
        counts = {}
        shares = {self.site.id: 4}
        with (
            patch.object(run, "_get_shares", return_value=shares),
            self.counting(counts, "claim"),
        ):
            found = run._claim_due({}, 4)
        calls = [call for calls in found.values() for call in calls]
        self.assertEqual(len(calls), 4)
        for number, call in enumerate(calls):
            grant = make(call)
            with self.counting(counts, f"record {number}"):
                run._write_down(call, grant)
        self.assertEqual(len(run.resting), 4)
        with self.counting(counts, "settle"):
            accesses = self.env["exivo.access"].sudo().browse(run.resting)
            accesses._settle()
        self.assertAtMost(CLAIM, {"claim": counts.pop("claim")})
        self.assertAtMost(SETTLE, {"settle": counts.pop("settle")})
        self.assertAtMost(RECORD, counts)

    def count_run(self):
        """Queries of a run of the synchroniser that finds nothing to do."""
        action = self.env.ref("exivo_access.ir_cron_synchronise")
        counts = {}
        for time in ("first", "second"):
            with self.counting(counts, time), self._registry_in_test_mode():
                action.method_direct_trigger()
        return {"run": counts["second"]}

    def test_run_with_nothing_to_do_takes_few_queries(self):
        self.book()
        self.synchronise()
        self.assertAtMost(IDLE, self.count_run())

    def test_mails_that_lie_in_odoos_queue_cost_each_run_the_same(self):
        counts = []
        for count in (1, 30):
            mails = self.env["mail.mail"].create([{"state": "outgoing"}] * count)
            for mail in mails:
                self.env["exivo.mail"]._begin(mail, NOW + timedelta(days=1))
            self.plan()
            self.env.cr.execute("UPDATE exivo_mail SET create_date = '2001-01-01'")
            counts.append(self.count_run()["run"])
        self.assertEqual(*counts)

    def test_what_is_found_anew_all_the_time_has_its_index(self):
        """Of all mails, meetings and credentials that there ever were."""
        self.env.cr.execute("SELECT indexname FROM pg_indexes")
        names = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual(
            {
                "exivo_mail_new_idx",
                "exivo_mail_queued_idx",
                "exivo_mail_due_at_idx",
                "calendar_event_exivo_stop_idx",
                "exivo_credential_made_idx",
            },
            names,
        )

    def test_scheduled_actions_that_stand_still_cost_each_run_few_queries(self):
        self.actions_began(NOW - timedelta(days=2))
        self.assertAtMost(IDLE + STANDING_STILL, self.count_run())

    def test_bookings_whose_accesses_work_cost_nothing_for_alarms(self):
        with patch.object(type(self.env["exivo.alarm"]), "_follow") as follow:
            self.count(bookings=2, days=10)
        follow.assert_not_called()

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
