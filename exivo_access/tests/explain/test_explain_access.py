# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import Form, tagged

from ... import api as exivo
from ...models.pins.handover import look_at_pin, show_pin
from ..common import NOW, link_of, pin_of
from ..explain_common import ExplainCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExplainAccess(ExplainCase):
    """How an access stands, what hinders it, what its holder knows."""

    def created(self, hours=24.0):
        booking = self.book(hours=hours)
        self.synchronise()
        return self.accesses(booking)

    def test_access_that_is_just_over_is_explained_before_anybody_looked_again(self):
        access = self.created(hours=1)
        with freeze_time(NOW + timedelta(hours=3)):
            for record in (access, access.booking_id):
                lines = self.explain(record)
                self.assertLine(lines, "problem", "Booking", "It is over since")
                self.assertLine(lines, "problem", "Window and now", "It is over.")
                self.assertLine(lines, "problem", "Access", "Expired")
                self.assertNoLine(lines, "Link and PIN")
        self.assertEqual(access.state, "created")

    def test_nothing_is_promised_of_what_is_over(self):
        self.customer.email = False
        self.exivo.fail(exivo.Unreachable("No answer"))
        access = self.created()
        self.assertIn("tried again by itself", Form(access).failure_advice)
        with freeze_time(access.stop + timedelta(hours=1)):
            self.synchronise()
            self.assertEqual(access.state, "expired")
            self.assertFalse(Form(access).failure_advice)
            self.customer.email = "anna@example.com"
            self.synchronise()
            lines = self.explain(access)
            self.assertLine(lines, "info", "Mail", "was not told in time: Not yet sent")
            self.assertNotIn("as soon as", str(lines))

    def test_nothing_is_tried_again_by_itself_at_a_site_that_is_not_called(self):
        self.exivo.fail(exivo.Unreachable("No answer"))
        access = self.created()
        self.assertIn("tried again by itself", Form(access).failure_advice)
        self.site.sudo().database_uuid = "of a copy"
        self.env.invalidate_all()
        self.assertFalse(Form(access).failure_advice)

    def test_access_that_was_just_ordered_is_worked_on(self):
        access = self.accesses(self.book(hours=24))
        lines = self.explain(access)
        self.assertLine(lines, "look", "Access", "requested on Mar 1, 2027, 10:00")
        self.assertLine(lines, "look", "Access", "worked on any moment")
        self.assertLine(lines, "info", "Mail", "Nothing is sent yet")
        self.assertNoLine(lines, "Link and PIN")

    def test_access_that_waits_while_its_doors_should_open_is_a_problem(self):
        self.exivo.fail(exivo.ServerError("Out of order", 500))
        access = self.created(hours=0.1)
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "unclear (Out of order).")
        self.assertLine(lines, "problem", "Access", "Next try: Mar 1, 2027, 10:00")

    def test_what_is_renewed_and_opens_all_the_while_is_no_problem(self):
        """A booking that staff lengthen while Exivo refuses it, or is away."""
        access = self.created(hours=0.1)
        with freeze_time(NOW + timedelta(minutes=10)):
            for error in (exivo.Rejected("no", 400), exivo.Unreachable("No answer")):
                self.exivo.errors = [("create_visit", error, False)] * 9
                access.booking_id.duration += 1
                self.synchronise()
                verdict, short, _occasion = self.explain_in_short(access.booking_id)
                self.assertEqual(verdict, "look")
                self.assertIn("has goes on to open doors until it is renewed", short)
                self.entrance.is_ready = False
                verdict, short, _occasion = self.explain_in_short(access.booking_id)
                self.assertEqual(verdict, "problem")
                self.assertIn("Locks: Entrance: not ready", short)
                self.entrance.is_ready = True

    def test_next_try_waits_as_long_as_exivo_asks_for(self):
        self.exivo.fail(exivo.RateLimited("Too many", retry_after=600))
        lines = self.explain(self.created())
        self.assertLine(lines, "look", "Access", "Next try: Mar 1, 2027, 10:10")

    def test_access_that_exivo_refused_says_what_to_put_right(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        lines = self.explain(self.created())
        self.assertLine(
            lines,
            "problem",
            "Access",
            "Exivo refused the access (Component is unknown). Check at Exivo",
        )

    def test_access_without_a_link_is_asked_for_it_again(self):
        create_visit = self.exivo.create_visit

        def create_without_link(request):
            visit = create_visit(request)
            return exivo.Visit(visit.id, visit.name, "", False, False)

        self.patch(self.exivo, "create_visit", create_without_link)
        lines = self.explain(self.created())
        self.assertLine(lines, "problem", "Access", "asks Exivo for the link again")

    def test_access_that_staff_took_away_can_be_given_back(self):
        access = self.created()
        access.action_remove()
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "Press Give back")
        self.assertLine(lines, "problem", "Access", "not confirmed the removal yet")
        self.synchronise()
        lines = self.explain(access)
        self.assertNotIn("not confirmed", lines[-1][2])
        self.assertNoLine(lines, "Window and now")

    def test_access_that_ends_too_soon_is_not_made(self):
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

    def test_site_that_is_not_called_is_a_problem_for_what_waits(self):
        access = self.accesses(self.book())
        title = "Site"
        self.assertNoLine(self.explain(access), title)

        self.exivo.fail(exivo.Unreachable("No connection to Exivo"))
        self.synchronise()
        lines = self.explain(access)
        self.assertLine(lines, "problem", title, "Riverside House: No connection")
        self.assertLine(lines, "problem", title, "tries again on Mar 1, 2027, 10:00")

        self.exivo.refusal = exivo.Unauthorized("Unauthorized", 401)
        with freeze_time(NOW + timedelta(minutes=5)):
            self.synchronise()
            lines = self.explain(access)
        self.assertLine(lines, "problem", title, "API secret")
        self.assertLine(lines, "problem", title, "presses Verify authentication")
        self.assertNotIn("Next try", str(lines))

    def test_removal_that_waits_says_why_and_when_it_goes_on(self):
        access = self.created()
        self.exivo.fail(exivo.ServerError("Out of order", 500), "revoke_visit")
        access.booking_id.action_cancel()
        self.synchronise()
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "not confirmed the removal yet.")
        self.assertLine(lines, "problem", "Access", "Next try: Mar 1, 2027, 10:00")
        self.site.state = "refused"
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Site", "does not call it")
        self.assertNotIn("Next try", str(lines))

    def shorten(self):
        """A booking that staff make shorter; it is over before what is at Exivo is."""
        access = self.accesses(self.book(hours=-0.5, duration=3))
        self.synchronise()
        access.booking_id.duration = 1
        return access

    def test_what_opens_after_the_end_says_why_and_what_to_do(self):
        access = self.shorten()
        self.exivo.refusal = exivo.Unreachable("No answer")
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
            lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "opens doors until")
        self.assertLine(lines, "problem", "Access", "cannot be reached (No answer)")
        self.assertLine(lines, "problem", "Site", "tries again on")
        self.assertNoLine(lines, "Locks")
        with freeze_time(NOW + timedelta(hours=3)):
            self.assertNoLine(self.explain(access), "Site")

    def test_what_opens_after_the_end_goes_whatever_kept_another_from_being_made(self):
        access = self.shorten()
        refused = exivo.Rejected("Component is unknown", 400)
        unclear = exivo.ServerError("Out of order", 500)
        self.exivo.errors = [("create_visit", refused, False)] * 9
        self.exivo.errors += [("revoke_visit", unclear, False)] * 9
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1)):
            self.synchronise()
            lines = self.explain(access)
        self.assertLine(lines, "problem", "Access", "opens doors until")
        self.assertLine(lines, "problem", "Access", "Next try: Mar 1, 2027, 11:0")
        self.assertNotIn("Component is unknown", str(lines))

    def test_access_to_come_says_when_it_is_asked_for_once_more(self):
        access = self.created()
        self.assertLine(self.explain(access), "fine", "Access", "asks for it once more")

    def test_nothing_is_promised_while_the_site_is_not_called(self):
        self.exivo.fail(exivo.TimedOut("cut"), calls="create_visit", after=True)
        unclear = self.created(hours=48)
        access = self.accesses(self.book(hours=24))
        with freeze_time(NOW + timedelta(minutes=1)):
            self.synchronise()
            self.assertIn("Next look", str(self.explain(unclear)))
            self.assertIn("asks for it once more", str(self.explain(access)))
            new = self.accesses(self.book(hours=72))
            self.assertIn("any moment", str(self.explain(new)))
            self.site.paused_until = access.start
            once_more = "once more: Mar 2, 2027, 9:45"
            self.assertLine(self.explain(access), "fine", "Access", once_more)
            self.site.sudo().database_uuid = "of a copy"
            for one in unclear, access, new:
                for words in "any moment", "Next look", "Next try", "asks for it once":
                    self.assertNotIn(words, str(self.explain(one)))

    def test_site_that_is_refused_later_is_only_worth_a_look(self):
        access = self.created()
        self.site.state = "refused"
        lines = self.explain(access)
        self.assertLine(lines, "look", "Site", "Riverside House: It is not verified")

    def test_locks_that_are_not_ready_or_gone_are_a_problem(self):
        access = self.created()
        self.aare.is_ready = False
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Locks", "Aare: not ready")
        self.assertLine(lines, "fine", "Locks", "Entrance: ready, as of Mar 1, 2027")
        self.aare.active = False
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Locks", "Aare: Exivo no longer has")

    def test_mail_is_on_its_way_or_sent_or_not_delivered(self):
        access = self.created()
        self.assertLine(self.explain(access), "look", "Mail", "waits in Odoo's queue")
        mail = self.mails_to(self.customer)
        mail.write({"state": "exception", "failure_reason": "Mailbox is full."})
        self.assertLine(
            self.explain(access), "problem", "Mail", "delivered: Mailbox is full. Check"
        )
        mail.state = "sent"
        self.assertLine(self.explain(access), "fine", "Mail", "It was sent.")

    def test_announced_access_is_said_to_follow(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400))
        access = self.created()
        with freeze_time(NOW + timedelta(minutes=10)):
            self.synchronise()
        self.mails_to(self.customer).state = "sent"
        self.assertLine(self.explain(access), "info", "Mail", "the access follows")

    def test_mail_that_could_not_be_written_is_a_problem(self):
        template = self.env.ref("exivo_access.mail_template_confirmation")
        template.body_html = '<t t-out="object.no_such_field"/>'
        with self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"):
            access = self.created()
        lines = self.explain(access)
        self.assertLine(lines, "problem", "Mail", "could not be written")

    def test_address_from_which_mails_come_back_is_worth_a_look(self):
        access = self.created()
        self.customer.message_bounce = 2
        self.env["mail.blacklist"]._add(self.customer.email)
        lines = self.explain(access)
        self.assertIn(
            (
                "look",
                "Mail",
                "Mails to anna@example.com that came back: 2. Check the address.",
            ),
            lines,
        )
        self.assertLine(lines, "info", "Mail", "anna@example.com is on Odoo's mail")

    def test_it_is_known_whether_the_holder_looked_at_the_pin(self):
        holder = self._create_user("exivo_looker", "base.group_portal")
        booking = self.book(partners=holder.partner_id)
        self.synchronise()
        access = self.accesses(booking)
        show_pin(access.with_user(self.user))
        lines = self.explain(access)
        self.assertLine(lines, "info", "Link and PIN", "has not looked")
        self.assertLine(lines, "info", "Link and PIN", "Exivo does not tell")
        look_at_pin(access, holder)
        lines = self.explain(access)
        self.assertLine(
            lines, "info", "Link and PIN", "looked at the PIN in the portal,"
        )

    def test_holder_who_has_fixed_the_pin_has_not_looked_at_it(self):
        holder = self.user.partner_id
        pins = self.env["exivo.fixed.pin"].with_user(self.user)
        with self._registry_in_test_mode():
            pins.create({"partner_id": holder.id, "pin": "730264"})
        access = self.accesses(self.book(partners=holder))
        self.synchronise()
        self.assertTrue(access.reveal_ids)
        lines = self.explain(access)
        self.assertLine(lines, "info", "Link and PIN", "has not looked")

    def test_several_accesses_are_told_apart(self):
        self.rule.lock_ids = self.aare
        self.rule.copy({"lock_ids": [(6, 0, self.entrance.ids)], "minutes_before": 60})
        booking = self.book(hours=0.5)
        self.synchronise()
        lines = self.explain(booking)
        headings = [line[2] for line in lines if not line[0]]
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
        self.assertFalse([line for line in lines if line[0] == "problem"])

    def test_neither_pin_nor_link_is_shown(self):
        access = self.created()
        show_pin(access.with_user(self.user))
        text = str(self.explain(access))
        self.assertNotIn(pin_of(access), text)
        self.assertNotIn(link_of(access), text)
