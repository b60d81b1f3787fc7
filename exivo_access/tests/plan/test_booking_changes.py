# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ... import api as exivo
from ..common import NOW, ExivoCase, link_of, links_of, pin_of, pins_of


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBookingChanges(ExivoCase):
    """The rarer turns that a booking can take."""

    def window(self, visit):
        request = visit["request"]
        return tuple(
            moment.replace(tzinfo=None)
            for moment in (request.valid_from, request.valid_to)
        )

    def book_at(self, start, duration=1.0):
        """Book from a moment (UTC) for some hours."""
        return self.book(hours=(start - NOW).total_seconds() / 3600, duration=duration)

    def close_room(self, booking):
        """Close the room around the time of a booking."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": self.room.calendar_id.id,
                "date_from": booking.start - timedelta(hours=1),
                "date_to": booking.stop + timedelta(hours=1),
            }
        )

    def test_two_bookings_of_one_person_stand_apart(self):
        first = self.book(hours=24)
        second = self.book(hours=25)
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 2)
        first.action_cancel()
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(link_of(self.accesses(second)), visit["link"])
        self.assertEqual(self.accesses(second).state, "created")

    def test_colleague_who_corrects_a_booking_leaves_its_organiser_the_access(self):
        employee, colleague = (
            self._create_user(login, "base.group_user,resource_booking.group_manager")
            for login in ("exivo_employee", "exivo_colleague")
        )
        bookings = self.env["resource.booking"].with_user(employee)
        for whole_days in (False, True):
            booking = bookings.create(
                {
                    "type_id": self.booking_type.id,
                    "partner_ids": [(6, 0, employee.partner_id.ids)],
                    "start": NOW + timedelta(days=1 + whole_days),
                    "duration": 1.0,
                }
            ).with_env(self.env)
            if whole_days:
                booking.with_user(employee).meeting_id.allday = True
            booking.with_user(employee).action_confirm()
            self.synchronise()
            access = self.accesses(booking)
            self.assertEqual((booking.state, access.state), ("confirmed", "created"))
            (link,) = links_of(access)
            with Form(booking.with_user(colleague)) as form:
                form.name = "Board of the club"
            self.synchronise()
            self.assertEqual((booking.state, access.state), ("confirmed", "created"))
            self.assertEqual(links_of(access), [link])

    def test_colleague_writes_no_times_that_the_calendar_has_only_rounded(self):
        """Odoo has hours with two digits, and `resource_booking` ends meetings so."""
        employee, colleague = (
            self._create_user(login, "base.group_user,resource_booking.group_manager")
            for login in ("exivo_employee", "exivo_colleague")
        )
        bookings = self.env["resource.booking"].with_user(employee)
        booking = bookings.create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, employee.partner_id.ids)],
                "start": NOW + timedelta(days=1),
                "duration": 1 / 3,
            }
        ).with_env(self.env)
        start = NOW + timedelta(days=1, hours=1)
        stop = start + timedelta(minutes=20)
        meeting = booking.with_user(employee).meeting_id
        meeting.write({"start": start, "stop": stop})
        booking.with_user(employee).action_confirm()
        self.synchronise()
        access = self.accesses(booking)
        self.assertEqual((booking.state, access.state), ("confirmed", "created"))
        (link,) = links_of(access)
        with Form(booking.with_user(colleague)) as form:
            form.name = "Board of the club"
        self.synchronise()
        self.assertEqual((booking.state, access.state), ("confirmed", "created"))
        self.assertEqual((meeting.start, meeting.stop), (start, stop))
        self.assertEqual(links_of(access), [link])
        booking.with_user(employee).duration = 0.5
        self.plan()
        self.assertEqual(meeting.stop, start + timedelta(minutes=30))

    def test_booking_shortened_while_running_ends_earlier_without_a_gap(self):
        booking = self.book(hours=1, duration=2)
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1, minutes=30)):
            booking.duration = 1
            self.synchronise()
        with freeze_time(NOW + timedelta(hours=1, minutes=31)):
            self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(self.window(visit)[1], NOW + timedelta(hours=2, minutes=10))

    def test_whoever_comes_no_more_has_no_access_although_the_room_was_closed(self):
        people = self.env["res.partner"].create([{"name": "Ann"}, {"name": "Ben"}])
        self.rule.holders = "attendees"
        booking = self.book()
        booking.partner_ids |= people
        self.synchronise()
        self.close_room(booking)
        ann, ben = people
        answers = booking.meeting_id.attendee_ids
        answers.filtered(lambda one: one.partner_id == ann).do_decline()
        booking.partner_ids -= ben
        booking.description = "Two fewer"
        self.synchronise()
        accesses = self.accesses(booking)
        self.assertEqual(
            {one.partner_id: one.state for one in accesses},
            {self.customer: "created", ann: "removed", ben: "removed"},
        )
        self.assertEqual(booking.state, "confirmed")
        with self.assertRaisesRegex(ValidationError, "do not fit|is closed"):
            booking.start += timedelta(minutes=30)
            self.env.flush_all()

    def test_booking_of_a_room_that_was_closed_is_not_confirmed(self):
        booking = self.book(confirm=False)
        self.close_room(booking)
        with self.assertRaisesRegex(ValidationError, "do not fit|is closed"):
            booking.action_confirm()
            self.env.flush_all()

    def test_running_booking_that_is_cancelled_is_closed_at_once(self):
        booking = self.book(hours=1, duration=2)
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1, minutes=30)):
            booking.with_context(using_portal=False).action_cancel()
            self.synchronise()
        self.assertFalse(self.exivo.live_visits())

    def test_booking_over_midnight_and_the_change_of_the_clocks(self):
        # 28 March 2027, 02:00 becomes 03:00 in Zurich; the booking runs 23:00-04:00
        start = datetime(2027, 3, 27, 22, 0)
        self.book_at(start, duration=4)
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            self.window(visit),
            (start - timedelta(minutes=15), start + timedelta(hours=4, minutes=10)),
        )
        (mail,) = self.mails_to(self.customer)
        self.assertIn("11:00\u202fPM", mail.body_html.replace("&#8239;", "\u202f"))
        self.assertIn("4:00\u202fAM", mail.body_html.replace("&#8239;", "\u202f"))
        self.assertIn("March 28, 2027", mail.body_html)

    def test_booking_when_the_clocks_go_back_says_the_zone(self):
        # 31 October 2027, 03:00 becomes 02:00 in Zurich
        start = datetime(2027, 10, 30, 23, 30)
        self.book_at(start, duration=3)
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            self.window(visit),
            (start - timedelta(minutes=15), start + timedelta(hours=3, minutes=10)),
        )

    def test_booking_made_an_all_day_event_opens_for_the_zones_whole_day(self):
        booking = self.book(hours=24)
        booking.meeting_id.write(
            {"allday": True, "start_date": "2027-03-02", "stop_date": "2027-03-02"}
        )
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            self.window(visit),
            (datetime(2027, 3, 1, 22, 45), datetime(2027, 3, 2, 23, 10)),
        )

    def test_customer_in_another_zone_reads_the_bookings_zone(self):
        self.customer.tz = "Asia/Tokyo"
        self.book(hours=24)
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("Europe/Zurich", mail.body_html)
        self.assertNotIn("Tokyo", mail.body_html)

    def test_attendance_deleted_from_the_event_takes_confirmation_and_access(self):
        booking = self.book(hours=24)
        self.synchronise()
        attendees = booking.meeting_id.attendee_ids
        attendees.filtered(lambda one: one.partner_id == self.customer).unlink()
        self.synchronise()
        self.assertNotEqual(booking.state, "confirmed")
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_many_changes_in_one_transaction_are_planned_once(self):
        booking = self.book(hours=24)
        self.synchronise()
        for hours in (30, 36, 42, 48):
            booking.start = NOW + timedelta(hours=hours)
        self.synchronise()
        self.assertEqual(len(self.exivo.visits), 2)
        self.assertEqual(len(self.mails_to(self.customer)), 2)

    def test_requester_keeps_the_access_whoever_is_invited_or_renamed(self):
        """By the order of names it would go to the guest, with a code."""
        guest = self.env["res.partner"].create({"name": "Aaron Guest"})
        booking = self.book(hours=24)
        self.synchronise()
        booking.partner_ids |= guest
        self.synchronise()
        self.assertEqual(self.accesses(booking).partner_id, self.customer)
        self.assertEqual(len(self.exivo.visits), 1)
        self.customer.name = "Zoe Muster"
        booking.duration = 2
        self.synchronise()
        standing = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(standing.partner_id, self.customer)
        booking.partner_ids = guest
        booking.action_confirm()
        self.synchronise()
        standing = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(standing.partner_id, guest)

    def test_who_has_booked_comes_before_guests(self):
        booker = self._create_user("exivo_booker", "resource_booking.group_manager")
        booker.partner_id.name = "Zoe Booker"
        booking = (
            self.env["resource.booking"]
            .with_user(booker)
            .sudo()
            .create(
                {
                    "type_id": self.booking_type.id,
                    "partner_ids": [(6, 0, (self.customer | booker.partner_id).ids)],
                    "start": NOW + timedelta(hours=24),
                    "duration": 1,
                }
            )
        )
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).partner_id, booker.partner_id)

    def test_who_was_invited_first_comes_before_guests_although_nobody_had_access(self):
        """By the order of names it would go to the guest, with a code."""
        self.customer.name = "Zoe Muster"
        booking = self.book(confirm=False)
        guest = self.env["res.partner"].create({"name": "Aaron", "email": "a@x.ch"})
        booking.partner_ids |= guest
        self.plan()
        self.assertFalse(self.accesses(booking))
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).partner_id, self.customer)

    def test_who_was_invited_first_has_what_was_everybodys(self):
        self.customer.name = "Zoe Muster"
        booking = self.book()
        guest = self.env["res.partner"].create({"name": "Aaron", "email": "a@x.ch"})
        booking.partner_ids |= guest
        booking.action_confirm()
        self.accesses(booking).unlink()
        self.rule.holders = "attendees"
        self.synchronise()
        self.assertEqual(len(self.accesses(booking)), 2)
        self.rule.holders = "requester"
        self.synchronise()
        wanted = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(wanted.partner_id, self.customer)

    def test_who_holds_what_every_attendee_has_is_not_thereby_the_requester(self):
        self.rule.lock_ids = self.aare
        everybody = self.rule.copy(
            {"lock_ids": [(6, 0, self.entrance.ids)], "holders": "attendees"}
        )
        booker = self._create_user("exivo_booker", "resource_booking.group_manager")
        booker.partner_id.name = "Zoe Booker"
        both = self.customer | booker.partner_id
        bookings = self.env["resource.booking"].with_user(booker).sudo()
        booking = bookings.create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, both.ids)],
                "start": NOW + timedelta(hours=24),
                "duration": 1,
            }
        )
        booking.action_confirm()
        for change in (
            lambda: None,
            lambda: booking.write({"description": "x"}),
            lambda: setattr(everybody, "minutes_before", 20),
            lambda: setattr(self.rule, "minutes_after", 20),
            lambda: setattr(self.rule, "holders", "attendees"),
            lambda: setattr(self.rule, "holders", "requester"),
        ):
            change()
            self.synchronise()
            with_room = self.accesses(booking).filtered(
                lambda one: one.is_wanted and self.aare in one.lock_ids
            )
            if self.rule.holders == "requester":
                self.assertEqual(with_room.partner_id, booker.partner_id)
            wanted = self.accesses(booking).filtered("is_wanted")
            self.assertEqual(wanted.partner_id, both)

    def test_requester_stays_the_same_whatever_becomes_of_the_rules(self):
        booking = self.book()
        self.synchronise()
        guest = self.env["res.partner"].create({"name": "Aaron", "email": "a@x.ch"})
        booking.partner_ids |= guest
        booking.action_confirm()
        (first, second) = (self.aare, self.entrance)
        for change in (
            lambda: setattr(self.rule, "lock_ids", first),
            lambda: setattr(self.rule, "lock_ids", second),
            lambda: self.rule.copy({"lock_ids": [(6, 0, first.ids)]}),
        ):
            change()
            self.synchronise()
            wanted = self.accesses(booking).filtered("is_wanted")
            self.assertEqual(wanted.partner_id, self.customer)

    def test_requester_has_the_access_again_after_nobody_had_it_for_a_while(self):
        """By the order of names it would go to the guest, with a code."""
        booking = self.book(hours=24)
        self.synchronise()
        guest = self.env["res.partner"].create({"name": "Aaron", "email": "a@x.ch"})
        booking.partner_ids |= guest
        booking.action_confirm()
        start = booking.start
        answers = booking.meeting_id.attendee_ids
        mine = answers.filtered(lambda one: one.partner_id == self.customer)
        twin = self.rule.copy({"active": False})

        def choose_again():
            booking.active = True
            booking.start = start
            booking.action_confirm()

        for nobody, somebody in (
            (mine.do_decline, mine.do_accept),
            (
                lambda: setattr(self.rule, "active", False),
                lambda: setattr(self.rule, "active", True),
            ),
            (self.rule.unlink, lambda: setattr(twin, "active", True)),
            (booking.action_cancel, choose_again),
        ):
            with self.subTest(nobody=nobody):
                nobody()
                self.synchronise()
                self.assertFalse(self.accesses(booking).filtered("is_wanted"))
                somebody()
                self.synchronise()
                wanted = self.accesses(booking).filtered("is_wanted")
                self.assertEqual(wanted.partner_id, self.customer)

    def test_deleted_contact_leaves_its_place_and_takes_its_guests_along_at_once(self):
        other = self.env["res.partner"].create({"name": "Zora", "email": "z@x.ch"})
        host = self.env["res.partner"].create({"name": "Anna A", "email": "a@x.ch"})
        booking = self.book(partners=host | other)
        self.synchronise()
        (access,) = self.accesses(booking)
        taken, left = access.partner_id, (host | other) - access.partner_id
        self.rule.copy(
            {"lock_ids": [(6, 0, self.entrance.ids)], "holders": "attendees"}
        )
        guest = self.env["res.partner"].create({"name": "Guest", "email": "g@x.ch"})
        self.env["exivo.guest"].create(
            {
                "booking_id": booking.id,
                "partner_id": guest.id,
                "host_id": taken.id,
                "email": "g@x.ch",
            }
        )
        self.synchronise()
        self.assertIn(guest, self.accesses(booking).partner_id)
        taken.unlink()
        self.synchronise()
        wanted = self.accesses(booking).filtered("is_wanted")
        self.assertEqual(wanted.partner_id, left)
        self.assertIn(self.aare, wanted.lock_ids)

    def test_requester_replaced_moves_the_access_to_the_new_one(self):
        booking = self.book(hours=24)
        self.synchronise()
        other = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        old = self.accesses(booking)
        booking.partner_ids = other
        booking.action_confirm()
        self.synchronise()
        new = self.accesses(booking) - old
        self.assertEqual(old.state, "removed")
        self.assertEqual(new.partner_id, other)
        self.assertEqual(new.state, "created")
        self.assertNotEqual(pin_of(old), pin_of(new))
        self.assertIn("removed", self.mails_to(self.customer)[-1].subject)
        self.assertIn(link_of(new), self.mails_to(other)[-1].body_html)

    def test_attendee_removed_loses_access_and_others_with_a_login_hear_nothing(self):
        self.rule.holders = "attendees"
        holder = self._create_user("holder", "base.group_portal").partner_id
        other = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(partners=holder | other)
        self.synchronise()
        mails = len(self.mails_to(holder))
        booking.partner_ids -= other
        self.synchronise()
        accesses = {one.partner_id: one for one in self.accesses(booking)}
        self.assertEqual(accesses[other].state, "removed")
        self.assertEqual(accesses[holder].state, "created")
        self.assertEqual(len(self.mails_to(holder)), mails)

    def test_other_room_means_other_locks(self):
        room = self._create_room("Reuss")
        combination = self._create_type(room).combination_rel_ids.combination_id
        self.booking_type.combination_rel_ids = [
            (0, 0, {"combination_id": combination.id})
        ]
        self.env["exivo.access.rule"].create(
            {"resource_id": room.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        booking = self.book(hours=24)
        self.synchronise()
        booking.write(
            {"combination_auto_assign": False, "combination_id": combination.id}
        )
        self.synchronise()
        (visit,) = self.exivo.live_visits()
        self.assertEqual(visit["request"].component_ids, ("entrance",))

    def _connect_annex(self):
        """The door of a second site."""
        second = self.env["exivo.site"].create(
            {
                "name": "Annex",
                "remote_id": "44444444-4444-4444-8444-444444444444",
                "api_key": "k",
                "api_secret": "s",
            }
        )
        self.exivo.components.append(
            exivo.Component("annex", "Annex door", "", "electric-lock", True, "")
        )
        self.addCleanup(self.exivo.components.pop)
        second.action_verify()
        second.action_synchronise_locks()
        return second.lock_ids.filtered(lambda lock: lock.name == "Annex door")

    def test_locks_of_two_sites_make_an_access_each_and_one_mail(self):
        annex = self._connect_annex()
        second = annex.site_id
        self.rule.lock_ids = self.aare | annex
        booking = self.book(hours=24)
        self.synchronise()
        accesses = self.accesses(booking)
        self.assertEqual(accesses.site_id, self.site | second)
        self.assertEqual(set(accesses.mapped("state")), {"created"})
        self.assertEqual(len(set(pins_of(accesses))), 1)
        (mail,) = self.mails_to(self.customer)
        for link in links_of(accesses):
            self.assertIn(link, mail.body_html)

    def test_what_is_open_after_a_booking_follows_its_rule_and_its_holder(self):
        self.rule.minutes_after = 120
        for change in (
            lambda: setattr(self.rule, "minutes_after", 10),
            lambda: self.rule.action_archive(),
            lambda: self.customer.action_archive(),
        ):
            self.rule.write({"active": True, "minutes_after": 120})
            self.customer.action_unarchive()
            booking = self.book(hours=1)
            self.synchronise()
            with freeze_time(NOW + timedelta(hours=2, minutes=30)):
                self.synchronise()
                self.assertEqual(len(self.exivo.live_visits()), 1)
                change()
                self.synchronise()
                self.assertFalse(self.exivo.live_visits())
                self.assertFalse(self.accesses(booking)._in_force())
            booking.unlink()

    def test_pin_stays_out_of_the_mail_if_one_of_two_sites_wants_it_so(self):
        self.rule.lock_ids = self.aare | self._connect_annex()
        for site in self.rule.lock_ids.site_id:
            with self.subTest(site=site.name):
                site.pin_in_mail = False
                accesses = self.accesses(self.book(hours=24 * site.id))
                self.synchronise()
                self.assertEqual(set(accesses.mapped("state")), {"created"})
                mail = self.mails_to(self.customer)[-1]
                self.assertNotIn(pin_of(accesses[0]), mail.body_html)
                site.pin_in_mail = True

    def test_merged_customer_keeps_the_access(self):
        booking = self.book(hours=24)
        self.synchronise()
        keeper = self.env["res.partner"].create(
            {"name": "Anna Muster", "email": "anna@example.com"}
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | keeper).ids, keeper)
        self.env.invalidate_all()
        self.synchronise()
        self.assertEqual(self.accesses(booking).partner_id, keeper)
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_merged_attendees_are_not_told_of_other_doors(self):
        self.rule.holders = "attendees"
        other = self.customer.copy({"email": "anna@example.org"})
        booking = self.book(hours=24, partners=self.customer | other)
        self.synchronise()
        self.assertEqual(len({pin_of(one) for one in self.accesses(booking)}), 2)
        self.env["mail.mail"].search([]).unlink()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.env.invalidate_all()
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)
        self.assertIn("only what stands below", self.mails_to(self.customer).body_html)
        self.assertEqual(
            sorted(self.accesses(booking).mapped("state")), ["created", "removed"]
        )
        for mail in self.env["mail.mail"].search([]):
            self.assertNotIn("Other doors", mail.subject)
            self.assertNotIn("other doors", mail.body_html)

    def test_series_that_is_moved_says_the_new_time_and_asks_to_accept(self):
        booking = self.book(hours=24)
        self.synchronise()
        series = {"rrule_type": "weekly", "tue": True, "end_type": "count", "count": 3}
        booking.meeting_id.write({"recurrency": True, **series})
        self.assertEqual(len(booking.meeting_id.recurrence_id.calendar_event_ids), 3)
        self.synchronise()
        self.env["mail.mail"].search([]).unlink()
        booking.meeting_id.write(
            {
                "recurrence_update": "all_events",
                "start": booking.start + timedelta(hours=2),
                "stop": booking.stop + timedelta(hours=2),
            }
        )
        self.synchronise()
        self.assertEqual(booking.state, "scheduled")
        (mail,) = self.mails_to(self.customer)
        self.assertIn("waits for your answer", mail.body_html)
        self.assertIn("/calendar/meeting/accept", mail.body_html)
        self.assertIn("12:00", mail.body_html)

    def test_accesses_go_with_their_site_to_another_company(self):
        neighbours = self.env["res.company"].create({"name": "Neighbours"})
        booking = self.book(hours=24)
        self.site.company_id = neighbours
        booking.duration = 2
        self.plan()
        self.assertEqual(self.accesses(booking).company_id, neighbours)
        self.assertEqual(self.rule.company_id, neighbours)

    def test_booking_by_staff_for_oneself_has_access(self):
        user = self._create_user(
            "exivo_booker", "base.group_user,resource_booking.group_manager"
        )
        booking = (
            self.env["resource.booking"]
            .with_user(user)
            .create(
                {
                    "type_id": self.booking_type.id,
                    "partner_ids": [(6, 0, user.partner_id.ids)],
                    "start": NOW + timedelta(hours=24),
                    "duration": 1,
                }
            )
        )
        self.synchronise()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(self.accesses(booking).state, "created")
        self.assertEqual(len(self.mails_to(user.partner_id)), 1)

    def test_booking_imported_from_a_file_has_access(self):
        self.rule.booking_state = "scheduled"
        result = self.env["resource.booking"].load(
            ["type_id/.id", "partner_ids/.id", "start", "duration"],
            [
                [
                    str(self.booking_type.id),
                    str(self.customer.id),
                    "2027-03-03 09:00:00",
                    "1",
                ]
            ],
        )
        booking = self.env["resource.booking"].browse(result["ids"])
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")

    def test_archived_and_unarchived_booking_loses_and_regains_access(self):
        booking = self.book(hours=24)
        self.synchronise()
        booking.active = False
        self.synchronise()
        self.assertFalse(self.exivo.live_visits())
        booking.active = True
        self.synchronise()
        self.assertEqual(len(self.exivo.live_visits()), 1)

    def test_booking_made_for_a_time_that_is_over_gets_no_access(self):
        booking = self.book(hours=-3)
        self.synchronise()
        self.assertFalse(self.accesses(booking))
        self.assertFalse(self.exivo.visits)

    def test_booking_too_short_to_be_used_gets_no_access_and_says_expired(self):
        self.rule.minutes_after = 0
        booking = self.book(hours=-0.5, duration=0.5 + 30 / 3600)
        self.synchronise()
        self.assertFalse(self.exivo.visits)
        self.assertEqual(self.accesses(booking).state, "expired")
        self.assertFalse(self.mails_to(self.customer))

    def test_booking_scheduled_by_staff_in_the_calendar_has_access(self):
        booking = self.env["resource.booking"].create(
            {
                "type_id": self.booking_type.id,
                "partner_ids": [(6, 0, self.customer.ids)],
            }
        )
        calendar = self.env["calendar.event"].with_context(
            **booking.action_schedule()["context"]
        )
        with Form(calendar) as form:
            form.start = NOW + timedelta(hours=24)
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            self.window(visit)[0], NOW + timedelta(hours=24) - timedelta(minutes=15)
        )

    def test_unscheduled_booking_loses_its_access(self):
        booking = self.book()
        self.synchronise()
        booking.action_unschedule()
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "removed")
        self.assertFalse(self.exivo.live_visits())

    def test_event_that_is_repeated_keeps_one_access_for_the_day_that_was_booked(self):
        booking = self.book(hours=24)
        self.synchronise()
        booking.meeting_id.write(
            {
                "recurrency": True,
                "rrule_type": "weekly",
                "tue": True,
                "end_type": "count",
                "count": 3,
            }
        )
        series = booking.meeting_id.recurrence_id.calendar_event_ids
        self.assertEqual(len(series), 3)
        self.synchronise()
        self.assertEqual(self.accesses(booking).state, "created")
        (visit,) = self.exivo.live_visits()
        self.assertEqual(
            self.window(visit)[0], NOW + timedelta(hours=24) - timedelta(minutes=15)
        )
