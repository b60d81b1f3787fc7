# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ... import api as exivo
from ...tools import calls, connection
from ...tools.calls import Crew
from ..common import NOW, ExivoCase, FakeExivo

#: Seconds after which a call of a site that hangs is over, whatever happens.
PATIENCE = 30


class HangingExivo(FakeExivo):
    """Answers nothing that is asked of it before it is released."""

    def __init__(self, released, remote_id):
        super().__init__()
        self.components = [
            exivo.Component(remote_id, "Door", "", "electric-lock", True, "open")
        ]
        self.released = released
        self.hangs = False
        #: whether each call that hung was released, and not just over
        self.ended = []

    def create_visit(self, request):
        if self.hangs:
            self.ended.append(self.released.wait(PATIENCE))
            raise exivo.TimedOut("It took too long")
        return super().create_visit(request)


@tagged("post_install", "-at_install")
class TestFairness(ExivoCase):
    """Twelve sites hang, with many accesses due at each; one answers."""

    SITES = 12

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW, tick=True))
        cls.released = threading.Event()
        cls.exivos = {}
        cls.startClassPatcher(
            patch.object(
                connection,
                "new_client",
                lambda one: cls.exivos.get(one.remote_id, cls.exivo),
            )
        )
        cls.room_that_works = cls._create_room("Works")
        cls.type_that_works = cls._create_type(cls.room_that_works)
        cls.rule.copy({"resource_id": cls.room_that_works.id})
        cls.sites = cls.env["exivo.site"]
        for number in range(cls.SITES):
            remote_id = str(uuid4())
            cls.exivos[remote_id] = HangingExivo(cls.released, remote_id)
            site = cls.site.copy(
                {
                    "name": f"Site {number}",
                    "remote_id": remote_id,
                    "api_key": str(uuid4()),
                    "api_secret": str(uuid4()),
                }
            )
            site.action_verify()
            site.action_synchronise_locks()
            cls.sites |= site
        cls.rule.copy({"lock_ids": [(6, 0, cls.sites.lock_ids.ids)]})
        cls.rule.unlink()

    def setUp(self):
        super().setUp()
        # however long the others took, each begins at that time
        self.startPatcher(freeze_time(NOW, tick=True))
        self.released.clear()
        for one in self.exivos.values():
            one.forget()
            one.ended, one.hangs = [], True

    def book_works(self, hours=0.5, **vals):
        return self.book(hours=hours, type_id=self.type_that_works.id, **vals)

    def test_booking_for_now_does_not_wait_for_sites_that_hang(self):
        for number in range(3):
            self.book(hours=24 + 2 * number)
        booked = []
        wait, create_visit = Crew.wait, self.exivo.create_visit

        def wait_and_book(crew, timeout=None):
            hanging = len(crew.count_by_site().keys() & {*self.sites.ids})
            if hanging == self.SITES and not booked:
                booked.append(self.book_works())
            return wait(crew, timeout)

        def create(request):
            self.released.set()
            return create_visit(request)

        with (
            patch.object(Crew, "wait", wait_and_book),
            patch.object(self.exivo, "create_visit", create),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(booked[0]).state, "created")
        ended = [one for exivo in self.exivos.values() for one in exivo.ended]
        self.assertEqual(ended, [True] * self.SITES, "each has one call, and no more")

    def in_a_minute(self):
        """When all is due that was booked."""
        return fields.Datetime.now() + timedelta(minutes=1)

    def book_at_the_end_of_a_run(self, sites, slow=(), after=40):
        """Book for now once a run has long lasted, while sites hang.

        :param int sites: how many are called by then.
        :param slow: events by which some of them are let answer before it is booked.
        :param int after: for how many seconds they have hung by then.
        :return: the access, and how each call that hung has ended.
        """
        late, booked = threading.Event(), []
        wait, create_visit = Crew.wait, self.exivo.create_visit

        def wait_and_book(crew, timeout=None):
            under_way = len(crew.count_by_site())
            if under_way == sites and not late.is_set():
                clock.tick(timedelta(seconds=after))
                late.set()
                for one in slow:
                    one.set()
            if late.is_set() and under_way == sites - len(slow) and not booked:
                booked.append(self.book_works())
            return wait(crew, timeout)

        def create(request):
            self.released.set()
            return create_visit(request)

        self.book(hours=24)
        with (
            freeze_time(self.in_a_minute(), tick=True) as clock,
            patch.object(Crew, "wait", wait_and_book),
            patch.object(self.exivo, "create_visit", create),
        ):
            self.synchronise()
        ended = [one for exivo in self.exivos.values() for one in exivo.ended]
        return self.accesses(booked[0]), ended

    def test_booking_for_now_does_not_wait_for_what_hangs_at_the_end_of_a_run(self):
        access, ended = self.book_at_the_end_of_a_run(self.SITES)
        self.assertEqual(access.state, "created")
        self.assertEqual(ended, [True] * self.SITES)

    def test_booking_for_now_does_not_wait_for_a_call_of_many_requests(self):
        access, ended = self.book_at_the_end_of_a_run(self.SITES, after=100)
        self.assertEqual(access.state, "created")
        self.assertEqual(ended, [True] * self.SITES)

    def test_slow_sites_that_have_very_much_to_do_leave_threads_to_others(self):
        """Each answers once, so that it may have all its calls at once."""
        self.sites.calls_at_once = 8
        for number in range(9):
            self.book(hours=24 + 2 * number)
        booked, rounds = [], []
        hang, wait = HangingExivo.create_visit, Crew.wait
        create_visit = self.exivo.create_visit

        def answer_once(one, request):
            answer = hang if one.visits else FakeExivo.create_visit
            return answer(one, request)

        def wait_and_book(crew, timeout=None):
            rounds.append(sum(crew.count_by_site().values()))
            is_stuck = rounds[-1] > calls.THREADS and len({*rounds[-4:]}) == 1
            if is_stuck and not booked:
                booked.append(self.book_works())
            return wait(crew, timeout)

        def create(request):
            self.released.set()
            return create_visit(request)

        with (
            patch.object(calls, "SLOW", 0.05),
            patch.object(HangingExivo, "create_visit", answer_once),
            patch.object(Crew, "wait", wait_and_book),
            patch.object(self.exivo, "create_visit", create),
        ):
            self.synchronise()
        self.assertEqual(self.accesses(booked[0]).state, "created")
        ended = {end for exivo in self.exivos.values() for end in exivo.ended}
        self.assertEqual(ended, {True})
        self.assertGreater(max(rounds), calls.MOST / 2, "most are theirs all the same")

    def test_at_the_end_of_a_run_nothing_more_begins_at_sites_that_may_be_down(self):
        self.sites.outages = 1
        access, ended = self.book_at_the_end_of_a_run(1)
        self.assertEqual(access.state, "created")
        self.assertEqual(ended, [True])

    def test_at_the_end_of_a_run_nothing_more_begins_at_a_site_that_was_slow(self):
        slow, answers = self.exivos[self.sites[0].remote_id], threading.Event()

        def create_late(request):
            answers.wait(PATIENCE)
            return FakeExivo.create_visit(slow, request)

        self.book(hours=26)
        with patch.object(slow, "create_visit", create_late):
            access, ended = self.book_at_the_end_of_a_run(self.SITES, [answers])
        self.assertEqual(access.state, "created")
        self.assertEqual(ended, [True] * (self.SITES - 1))
        self.assertEqual(len(slow.visits), 1)

    def test_sites_that_may_be_down_have_one_thread_together(self):
        self.book(hours=24)
        self.sites.outages = 1
        most = []
        wait = Crew.wait

        def watch(crew, timeout=None):
            most.append(sum(crew.count_by_site().values()))
            self.released.set()
            return wait(crew, timeout)

        with patch.object(Crew, "wait", watch):
            self.synchronise()
        self.assertEqual(max(most), 1)
        ended = [one for exivo in self.exivos.values() for one in exivo.ended]
        self.assertEqual(ended, [True] * self.SITES, "all of them have been asked")

    def ask_in_doubt(self, until):
        """Let the scheduled action run while each call hangs for twenty seconds.

        :param until: the site that is asked in the end.
        :return: the sites that were asked, in this order.
        """
        asked = []

        def hang(site, _request):
            clock.tick(timedelta(seconds=20))
            asked.append(site.components[0].id)
            raise exivo.TimedOut("It took too long")

        with (
            freeze_time(self.in_a_minute()) as clock,
            patch.object(HangingExivo, "create_visit", hang),
        ):
            for _run in range(2 * self.SITES):
                self.synchronise()
                if until.remote_id in asked:
                    break
        return [self.sites.search([("remote_id", "=", one)]) for one in asked]

    def test_site_that_may_be_down_is_asked_before_others_are_asked_again(self):
        for number in range(3):
            self.book(hours=24 + 2 * number)
        last = self.sites.sorted("name")[-1]
        self.sites.write({"outages": 3, "paused_until": NOW - timedelta(minutes=1)})
        last.paused_until = NOW
        self.assertEqual(len(self.ask_in_doubt(last)), self.SITES)

    def test_site_that_is_needed_soon_is_asked_soon_and_no_other_is_forgotten(self):
        first, last = self.sites[0], self.sites[-1]
        room = self._create_room("Soon")
        self.env["exivo.access.rule"].create(
            {"resource_id": room.id, "lock_ids": [(6, 0, last.lock_ids.ids)]}
        )
        self.book(hours=24)
        self.book(hours=0.5, type_id=self._create_type(room).id)
        self.sites.write({"outages": 3, "paused_until": NOW})
        first.paused_until = NOW - timedelta(minutes=10)
        self.assertEqual(self.ask_in_doubt(last), [first, last])

    def test_no_site_has_more_calls_at_once_than_it_is_set_to(self):
        self.site.calls_at_once = 2
        for number in range(10):
            self.book_works(hours=24 + 2 * number)
        at_once, lock, most = [0], threading.Lock(), []
        create_visit = self.exivo.create_visit

        def create(request):
            with lock:
                at_once[0] += 1
                most.append(at_once[0])
            try:
                return create_visit(request)
            finally:
                with lock:
                    at_once[0] -= 1

        with patch.object(self.exivo, "create_visit", create):
            self.synchronise()
        self.assertEqual(set(self.accesses().mapped("state")), {"created"})
        self.assertLessEqual(max(most), 2)

    def order_at(self, bookings):
        """What the site that works is asked for, in this order."""
        made = []
        create_visit, revoke_visit = self.exivo.create_visit, self.exivo.revoke_visit

        def create(request):
            made.append(request.valid_from)
            return create_visit(request)

        def revoke(visit_id):
            made.append(visit_id)
            return revoke_visit(visit_id)

        self.site.calls_at_once = 1
        with (
            patch.object(self.exivo, "create_visit", create),
            patch.object(self.exivo, "revoke_visit", revoke),
        ):
            self.synchronise()
        return made

    def test_doors_that_open_soon_come_before_a_thousand_others(self):
        later = [self.book_works(hours=24 + 2 * number) for number in range(12)]
        self.accesses().due_at = NOW - timedelta(hours=1)
        self.book_works()
        made = self.order_at(later)
        self.assertEqual(len(made), 13)
        self.assertLess(made.index(min(made)), 2)

    def test_neither_what_is_needed_soon_nor_what_must_go_waits_for_the_other(self):
        self.assertTurns([self.book_works(hours=24 + 2 * one) for one in range(6)])

    def test_neither_waits_for_the_other_where_what_must_go_is_on_now(self):
        self.assertTurns(
            [self.book_works(hours=0.08 * one, duration=0.05) for one in range(6)]
        )

    def test_what_staff_take_away_now_keeps_nobody_waiting_either(self):
        self.assertTurns(
            [self.book_works(hours=0.5 + one / 25, duration=0.03) for one in range(6)],
            lambda booking: self.accesses(booking).action_remove(),
        )

    def assertTurns(self, cancelled, end=lambda booking: booking.action_cancel()):
        """These six are revoked while six others are made for now."""
        self.synchronise()
        for booking in cancelled:
            end(booking)
        with patch.object(calls, "THREADS", 2):
            for number in range(6):
                self.book_works(hours=0.08 * number, duration=0.05)
            made = self.order_at(cancelled)
        kinds = ["revoke" if isinstance(one, str) else "create" for one in made]
        self.assertEqual(kinds.count("revoke"), 6)
        for kind in ("revoke", "create"):
            sixth = [number for number, one in enumerate(kinds) if one == kind][5]
            self.assertLess(kinds.index(kind), 3)
            self.assertLessEqual(sixth, 11)
        self.assertIn("create", kinds[:6])
        self.assertIn("revoke", kinds[:6])
