# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import nullcontext
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .. import api as exivo
from .common import NOW, ExivoCase


class ExplainCase(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user(
            "exivo_desk", "exivo_access.group_user,resource_booking.group_manager"
        )
        cls.guest = cls.env["res.partner"].create(
            {"name": "Bert Beispiel", "email": "bert@example.com"}
        )

    def explain(self, record, partner=None, user=None):
        """Open the screen as staff do.

        :return: ``(verdict, title, text)`` of each of its lines.
        """
        field = {"exivo.access": "access", "resource.booking": "booking"}[record._name]
        context = {f"default_{field}_id": record.id}
        self.env.invalidate_all()
        wizard = self.env["exivo.explanation"].with_user(user or self.user)
        with Form(wizard.with_context(**context)) as form:
            if partner:
                form.partner_id = partner
        lines = form.record.line_ids
        return [(line.verdict, line.title, line.text) for line in lines]

    def assertLine(self, lines, verdict, title, text):
        """There is exactly one line of a title with this verdict; it says a text."""
        found = [line for line in lines if line[:2] == (verdict, title)]
        self.assertEqual(len(found), 1, lines)
        self.assertIn(text, found[0][2])

    def assertNoLine(self, lines, title):
        self.assertNotIn(title, [line[1] for line in lines])


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExplainBooking(ExplainCase):
    """What keeps somebody from an access before anything is at Exivo."""

    def test_all_is_well(self):
        booking = self.book(hours=0.1)
        self.synchronise()
        lines = self.explain(booking)
        self.assertLine(lines, "fine", "Booking", "10:06\u202fAM – 11:06\u202fAM")
        self.assertLine(lines, "fine", "Person", "Anna Muster is the requester")
        self.assertLine(
            lines,
            "fine",
            "Rule of Aare",
            "Opens Aare, Entrance from 15 minutes before until 10 minutes after",
        )
        self.assertLine(lines, "fine", "Window and now", "It is open now.")
        self.assertLine(lines, "fine", "Access", "at Exivo since Mar 1, 2027, 10:00")
        self.assertLine(lines, "fine", "Locks", "Aare, Entrance: ready (as of ")
        self.assertEqual(
            [line[1] for line in lines],
            [
                "Booking",
                "Person",
                "Rule of Aare",
                "Window and now",
                "Access",
                "Locks",
                "Mail",
                "Link and PIN",
            ],
        )
        self.assertEqual(lines, self.explain(self.accesses(booking)))

    def test_booking_without_a_time(self):
        booking = self.book(start=False, confirm=False)
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "No time is chosen.")
        self.assertLine(lines, "info", "Access", "for the reasons above")

    def test_booking_whose_slot_was_just_taken(self):
        booking = self.book(confirm=False)
        self.env.cr.execute(
            "UPDATE resource_booking SET meeting_id = NULL WHERE id = %s", [booking.id]
        )
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "somebody else had just taken it")

    def test_cancelled_booking(self):
        booking = self.book()
        booking.action_cancel()
        self.plan()
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "It is cancelled.")
        self.assertLine(lines, "problem", "Access", "no longer asks for it")

    def test_archived_booking(self):
        booking = self.book(confirm=False)
        booking.active = False
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "It is archived, although")

    def test_archived_calendar_event(self):
        booking = self.book()
        booking.meeting_id.active = False
        self.plan()
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "calendar event is archived")

    def test_booking_that_is_not_confirmed(self):
        booking = self.book(confirm=False)
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Booking", "Press Confirm on the booking.")
        self.assertLine(lines, "problem", "Rule of Aare", "It waits until")
        self.assertLine(lines, "info", "Access", "for the reasons above")

        self.rule.booking_state = "scheduled"
        self.plan()
        lines = self.explain(booking)
        self.assertLine(lines, "fine", "Booking", "It takes place")
        self.assertLine(lines, "fine", "Rule of Aare", "scheduled or confirmed")

    def test_booking_that_is_over(self):
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

    def test_deleted_booking(self):
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

    def test_somebody_who_is_not_on_the_booking(self):
        booking = self.book()
        self.synchronise()
        for record in (booking, self.accesses(booking)):
            with self.subTest(model=record._name):
                lines = self.explain(record, partner=self.guest)
                self.assertLine(
                    lines, "problem", "Person", "Bert Beispiel is not on the booking"
                )
                self.assertEqual(len(lines), 2)

    def test_person_who_is_archived(self):
        booking = self.book()
        self.customer.active = False
        self.plan()
        lines = self.explain(booking, partner=self.customer)
        self.assertLine(lines, "problem", "Person", "Anna Muster is archived")
        self.assertNoLine(lines, "Rule of Aare")

    def test_person_without_an_address(self):
        self.customer.email = False
        booking = self.book()
        self.synchronise()
        lines = self.explain(booking)
        self.assertLine(lines, "look", "Person", "Anna Muster has no e-mail address")
        self.assertLine(lines, "problem", "Mail", "there is no e-mail address")

    def test_attendee_of_a_room_whose_rule_is_for_the_requester(self):
        booking = self.book(partners=self.customer | self.guest)
        self.synchronise()
        lines = self.explain(booking, partner=self.guest)
        self.assertLine(lines, "fine", "Person", "Bert Beispiel attends the booking.")
        self.assertLine(
            lines, "problem", "Rule of Aare", "requester only, who is Anna Muster"
        )
        self.assertNoLine(lines, "Window and now")
        self.assertLine(lines, "info", "Access", "for the reasons above")

        self.rule.holders = "attendees"
        self.synchronise()
        lines = self.explain(booking, partner=self.guest)
        self.assertLine(lines, "fine", "Rule of Aare", "Who: Every attendee.")
        self.assertLine(lines, "fine", "Access", "Created")

    def test_rule_that_does_not_count_beside_one_that_does(self):
        other = self.rule.copy({"holders": "attendees", "minutes_before": 60})
        other.booking_state = "scheduled"
        booking = self.book(partners=self.customer | self.guest, confirm=False)
        lines = self.explain(booking)
        self.assertLine(lines, "info", "Rule of Aare", "It waits until")
        self.assertLine(lines, "fine", "Rule of Aare", "from 60 minutes before")
        self.assertLine(lines, "fine", "Booking", "It takes place")

    def test_room_without_a_rule(self):
        self.rule.active = False
        booking = self.book()
        lines = self.explain(booking)
        self.assertLine(lines, "problem", "Rule", "Aare: there is no access rule")
        self.assertNoLine(lines, "Window and now")

    def test_access_that_should_be_there(self):
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
class TestExplainAccess(ExplainCase):
    """How an access stands, what hinders it, what its holder knows."""

    def created(self, hours=24.0):
        booking = self.book(hours=hours)
        self.synchronise()
        return self.accesses(booking)

    def test_access_that_was_just_ordered(self):
        access = self.accesses(self.book(hours=24))
        lines = self.explain(access)
        self.assertLine(lines, "look", "Access", "ordered Mar 1, 2027, 10:00")
        self.assertLine(lines, "look", "Access", "worked on any moment")
        self.assertLine(lines, "info", "Mail", "Nothing is sent yet")
        self.assertNoLine(lines, "Link and PIN")

    def test_access_that_waits_for_exivo_while_its_doors_should_open(self):
        self.exivo.fail(exivo.ServerError("Out of order", 500))
        access = self.created(hours=0.1)
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "unclear: Out of order.")
        self.assertLine(lines, "problem", "Access", "Next try: Mar 1, 2027, 10:00")

    def test_access_that_exivo_refused(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        lines = self.explain(self.created())
        self.assertLine(
            lines,
            "problem",
            "Access",
            "Exivo refused the access: Component is unknown. Put right",
        )

    def test_access_without_a_link(self):
        create_visit = self.exivo.create_visit

        def create_without_link(request):
            visit = create_visit(request)
            return exivo.Visit(visit.id, visit.name, "", False, False)

        self.patch(self.exivo, "create_visit", create_without_link)
        lines = self.explain(self.created())
        self.assertLine(lines, "problem", "Access", "no usable link. Press Retry.")

    def test_access_that_staff_took_away(self):
        access = self.created()
        access.action_remove()
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "Press Give back")
        self.assertLine(lines, "problem", "Access", "not confirmed the removal yet")
        self.synchronise()
        lines = self.explain(access)
        self.assertNotIn("not confirmed", lines[-1][2])
        self.assertNoLine(lines, "Window and now")

    def test_access_that_ends_too_soon(self):
        booking = self.book(hours=1)
        with freeze_time(NOW + timedelta(hours=2, minutes=9, seconds=30)):
            self.synchronise()
            lines = self.explain(booking)
        self.assertLine(lines, "problem", "Window and now", "It ends too soon")
        self.assertLine(lines, "problem", "Access", "too short to use")

    def test_access_that_works_until_its_end_does_not_end_too_soon(self):
        access = self.created(hours=1)
        with freeze_time(NOW + timedelta(hours=2, minutes=9, seconds=30)):
            lines = self.explain(access)
        self.assertLine(lines, "fine", "Window and now", "It is open now.")

    def test_site_that_is_not_called(self):
        access = self.accesses(self.book())
        title = "Site Riverside House"
        self.assertNoLine(self.explain(access), title)

        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        self.synchronise()
        lines = self.explain(access)
        self.assertLine(lines, "problem", title, "No connection to")
        self.assertLine(lines, "problem", title, "tries again at Mar 1, 2027, 10:00")

        self.exivo.fail(exivo.Unauthorized("Unauthorized", 401))
        with freeze_time(NOW + timedelta(minutes=5)):
            self.synchronise()
            lines = self.explain(access)
        self.assertLine(lines, "problem", title, "API secret")
        self.assertLine(lines, "problem", title, "presses Verify authentication")
        self.assertNotIn("Next try", str(lines))

        self.site.active = False
        self.assertLine(self.explain(access), "problem", title, "It is archived")

    def test_site_that_is_refused_after_the_access_was_made(self):
        access = self.created()
        self.site.state = "refused"
        lines = self.explain(access)
        self.assertLine(lines, "look", "Site Riverside House", "It is not verified")

    def test_locks_that_are_not_ready_or_gone(self):
        access = self.created()
        self.aare.is_ready = False
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Locks", "Aare: Exivo called it not ready")
        self.assertLine(lines, "fine", "Locks", "Entrance: ready (as of Mar 1, 2027")
        self.aare.active = False
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Locks", "Aare: Exivo no longer has")

    def test_mail_on_its_way_sent_and_not_delivered(self):
        access = self.created()
        self.assertLine(self.explain(access), "look", "Mail", "waits in Odoo's queue")
        mail = self.mails_to(self.customer)
        mail.write({"state": "exception", "failure_reason": "Mailbox is full."})
        self.assertLine(
            self.explain(access), "problem", "Mail", "delivered: Mailbox is full. Check"
        )
        mail.state = "sent"
        self.assertLine(self.explain(access), "fine", "Mail", "It was sent.")

    def test_mail_that_was_announced(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        access = self.created()
        with freeze_time(NOW + timedelta(minutes=10)):
            self.synchronise()
        self.mails_to(self.customer).state = "sent"
        self.assertLine(self.explain(access), "info", "Mail", "the access follows")

    def test_mail_that_could_not_be_written(self):
        template = self.env.ref("exivo_access.mail_template_confirmation")
        template.body_html = '<t t-out="object.no_such_field"/>'
        with self.assertLogs("odoo.addons.exivo_access.models.notifier", "ERROR"):
            access = self.created()
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Mail", "could not be written")

    def test_address_from_which_mails_come_back(self):
        access = self.created()
        self.customer.message_bounce = 2
        self.env["mail.blacklist"]._add(self.customer.email)
        lines = self.explain(access)
        self.assertIn(
            ("look", "Mail", "2 mails to anna@example.com came back. Check the address."),
            lines,
        )
        self.assertLine(lines, "info", "Mail", "anna@example.com is on Odoo's mail")

    def test_whether_the_holder_looked_at_the_pin(self):
        holder = self._create_user("exivo_looker", "base.group_portal")
        booking = self.book(partners=holder.partner_id)
        self.synchronise()
        access = self.accesses(booking)
        access.with_user(self.user).action_reveal_pin()
        lines = self.explain(access)
        self.assertLine(lines, "info", "Link and PIN", "has not looked")
        self.assertLine(lines, "info", "Link and PIN", "Exivo does not tell")
        access._reveal_pin(holder)
        lines = self.explain(access)
        self.assertLine(lines, "info", "Link and PIN", "looked at the PIN in the portal,")

    def test_several_accesses_are_told_apart(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book(hours=0.5)
        self.synchronise()
        lines = self.explain(booking)
        headings = [line[1] for line in lines if not line[0]]
        self.assertEqual(
            headings, ["Entrance (Riverside House)", "Aare (Riverside House)"]
        )
        self.assertLine(lines, "fine", "Window and now", "It is open now.")
        self.assertLine(lines, "look", "Window and now", "It is too early.")

    def test_access_of_an_earlier_life_of_the_booking_is_left_out(self):
        booking = self.book()
        self.synchronise()
        booking.action_unschedule()
        self.synchronise()
        booking.start = NOW + timedelta(hours=48)
        booking.action_confirm()
        self.synchronise()
        self.assertEqual(len(self.accesses(booking)), 2)
        lines = self.explain(booking)
        self.assertLine(lines, "fine", "Access", "Created")

    def test_neither_pin_nor_link_is_shown(self):
        access = self.created()
        access._reveal_pin(self.user)
        text = str(self.explain(access))
        self.assertNotIn(access.pin, text)
        self.assertNotIn(access.link, text)


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
        booking = self.book()
        with self.assertRaises(AccessError):
            self.explain(booking, user=user)
        lines = self.explain(self.accesses(booking), user=user)
        self.assertLine(lines, "fine", "Booking", "It takes place")

    def test_another_company_learns_nothing(self):
        booking = self.book()
        self.synchronise()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user("exivo_far", "exivo_access.group_manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        with self.assertRaises(AccessError):
            self.explain(self.accesses(booking), user=stranger)
        self.booking_type.company_id = False  # so that the booking is everybody's
        lines = self.explain(booking, user=stranger)
        self.assertNotIn("Entrance", str(lines))
        self.assertNotIn("Riverside", str(lines))
        self.booking_type.company_id = self.env.company
        with self.assertRaises(AccessError):
            self.explain(booking, user=stranger)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestBookingNote(ExplainCase):
    def note(self, booking):
        self.env.invalidate_all()
        return booking.with_user(self.user).exivo_note

    def test_booking_says_why_it_has_no_access(self):
        booking = self.book(confirm=False)
        self.assertIn("not confirmed yet", self.note(booking))
        booking.action_confirm()
        self.plan()
        self.assertFalse(self.note(booking))
        self.synchronise()
        self.assertFalse(self.note(booking))
        with freeze_time(NOW + timedelta(days=2)):
            self.synchronise()
            self.assertIn("It is over since", self.note(booking))

    def test_booking_says_that_it_ends_too_soon(self):
        booking = self.book(hours=1)
        with freeze_time(NOW + timedelta(hours=1, minutes=59, seconds=30)):
            self.rule.minutes_after = 0
            self.synchronise()
            self.assertIn("ends too soon", self.note(booking))

    def test_booking_of_a_room_without_rules_says_nothing(self):
        self.rule.active = False
        self.assertFalse(self.note(self.book(confirm=False)))

    def test_new_booking_says_nothing(self):
        form = Form(self.env["resource.booking"].with_user(self.user))
        self.assertFalse(form.exivo_note)

    def test_note_is_cheap_where_there_is_an_access_and_absent_from_lists(self):
        booking = self.book()
        self.note(booking)  # fills the caches
        self.env.invalidate_all()
        booking = booking.with_user(self.user)
        booking.exivo_access_ids.mapped("state")  # the form shows it anyway
        with self.assertQueryCount(0):
            self.assertFalse(booking.exivo_note)
        for view in ("list", "calendar", "kanban"):
            arch = self.env["resource.booking"].get_view(view_type=view)["arch"]
            self.assertNotIn("exivo_note", arch)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestAdminPage(ExplainCase):
    def test_buttons_lead_to_exivo_and_to_the_settings(self):
        access = self.accesses(self.book()).with_user(self.user)
        for record in (access, self.site.with_user(self.user)):
            self.assertEqual(
                record.action_open_at_exivo(),
                {
                    "type": "ir.actions.act_url",
                    "url": "https://customer.exivo.io",
                    "target": "new",
                },
            )
        self.site.admin_url = "https://portal.example.com/#/doors"
        self.assertEqual(
            access.action_open_at_exivo()["url"], "https://portal.example.com/#/doors"
        )
        action = access.action_open_site()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("exivo.site", self.site.id)
        )
        with self.assertRaises(AccessError):
            self.site.with_user(self.user).admin_url = "https://other.example.com"

    def test_admin_page_must_be_safe_to_open(self):
        for url in (
            "http://customer.exivo.io",
            "javascript:alert(1)",
            "customer.exivo.io",
            "https://user:secret@customer.exivo.io",
        ):
            with (
                self.subTest(url=url),
                self.assertRaisesRegex(ValidationError, "starts with https"),
            ):
                self.site.admin_url = url


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestBookingTour(ExplainCase, HttpCase):
    def test_staff_see_the_access_of_a_booking_and_have_it_explained(self):
        booking = self.book()
        self.synchronise()
        self.start_tour(
            f"/odoo/resource.booking/{booking.id}",
            "exivo_booking_accesses",
            login="exivo_desk",
        )

    def _registry_in_test_mode(self):
        return nullcontext()  # an HttpCase is in it all the time
