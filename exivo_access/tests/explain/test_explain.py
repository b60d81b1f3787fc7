# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import NOW
from ..explain_common import ExplainCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExplainBooking(ExplainCase):
    """What keeps somebody from an access before anything is at Exivo."""

    def test_every_line_is_fine_when_all_is_well(self):
        booking = self.book(hours=0.1)
        self.synchronise()
        lines = self.explain(booking)
        self.assertLine(lines, "fine", "Booking", "10:06\u202fAM – 11:06\u202fAM")
        self.assertLine(lines, "fine", "Person", "Anna Muster is the requester")
        self.assertLine(
            lines,
            "fine",
            "Rule",
            "Aare: opens Aare, Entrance from 15 min before until 10 min after",
        )
        self.assertLine(lines, "fine", "Window and now", "It is open now.")
        self.assertLine(lines, "fine", "Access", "at Exivo since Mar 1, 2027, 10:00")
        self.assertLine(lines, "fine", "Locks", "Aare, Entrance: ready, as of ")
        self.assertEqual(
            [line[1] for line in lines],
            [
                "Booking",
                "Person",
                "Rule",
                "Window and now",
                "Access",
                "Locks",
                "Mail",
                "Link and PIN",
            ],
        )
        self.assertEqual(lines, self.explain(self.accesses(booking)))

    def test_one_minute_is_no_plural(self):
        self.rule.write({"minutes_before": 1, "minutes_after": 1})
        lines = self.explain(self.book(hours=24))
        self.assertLine(lines, "fine", "Rule", "from 1 min before until 1 min after")

    def test_one_line_at_the_top_says_what_matters_most(self):
        booking = self.book(hours=0.1)
        self.synchronise()
        mail = self.mails_to(self.customer)
        mail.write({"state": "sent"})
        verdict, text, _about = self.explain_in_short(booking)
        self.assertEqual(verdict, "fine")
        self.assertIn("Nothing was found", text)
        self.entrance.is_ready = self.aare.is_ready = False
        verdict, text, _about = self.explain_in_short(booking)
        self.assertEqual(verdict, "problem")
        self.assertRegex(text, "^Locks: .*not ready.* And more of it below: 1.$")
        booking.action_cancel()
        self.plan()
        self.assertRegex(self.explain_in_short(booking)[1], "^Booking: It is cancelled")

    def test_all_times_have_the_zone_of_the_booking(self):
        self.user.tz = "America/New_York"
        booking = self.book(hours=24)
        self.synchronise()
        about = self.explain_in_short(booking)[2]
        self.assertIn("Europe/Zurich", about)
        self.assertIn("10:00\u202fAM", about)
        wizard = self.env["exivo.explanation"].get_view(view_type="form")["arch"]
        self.assertNotIn('name="booking_id" readonly', wizard, "it has another zone")

    def test_booking_without_a_time_is_told(self):
        booking = self.book(start=False, confirm=False)
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "No time is chosen.")
        self.assertLine(lines, "info", "Access", "for the reasons above")

    def test_booking_whose_slot_was_just_taken_is_told(self):
        booking = self.book(confirm=False)
        self.env.cr.execute(
            "UPDATE resource_booking SET meeting_id = NULL WHERE id = %s", [booking.id]
        )
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "somebody else had just taken it")

    def test_cancelled_booking_is_told(self):
        booking = self.book()
        booking.action_cancel()
        self.plan()
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "It is cancelled.")
        self.assertLine(lines, "problem", "Access", "no longer asks for it")

    def test_archived_booking_is_told(self):
        booking = self.book(confirm=False)
        booking.active = False
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "It is archived, although")

    def test_archived_calendar_event_is_told(self):
        booking = self.book()
        booking.meeting_id.active = False
        self.plan()
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "calendar event is archived")

    def test_who_has_no_button_reads_whom_to_ask(self):
        booking = self.book(hours=2, confirm=False)
        reader = self._create_user("exivo_reader", "exivo_access.group_user")
        ask = "Ask somebody who manages the bookings"
        press = "Press Confirm on the booking."
        self.assertLine(self.explain(booking), "problem", "Booking", press)
        self.booking_type.modifications_deadline = 24
        self.assertLine(self.explain(booking), "problem", "Booking", press)
        group = self.env.ref("resource_booking.group_manager")
        self.user.group_ids -= group
        booking.user_id = self.user
        self.assertLine(self.explain(booking), "problem", "Booking", ask)
        self.user.group_ids += group
        self.assertLine(self.explain(booking), "problem", "Booking", "not accepted it")
        self.booking_type.portal_staff_confirms = True
        booking.from_portal = True
        self.assertLine(self.explain(booking), "problem", "Booking", "waits for some")
        gone = self.book()
        gone.action_cancel()
        self.plan()
        self.assertLine(self.explain(gone, user=reader), "problem", "Booking", ask)
        self.assertLine(self.explain(gone), "problem", "Booking", "Press Set pending")

    def test_booking_that_is_not_confirmed_waits_for_it(self):
        booking = self.book(confirm=False)
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "Press Confirm on the booking.")
        name = self.customer.name
        self.assertLine(lines, "problem", "Booking", f"{name} has not accepted it")
        self.assertLine(lines, "problem", "Rule", "It waits until")
        self.assertLine(lines, "info", "Access", "for the reasons above")

        self.rule.booking_state = "scheduled"
        self.plan()
        lines = self.explain(booking)
        self.assertLine(lines, "fine", "Booking", "It takes place")
        self.assertLine(lines, "fine", "Rule", "scheduled or confirmed")

    def test_booking_that_is_over_opens_until_its_last_minute(self):
        booking = self.book(hours=1)
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=2, minutes=5)):
            lines = self.explain(booking)
        self.assertLine(lines, "look", "Booking", "over since Mar 1, 2027, 12:00")
        self.assertLine(lines, "fine", "Window and now", "It is open now.")
        with freeze_time(NOW + timedelta(hours=3)):
            self.synchronise()
            lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "It is over since")
        self.assertLine(lines, "problem", "Window and now", "It is over.")
        self.assertLine(lines, "problem", "Access", "Expired")
        self.assertNoLine(lines, "Locks")

    def test_deleted_booking_is_told_on_its_access(self):
        booking = self.book()
        self.synchronise()
        access = self.accesses(booking)
        booking.unlink()
        self.plan()
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Booking", "The booking has been deleted")
        self.assertLine(lines, "problem", "Access", "not confirmed the removal yet")
        self.synchronise()
        self.assertEqual(len(self.explain(access)), 2)

    def test_nobody_is_chosen_is_not_said_to_be_a_booking_of_nobody(self):
        booking = self.book()
        form = self.open_explanation(booking)
        form.partner_id = self.customer.browse()
        self.assertIn("Person: Choose the person.", form.summary)
        self.assertEqual(form.verdict, "look")

    def test_somebody_who_is_not_on_the_booking_is_told_so(self):
        booking = self.book()
        self.synchronise()
        for record in (booking, self.accesses(booking)):
            with self.subTest(model=record._name):
                lines = self.explain(record, partner=self.guest)
                self.assertLine(
                    lines, "problem", "Person", "Bert Beispiel is not on the booking"
                )
                self.assertEqual(len(lines), 2)

    def test_guest_who_has_no_access_reads_why(self):
        """Another rule may be reached, which is not for guests."""
        self.rule.booking_state = "scheduled"
        booking = self.book(confirm=False)
        self.env["exivo.guest"].create(
            {
                "booking_id": booking.id,
                "host_id": self.customer.id,
                "partner_id": self.guest.id,
                "email": self.guest.email,
            }
        )
        for_all = self.rule.copy({"holders": "attendees", "booking_state": "confirmed"})
        self.synchronise()
        for happen, why in (
            (lambda: None, "It waits until the booking is confirmed."),
            (lambda: for_all.write({"active": False}), "It is for the requester only"),
        ):
            happen()
            self.synchronise()
            summary = self.open_explanation(booking, partner=self.guest).verdict
            self.assertEqual(summary, "problem")
            lines = self.explain(booking, partner=self.guest)
            self.assertLine(lines, "fine", "Person", "is a guest of who has booked")
            self.assertIn(why, str(lines))
            self.assertLine(lines, "info", "Access", "There is none")
        for_all.write({"active": True, "booking_state": "scheduled"})
        self.synchronise()
        lines = self.explain(booking, partner=self.guest)
        self.assertLine(lines, "fine", "Access", "Created")

    def test_archived_person_holds_no_access(self):
        booking = self.book()
        self.customer.active = False
        self.plan()
        lines = self.explain(booking, partner=self.customer)
        self.assertLine(lines, "problem", "Person", "Anna Muster is archived")
        self.assertNoLine(lines, "Rule")

    def test_person_without_an_address_gets_no_mail(self):
        self.customer.email = False
        booking = self.book()
        self.synchronise()
        lines = self.explain(booking)
        self.assertLine(lines, "look", "Person", "Anna Muster has no e-mail address")
        self.assertLine(lines, "problem", "Mail", "there is no e-mail address")

    def test_attendee_gets_nothing_where_the_rule_is_for_the_requester(self):
        booking = self.book(partners=self.customer | self.guest)
        self.synchronise()
        lines = self.explain(booking, partner=self.guest)
        self.assertLine(lines, "fine", "Person", "Bert Beispiel attends the booking.")
        self.assertLine(lines, "problem", "Rule", "requester only, who is Anna Muster")
        self.assertNoLine(lines, "Window and now")
        self.assertLine(lines, "info", "Access", "for the reasons above")

        self.rule.holders = "attendees"
        self.synchronise()
        lines = self.explain(booking, partner=self.guest)
        self.assertLine(lines, "fine", "Rule", "Who: Every attendee.")
        self.assertLine(lines, "fine", "Access", "Created: it is at Exivo since Mar 1")

    def test_who_has_declined_is_told_so_by_the_rule_as_well(self):
        booking = self.book(partners=self.customer | self.guest)
        attendees = booking.meeting_id.attendee_ids
        for holders, partner in (
            ("attendees", self.guest),
            ("requester", self.customer),
        ):
            self.rule.holders = holders
            attendees.filtered(lambda one, who=partner: one.partner_id == who).write(
                {"state": "declined"}
            )
            lines = self.explain(booking, partner=partner)
            self.assertLine(lines, "problem", "Person", "has declined")
            self.assertLine(lines, "problem", "Rule", f"{partner.name} has declined.")

    def test_requester_is_who_has_booked_not_who_is_named_first(self):
        booker = self._create_user(
            "bert", "base.group_user,resource_booking.group_manager"
        )
        booker.name = "Bert Beispiel"
        both = self.customer | booker.partner_id
        booking = (
            self.env["resource.booking"]
            .with_user(booker)
            .create(
                {
                    "type_id": self.booking_type.id,
                    "partner_ids": [(6, 0, both.ids)],
                    "start": NOW + timedelta(hours=24),
                }
            )
        )
        booking.action_confirm()
        self.plan()
        self.assertEqual(self.accesses(booking).partner_id, booker.partner_id)
        lines = self.explain(booking)
        self.assertLine(lines, "fine", "Person", "Bert Beispiel is the requester")
        self.assertLine(lines, "fine", "Rule", "Who:")
        lines = self.explain(booking, partner=self.customer)
        self.assertLine(lines, "fine", "Person", "Anna Muster attends the booking.")
        self.assertLine(lines, "problem", "Rule", "only, who is Bert Beispiel")

    def test_rule_that_waits_is_no_problem_beside_one_that_counts(self):
        other = self.rule.copy({"holders": "attendees", "minutes_before": 60})
        other.booking_state = "scheduled"
        booking = self.book(partners=self.customer | self.guest, confirm=False)
        lines = self.explain(booking)
        self.assertLine(lines, "info", "Rule", "It waits until")
        self.assertLine(lines, "fine", "Rule", "from 60 min before")
        self.assertLine(lines, "fine", "Booking", "It takes place")

    def test_room_without_a_rule_opens_nothing(self):
        self.rule.active = False
        booking = self.book()
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Rule", "Aare: there is no access rule")
        self.assertNoLine(lines, "Window and now")

    def test_access_that_should_be_there_is_missed(self):
        booking = self.book()
        self.env.cr.execute("DELETE FROM exivo_access")
        lines = self.explain(booking)
        self.assertLine(lines, "look", "Window and now", "It is too early.")
        self.assertLine(lines, "problem", "Access", "although there should be one")

    def test_window_is_told_in_the_zone_of_the_booking(self):
        booking = self.book(hours=24)
        lines = self.explain(booking)
        self.assertLine(
            lines,
            "look",
            "Window and now",
            "Window: Tuesday, March 2, 2027, 9:45\u202fAM – 11:10\u202fAM "
            "(Europe/Zurich). Now: Mar 1, 2027, 10:00\u202fAM (Europe/Zurich).",
        )


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExplainRights(ExplainCase):
    def test_only_staff_can_ask(self):
        booking = self.book()
        outsider = self._create_user(
            "exivo_curious", "base.group_user,resource_booking.group_manager"
        )
        for record in (booking, self.accesses(booking)):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                self.explain(record, user=outsider)

    def test_staff_who_may_not_see_the_booking_ask_by_its_access(self):
        user = self._create_user("exivo_only", "exivo_access.group_user")
        unseen = self.book(hours=48, confirm=False)  # it has no access to show
        with self.assertRaises(AccessError):
            self.explain(unseen, user=user)
        booking = self.book()
        lines = self.explain(self.accesses(booking), user=user)
        self.assertLine(lines, "fine", "Booking", "It takes place")

    def test_contacts_of_other_companies_are_not_named(self):
        booking = self.book()
        company = self.env["res.company"].create({"name": "Other"})
        self.guest.company_id = company
        for record in (booking, self.accesses(booking)):
            with self.assertRaises(AccessError):
                self.explain(record, partner=self.guest)
        booking.partner_ids |= self.guest  # known from the booking itself
        self.plan()
        lines = self.explain(booking, partner=self.guest)
        self.assertLine(lines, "fine", "Person", "Bert Beispiel attends the booking")

    def test_another_company_learns_nothing(self):
        booking = self.book()
        self.synchronise()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("exivo_far", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self.assertRaises(AccessError):
            self.explain(self.accesses(booking), user=stranger)
        access = self.accesses(booking)
        self.assertTrue(access.reference)  # in the cache, where nobody checks rights
        with self.assertRaises(AccessError):
            self.env["exivo.explainer"].with_user(stranger)._explain_access(
                access.with_user(stranger), access.partner_id
            )
        self.booking_type.company_id = False  # so that the booking is everybody's
        lines = self.explain(booking, user=stranger)
        self.assertNotIn("Entrance", str(lines))
        self.assertNotIn("Riverside", str(lines))
        self.booking_type.company_id = self.env.company
        with self.assertRaises(AccessError):
            self.explain(booking, user=stranger)
