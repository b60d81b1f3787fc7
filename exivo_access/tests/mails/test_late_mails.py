# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import LockNotAvailable

from odoo.tests import tagged

from ... import api as exivo
from ...models.mails.exivo_mail_delivery import ExivoMail
from ...models.mails.notifier import ExivoNotifier
from ..common import NOW, link_of
from ..explain_common import ExplainCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLateMails(ExplainCase):
    """What holders hear when what they were told no longer holds, and what does takes
    longer than the patience of the site: five minutes.
    """

    def book_and_hear(self, **vals):
        """A booking whose holder has had the mail with link and PIN."""
        booking = self.book(**vals)
        self.synchronise()
        # as Odoo does once the mail server has it
        self.mails_to(self.customer)._postprocess_sent_message(self.customer, [])
        self.assertNoMail()
        return booking

    def go_down(self, error=None):
        """Have all calls fail from now on."""
        for _call in range(20):
            self.exivo.fail(error or exivo.Unreachable("No connection"))

    def go_up(self):
        """Have all calls succeed from now on."""
        self.exivo.errors.clear()

    def synchronise_at(self, minutes):
        """Run the scheduled action some minutes after :data:`NOW`."""
        with freeze_time(NOW + timedelta(minutes=minutes)):
            self.synchronise()

    def assertNewMail(self, *parts):
        """Exactly one mail has come since; it holds these parts, and is put away."""
        mail = self.mails_to(self.customer)
        self.assertEqual(len(mail), 1, mail.mapped("subject"))
        text = f"{mail.subject} {mail.body_html}".replace("&#8239;", "\u202f")
        for part in parts:
            self.assertIn(part, text)
        mail.unlink()
        return text

    def assertNoMail(self):
        mails = self.mails_to(self.customer)
        self.assertFalse(mails, mails.mapped("subject"))

    def test_moved_booking_is_told_although_its_access_cannot_be_made(self):
        booking = self.book_and_hear(hours=28)
        self.go_down()
        with freeze_time(NOW + timedelta(minutes=60)):
            booking.start = NOW + timedelta(hours=24)
            self.synchronise()
        self.assertNoMail()
        for minutes in (66, 70):
            self.synchronise_at(minutes)
        text = self.assertNewMail(
            "New time: your booking of Aare, Tuesday",
            "your booking has changed",
            "10:00\u202fAM",
            "follows in another mail",
            "may no longer open",
        )
        self.assertNotIn("2:00\u202fPM", text)
        self.assertEqual(self.accesses(booking).mail_state, "announced")
        self.go_up()
        self.synchronise_at(90)
        self.assertNewMail(
            "New time: your access to Aare",
            "The old link no longer works",
            link_of(self.accesses(booking)),
        )

    def refuse_revocations(self):
        for _call in range(20):
            self.exivo.fail(exivo.Rejected("No", 400), calls="revoke_visit")

    def test_old_link_is_not_said_to_be_dead_while_it_opens_doors(self):
        booking = self.book_and_hear()
        self.refuse_revocations()
        booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        self.synchronise_at(6)
        self.assertEqual(len(self.exivo.live_visits()), 2)
        text = self.assertNewMail(
            "New time: your access to Aare", link_of(self.accesses(booking))
        )
        self.assertNotIn("no longer works", text)
        self.go_up()
        self.synchronise_at(90)
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertNoMail()

    def test_old_link_is_not_said_to_be_dead_by_a_new_code_while_it_opens_doors(self):
        booking = self.book_and_hear()
        self.refuse_revocations()
        self.new_code(self.accesses(booking))
        self.synchronise()
        self.synchronise_at(6)
        self.assertEqual(len(self.exivo.live_visits()), 2)
        text = self.assertNewMail("New PIN: your access", "You have a new PIN.")
        self.assertNotIn("no longer works", text)

    def test_moved_booking_is_told_although_exivo_refuses_its_access(self):
        booking = self.book_and_hear()
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        booking.start = NOW + timedelta(hours=48)
        self.synchronise()
        self.synchronise_at(6)
        self.assertEqual(self.accesses(booking).state, "failed")
        self.assertNewMail("New time: your booking of Aare, Wednesday")

    def test_moved_booking_is_told_although_its_site_is_not_called(self):
        booking = self.book_and_hear()
        self.site.state = "refused"
        booking.start = NOW + timedelta(hours=48)
        self.plan()
        self.synchronise_at(6)
        self.assertNewMail("New time: your booking of Aare, Wednesday")

    def test_each_move_during_an_outage_is_told_once(self):
        booking = self.book_and_hear()
        self.go_down()
        for number, day in enumerate(("Wednesday", "Thursday")):
            with freeze_time(NOW + timedelta(minutes=60 * number)):
                booking.start += timedelta(days=1)
                self.synchronise()
            self.assertNoMail()
            self.synchronise_at(60 * number + 6)
            self.assertNewMail(f"New time: your booking of Aare, {day}")
            self.synchronise_at(60 * number + 20)
            self.assertNoMail()

    def test_moved_after_it_was_said_to_follow_is_a_new_time(self):
        self.go_down()
        booking = self.book()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("Your booking of Aare, Tuesday", "is confirmed")
        self.go_up()
        with freeze_time(NOW + timedelta(minutes=30)):
            booking.start += timedelta(days=1)
            self.synchronise()
        text = self.assertNewMail("New time: your access to Aare, Wednesday")
        self.assertNotIn("old link", text)

    def test_moved_to_and_fro_before_anything_was_made_is_not_told(self):
        booking = self.book_and_hear()
        for hours in (48, 24):
            booking.start = NOW + timedelta(hours=hours)
            self.plan()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNoMail()
        self.assertEqual(self.accesses(booking).mail_state, "sent")

    def test_mail_that_came_back_is_not_sent_again_to_the_same_address(self):
        access = self.accesses(self.book_and_hear())
        self.synchronise()
        access.mail_state = "bounced"
        self.customer.comment = "Called on Monday"
        self.synchronise()
        self.assertNoMail()
        self.customer.email = "anna@example.org"
        self.synchronise()
        self.assertNewMail(link_of(access))

    def test_explain_says_that_the_mail_about_the_change_waits(self):
        booking = self.book()
        self.synchronise()
        self.mails_to(self.customer).state = "sent"
        access = self.accesses(booking)
        self.assertLine(self.explain(access), "fine", "Mail", "It was sent.")
        self.go_down()
        booking.start += timedelta(days=1)
        self.synchronise()
        lines = self.explain(access)
        self.assertLine(lines, "info", "Mail", "has changed is not told yet")
        self.assertNotIn("It was sent", str(lines))

    def test_link_that_was_taken_away_is_said_to_be_replaced(self):
        booking = self.book_and_hear()
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        self.new_code(self.accesses(booking))
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        self.synchronise_at(6)
        self.synchronise_at(20)
        text = self.assertNewMail(
            "Your booking of Aare", "is made anew", "may no longer open"
        )
        self.assertNotIn("your booking has changed", text)

    def test_link_that_works_still_is_not_said_to_be_replaced(self):
        self.book_and_hear()
        self.site.state = "refused"
        self.rule.minutes_before = 30
        self.synchronise_at(20)
        self.assertNoMail()
        self.site.action_verify()
        self.synchronise_at(21)
        self.assertNewMail("New time: your access to Aare")

    def test_booking_cancelled_after_its_access_was_said_to_follow_says_so_once(self):
        self.go_down(exivo.Rejected("Component is unknown", 400))
        booking = self.book()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("Your booking of Aare, Tuesday")
        booking.action_cancel()
        for minutes in (7, 20):
            self.synchronise_at(minutes)
        text = self.assertNewMail(
            "Your access to Aare has been removed, Tuesday",
            "does not come any more",
        )
        self.assertNotIn("no longer opens", text)

    def test_cancellation_after_that_is_told_although_the_site_is_not_called(self):
        self.go_down(exivo.Unauthorized("Unauthorized", 401))
        booking = self.book()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("Your booking of Aare, Tuesday")
        with freeze_time(NOW + timedelta(minutes=7)):
            booking.action_cancel()
            self.plan()
        self.assertEqual(self.accesses(booking).mail_state, "waiting")
        for minutes in (13, 20):
            self.synchronise_at(minutes)
        self.assertNewMail("Your access to Aare has been removed, Tuesday")
        self.assertEqual(self.accesses(booking).mail_state, "queued")

    def test_booking_that_is_theirs_no_more_is_told_before_its_doors_are_shut(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

        def cancel(booking):
            booking.action_cancel()

        def take_off(booking):
            booking.partner_ids = bert

        gone, without = "does not take place", "You are no longer on the booking"
        refused = exivo.Unauthorized("Unauthorized", 401)
        for number, (error, end, said) in enumerate(
            (
                (None, cancel, gone),
                (refused, cancel, gone),
                (exivo.Rejected("No", 400), cancel, gone),
                (None, take_off, without),
            )
        ):
            with self.subTest(error=error, end=end.__name__):
                minutes = number * 120
                with freeze_time(NOW + timedelta(minutes=minutes)):
                    booking = self.book_and_hear(hours=24 + 2 * number)
                self.go_down(error)
                with freeze_time(NOW + timedelta(minutes=minutes + 1)):
                    end(booking)
                    self.plan()
                self.synchronise_at(minutes + 2)
                self.assertNoMail()
                self.synchronise_at(minutes + 7)
                file = self.mails_to(self.customer).attachment_ids
                self.assertIn(b"METHOD:CANCEL", file.raw)
                text = self.assertNewMail(said, "takes it out of your calendar")
                self.assertNotIn("removed", text)
                self.synchronise_at(minutes + 20)
                self.assertNoMail()
                self.go_up()
                with freeze_time(NOW + timedelta(minutes=minutes + 60)):
                    self.site.action_verify()
                    access = self.accesses(booking).filtered(
                        lambda one: one.partner_id == self.customer
                    )
                    if access.state == "failed":
                        access.action_retry()
                self.synchronise_at(minutes + 61)
                self.assertNewMail("has been removed", "no longer opens")

    def test_who_has_declined_is_not_said_to_be_no_longer_on_the_booking(self):
        booking = self.book_and_hear()
        self.go_down()
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.meeting_id.attendee_ids.do_decline()
            self.plan()
        for minutes in (7, 20):
            self.synchronise_at(minutes)
            self.assertNoMail()
        self.go_up()
        with freeze_time(NOW + timedelta(minutes=60)):
            self.site.action_verify()
        self.synchronise_at(61)
        self.assertNewMail("has been removed", "You have answered that you do not come")

    def test_booking_with_two_accesses_is_told_once_that_it_is_over(self):
        other = self._connect_once_more(
            company_id=self.site.company_id.id,
            remote_id="44444444-4444-4444-8444-444444444444",
        )
        self.rule.lock_ids |= other.lock_ids
        booking = self.book_and_hear()
        self.assertEqual(len(self.accesses(booking)), 2)
        (self.site | other).state = "refused"
        with freeze_time(NOW + timedelta(minutes=1)):
            booking.action_cancel()
            self.plan()
        self.synchronise_at(7)
        self.assertNewMail("does not take place")
        self.synchronise_at(20)
        self.assertNoMail()

    def test_booking_that_is_theirs_again_before_its_doors_were_shut_is_told(self):
        booking = self.book_and_hear()
        start = booking.start
        self.site.state = "refused"
        booking.action_unschedule()
        self.plan()
        self.synchronise_at(6)
        self.assertNewMail("The booking of Aare does not take place")
        with freeze_time(NOW + timedelta(minutes=7)):
            booking.start = start
            booking.action_confirm()
            self.plan()
            self.site.action_verify()
        self.synchronise_at(8)
        access = self.accesses(booking).filtered("is_wanted")
        self.assertNewMail("your access to Aare, Tuesday", link_of(access))
        self.synchronise_at(20)
        self.assertNoMail()

    def test_booking_moved_and_cancelled_after_that_says_so_once(self):
        self.go_down()
        booking = self.book()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("Your booking of Aare, Tuesday")
        booking.start += timedelta(days=1)
        self.plan()
        booking.action_cancel()
        self.go_up()
        for minutes in (20, 40):
            self.synchronise_at(minutes)
        self.assertNewMail("has been removed")

    def test_holder_who_waits_is_told_in_time_although_others_mails_are_held(self):
        self.book_and_hear(hours=48)
        self.go_down()
        self.book(hours=24)
        self.env["ir.cron.trigger"].search([]).unlink()
        with patch.object(ExivoMail, "_follow", side_effect=LockNotAvailable()):
            self.synchronise_at(0.5)
        moments = self.moments_to_run("ir_cron_synchronise")
        self.assertIn(NOW + timedelta(minutes=5), moments, "to tell who waits")
        soon = NOW + timedelta(seconds=33)
        self.assertIn(soon, moments, "to follow the mails")

    def test_late_holder_of_whom_something_else_is_held_is_told_soon(self):
        self.go_down()
        self.book(hours=24)
        self.synchronise()
        self.env["ir.cron.trigger"].search([]).unlink()
        with patch.object(ExivoNotifier, "_tell_late", side_effect=LockNotAvailable()):
            self.synchronise_at(6)
        soon = NOW + timedelta(minutes=6, seconds=3)
        self.assertIn(soon, self.moments_to_run("ir_cron_synchronise"))
        self.assertNoMail()

    def test_many_who_wait_are_told_some_at_a_time_the_soonest_first(self):
        """What has become due meanwhile is claimed in between."""
        self.go_down()
        bookings = [self.book(hours=24 + 2 * number) for number in range(22)]
        self.synchronise()
        triggers = self.env["ir.cron.trigger"].search
        cron = self.env.ref("exivo_access.ir_cron_synchronise")
        now = NOW + timedelta(minutes=6)
        for told in (20, 22):
            triggers([]).unlink()
            self.synchronise_at(6)
            states = [self.accesses(one).mail_state for one in bookings]
            self.assertEqual(states, ["announced"] * told + ["waiting"] * (22 - told))
            woken = triggers([("cron_id", "=", cron.id), ("call_at", "<=", now)])
            self.assertEqual(bool(woken), told < 22)

    def test_holders_without_an_address_cost_each_run_nothing(self):
        self.customer.email = False
        self.go_down()
        counts = []
        for number in range(12):
            self.book(hours=24 + 2 * number)
            if number in (1, 11):
                self.synchronise_at(number)
                self.synchronise_at(number + 7)
                before = self.env.cr.sql_log_count
                self.synchronise_at(number + 7)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.customer.email = "anna@example.com"
        self.synchronise_at(20)
        self.assertEqual(set(self.accesses().mapped("mail_state")), {"announced"})

    def book_two_ways(self):
        """Rules for the one door and, an hour before, for the other."""
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        return self.book()

    def test_mail_that_one_door_follows_does_not_doubt_the_other(self):
        booking = self.book_two_ways()
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        self.synchronise()
        (works,) = self.accesses(booking)._working()
        (follows,) = self.accesses(booking) - works
        self.assertNewMail(link_of(works))
        self.synchronise_at(6)
        text = self.assertNewMail(
            f"not ready yet: {follows.lock_ids.name}.",
            "What you have from us for the other doors opens them.",
        )
        self.assertNotIn("opens the doors for you is not ready yet", text)

    def test_removal_does_not_deny_the_door_that_is_still_to_come(self):
        booking = self.book_two_ways()
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        self.synchronise()
        (works,) = self.accesses(booking)._working()
        self.assertNewMail(link_of(works))
        works.action_remove()
        self.synchronise()
        text = self.assertNewMail(
            "has been removed",
            f"It was for these doors: {works.lock_ids.name}.",
            "The booking itself stands",
        )
        self.assertNotIn("It opens no door for you", text)

    def test_door_that_never_came_is_not_said_to_be_missing(self):
        self.rule.lock_ids = self.aare
        other = self.rule.copy(
            {"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60}
        )
        self.go_down()
        booking = self.book()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("Your booking of Aare, Tuesday")
        other.action_archive()
        self.go_up()
        self.synchronise_at(20)
        text = self.assertNewMail("Your access to Aare", "your booking is confirmed")
        self.assertNotIn("other doors", text)
        booking.action_cancel()
        self.synchronise_at(21)
        self.assertNewMail("Your access to Aare has been removed")

    def test_moved_after_staff_took_the_access_away_is_told_by_the_calendar(self):
        booking = self.book_and_hear()
        access = self.accesses(booking)
        access.action_remove()
        self.synchronise()
        self.assertNewMail("has been removed")
        booking.start += timedelta(days=1)
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("New time or place: Aare")
        access.action_give_back()
        self.synchronise()
        self.assertNewMail("Your access to Aare, Wednesday", link_of(access))

    def test_access_that_was_given_back_and_takes_long_is_said_to_follow(self):
        booking = self.book_and_hear()
        self.accesses(booking).action_remove()
        self.synchronise()
        self.assertNewMail("has been removed")
        self.go_down()
        self.accesses(booking).action_give_back()
        self.synchronise()
        self.synchronise_at(6)
        self.assertNewMail("Your booking of Aare, Tuesday", "follows in another mail")
