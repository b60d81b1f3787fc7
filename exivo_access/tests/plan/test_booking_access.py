# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A booking gets accesses by the rules of its rooms, and loses them with them."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW, ExivoCase, link_of, pin_of, pins_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBookingAccess(ExivoCase):
    def test_confirmed_booking_gets_a_visit_with_the_rules_locks_and_window(self):
        booking = self.book(hours=24, duration=1)
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.assertFalse(self.exivo.visits, "no HTTP within the booking's transaction")

        self.synchronise()

        access = self.accesses(booking)
        self.assertEqual(access.state, "created")
        (visit,) = self.exivo.live_visits()
        request = visit["request"]
        start = NOW + timedelta(hours=24)
        self.assertEqual(
            request.valid_from.replace(tzinfo=None), start - timedelta(minutes=15)
        )
        self.assertEqual(
            request.valid_to.replace(tzinfo=None), start + timedelta(minutes=70)
        )
        self.assertEqual(set(request.component_ids), {"entrance", "aare"})
        self.assertRegex(request.code, r"^\d{6}$")
        self.assertNotIn("Anna", request.name)
        self.assertEqual(pin_of(access), request.code)
        self.assertEqual(link_of(access), visit["link"])

    def test_scheduled_booking_waits_for_its_confirmation(self):
        booking = self.book(confirm=False)
        self.assertFalse(self.accesses(booking))
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_scheduled_booking_gets_access_where_the_rule_says_so(self):
        self.rule.booking_state = "scheduled"
        booking = self.book(confirm=False)
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_room_without_a_rule_gives_no_access(self):
        self.rule.unlink()
        booking = self.book()
        self.assertFalse(self.accesses(booking))

    def test_cancelled_booking_loses_its_access(self):
        booking = self.book()
        self.synchronise()
        booking.action_cancel()
        self.plan()
        self.assertEqual(self.accesses(booking).state, "in_progress")
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_booking_cancelled_before_anything_was_made_needs_no_call(self):
        booking = self.book()
        booking.action_cancel()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertNotIn("create_visit", self.exivo.calls)

    def test_moved_booking_gets_a_new_link_and_keeps_its_pin(self):
        booking = self.book(hours=24)
        self.synchronise()
        access = self.accesses(booking)
        old_pin, old_link = pin_of(access), link_of(access)
        booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        self.assertEqual(self.accesses(booking), access)
        self.assertEqual(pin_of(access), old_pin)
        self.assertNotEqual(link_of(access), old_link)
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            visit["request"].valid_from.replace(tzinfo=None),
            NOW + timedelta(hours=47, minutes=45),
        )

    def test_event_dragged_in_the_calendar_moves_the_access(self):
        booking = self.book(hours=24)
        self.synchronise()
        booking.meeting_id.write(
            {"start": NOW + timedelta(hours=30), "stop": NOW + timedelta(hours=31)}
        )
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            visit["request"].valid_to.replace(tzinfo=None),
            NOW + timedelta(hours=31, minutes=10),
        )

    def test_running_booking_extended_is_never_without_a_valid_visit(self):
        booking = self.book(hours=1, duration=1)
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1, minutes=30)):
            booking.duration = 2
            self.synchronise()
            self.assertEqual(
                len(self.exivo.live_visits()), 2, "the old one bridges the gap"
            )
            self.assertEqual(self.accesses(booking).state, "created")
        with freeze_time(NOW + timedelta(hours=1, minutes=31)):
            self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            visit["request"].valid_to.replace(tzinfo=None),
            NOW + timedelta(hours=3, minutes=10),
        )

    def test_booking_for_now_starts_now_and_not_in_the_past(self):
        booking = self.book(hours=0.1)
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        start = visit["request"].valid_from.replace(tzinfo=None)
        self.assertGreater(start, NOW)
        self.assertLess(start, NOW + timedelta(seconds=10))
        self.assertEqual(self.accesses(booking).state, "created")

    def test_access_expires_by_itself(self):
        booking = self.book(hours=1, duration=1)
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=3)):
            self.synchronise()
        self.assertEqual(self.accesses(booking).state, "expired")
        self.assertNotIn("revoke_visit", self.exivo.calls)

    def test_declined_booking_loses_its_access_and_gets_it_back(self):
        booking = self.book()
        self.synchronise()
        attendee = booking.meeting_id.attendee_ids.filtered(
            lambda one: one.partner_id == self.customer
        )
        attendee.do_decline()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        attendee.do_accept()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_deleted_booking_leaves_no_open_door(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        booking.unlink()
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_deleted_booking_type_leaves_no_open_door_and_no_meeting(self):
        """Its meetings would remind customers of a room that is anybody's."""
        meetings = self.book().meeting_id
        archived = self.book(hours=48)
        archived.active = False
        meetings |= archived.meeting_id
        self.synchronise()
        self.booking_type.unlink()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.assertFalse(meetings.exists())

    def test_deleted_event_leaves_no_open_door(self):
        booking = self.book()
        self.synchronise()
        booking.meeting_id.unlink()
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_archived_event_leaves_no_open_door(self):
        booking = self.book()
        self.synchronise()
        booking.meeting_id.active = False
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_archived_customer_has_no_access(self):
        self.book()
        self.synchronise()
        self.customer.active = False
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_deleted_customer_leaves_no_open_door(self):
        other = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(partners=other)
        self.synchronise()
        access = self.accesses(booking)
        other.unlink()
        self.synchronise()
        self.assertEqual(access.state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_booking_of_a_customer_who_is_gone_is_seen_and_cancelled(self):
        for step, named in ("action_archive", "Bert"), ("unlink", "Aare"):
            with self.subTest(step):
                other = self.customer.copy({"name": "Bert"})
                booking = self.book(partners=other)
                getattr(other, step)()
                theirs = booking.with_user(self.desk)
                (shown,) = theirs.web_read({"display_name": {}})
                self.assertIn(named, shown["display_name"])
                if step == "action_archive":
                    before = booking.meeting_id.attendee_ids
                    theirs.location = "At the back door"
                    self.assertEqual(booking.meeting_id.attendee_ids, before)
                theirs.action_cancel()
                self.assertEqual(booking.state, "canceled")

    def test_every_attendee_has_an_own_access_and_pin_where_the_rule_says_so(self):
        self.rule.holders = "attendees"
        other = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(partners=self.customer | other)
        self.synchronise()
        accesses = self.accesses(booking)
        self.assertEqual(accesses.partner_id, self.customer | other)
        self.assertEqual(len(set(pins_of(accesses))), 2)

    def test_two_rules_with_other_minutes_share_one_pin(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book()
        self.synchronise()
        accesses = self.accesses(booking)
        self.assertEqual(len(accesses), 2)
        self.assertEqual(len(set(pins_of(accesses))), 1)
        self.assertEqual(len(self.exivo.live_visits()), 2)

    def test_a_write_that_changes_nothing_leaves_the_access_at_rest(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        due_at = access.due_at
        asked = access.credential_ids.ask_at
        self.assertEqual(due_at, asked, "nothing to do until it is asked for")
        booking.description = "Bring the beamer"
        self.plan()
        self.assertEqual(access.due_at, due_at)

    def test_requester_is_who_was_entered_first_and_stays_it(self):
        zoe = self.customer.copy({"name": "Zoe Beispiel"})
        booking = self.book(partners=zoe | self.customer)
        self.assertEqual(self.accesses(booking).partner_id, zoe)
        booking.invalidate_recordset()  # they come in the order of their names now
        booking.name = "Choir"
        self.plan()
        access = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(access.partner_id, zoe)

    def test_booking_is_not_blocked_when_the_scheduled_action_is_gone(self):
        self.env.ref("exivo_access.ir_cron_synchronise").unlink()
        booking = self.book()
        self.assertEqual(self.accesses(booking).state, "in_progress")

    def test_booking_that_rolls_back_leaves_no_access(self):
        savepoint = self.env.cr.savepoint()
        booking = self.book()
        self.assertTrue(self.accesses(booking))
        savepoint.rollback()
        self.env.invalidate_all()
        self.assertFalse(self.accesses())
