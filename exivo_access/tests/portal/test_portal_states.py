# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whatever becomes of an access, no page or mail claims doors that do not open."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ... import api as exivo
from ..common import NOW, ExivoPortalCase, link_of

OPEN = "The doors open for you:"
#: When the doors open for the access of these tests, as its pages write it.
WINDOW = "9:45"
#: What the booking's page, *My doors* and staff say of each state of an access; empty
#: where *My doors* does not list it.
CASES = {
    "in_progress": ("being prepared", "being prepared", "in_progress"),
    "created": ("Open the doors", "Open the doors", "created"),
    "failed": ("could not be made yet", "could not be made yet", "failed"),
    "removed": ("taken back", "", "removed"),
    "withheld": ("taken back", "", "removed"),
    "being_withheld": ("being taken back", "", "in_progress"),
    "gone_at_exivo": ("taken back", "", "removed"),
    "cancelled": ("taken back", "", "removed"),
    "being_cancelled": ("being taken back", "", "in_progress"),
    "expired": ("Expired", "", "expired"),
}


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestPortalStates(ExivoPortalCase):
    def test_in_progress(self):
        self._check("in_progress")

    def test_created(self):
        self._check("created")

    def test_failed(self):
        self._check("failed")

    def test_removed(self):
        self._check("removed")

    def test_withheld(self):
        self._check("withheld")
        self._check("being_withheld")

    def test_gone_at_exivo(self):
        self._check("gone_at_exivo")

    def test_cancelled(self):
        self._check("cancelled")
        self._check("being_cancelled")

    def test_expired(self):
        self._check("expired")

    def test_moved_booking_says_the_new_time_only_as_planned(self):
        booking = self.book_for_holder()
        self.synchronise()
        self.log_in(self.holder)
        self.choose(booking, "2027-03-04T13:00:00Z")
        page = self._page(booking)
        self.assertNotIn(OPEN, page)
        self.assertIn("Planned time:", page)
        self.synchronise()
        self.assertIn(OPEN, self._page(booking))

    def test_confirmed_booking_has_a_button_to_move_it_as_long_as_it_can_be(self):
        booking = self.book_for_holder(hours=24)
        self.log_in(self.holder)
        self.assertIn("o_exivo_move", self._page(booking))
        self.booking_type.modifications_deadline = 48
        self.assertNotIn("o_exivo_move", self._page(booking))
        self.booking_type.modifications_deadline = 0
        booking.action_cancel()
        self.assertNotIn("o_exivo_move", self._page(booking))

    def test_who_cancels_reads_that_it_is_done_also_for_a_room_without_doors(self):
        for has_doors in (True, False):
            with self.subTest(has_doors=has_doors):
                self.rule.active = has_doors
                booking = self.book(
                    partners=self.holder.partner_id, hours=24 if has_doors else 48
                )
                self.log_in(self.holder)
                answer = self.post(f"/my/bookings/{booking.id}/cancel")
                self.assertFalse(booking.active)
                self.assertRegex(answer.text, "booking is cancelled")
                self.assertIn("This booking is cancelled", self._page(booking))

    def test_standing_access_claims_no_door_that_was_added_in_vain(self):
        rule = self._join("link")
        self.assertIn(OPEN, self._doors())
        with freeze_time(NOW + timedelta(hours=1), tick=True):
            rule.lock_ids |= self.aare
            self._refuse()
            self.synchronise()
            doors = self._doors()
            self.assertNotIn(OPEN, doors)
            self.assertIn("Planned time:", doors)
            self.assertIn("Until then what you have goes on to", doors)
            access = self.accesses().filtered("is_of_community")
            said = self.url_open(f"/my/exivo/accesses/{access.id}/help").text
            self.assertIn("Until then what you have goes on to", said)
            self.assertRegex(said, r"Not yet:\s+Aare\.")
            self.assertNotIn("could not be made", said)
            self.exivo.errors.clear()
            rule.lock_ids = self.entrance
            self.synchronise()
            self.assertIn(OPEN, self._doors())

    def test_standing_access_opens_all_the_while_it_is_renewed(self):
        rule = self._join("link")
        rule.lock_ids |= self.aare
        self.synchronise()
        self._refuse()
        with freeze_time(NOW + timedelta(days=26), tick=True):
            self.run_action("ir_cron_plan_all")
            self.synchronise()
            doors = self._doors()
        self.assertIn('data-state="failed"', doors)
        self.assertIn(OPEN, doors)
        self.assertIn("Until then what you have goes on to", doors)

    def test_no_door_opens_for_a_member_before_a_phone_has_taken_the_key(self):
        self.site.app_id = "4711"
        (self.entrance | self.aare).has_mobile_access = True
        self.exivo.phones_wait = True
        self._join("app")
        with freeze_time(NOW + timedelta(hours=1), tick=True):
            self.synchronise()
            doors = self._doors()
            self.assertNotIn(OPEN, doors)
            self.assertIn("A key was sent to", doors)
            self.exivo.phone_takes_keys()
        with freeze_time(NOW + timedelta(hours=2), tick=True):
            self.synchronise()
            self.assertIn(OPEN, self._doors())
            self.assertNotIn("A key was sent to", self._doors())
        self.exivo.phones_wait = True
        with freeze_time(NOW + timedelta(days=28), tick=True):
            self.run_action("ir_cron_plan_all")
            self.synchronise()
            doors = self._doors()
            self.assertIn(OPEN, doors)
            self.assertIn("A new key is on its way to your phone.", doors)
            self.assertNotIn("A key was sent to", doors)

    def test_shortened_booking_that_is_over_promises_nothing(self):
        """Exivo is away, and keeps what was to end later."""
        booking = self.book_for_holder(hours=-0.5, duration=3)
        self.synchronise()
        self.exivo.refusal = exivo.Unreachable("No answer")
        booking.duration = 1
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=1), tick=True):
            self.synchronise()
            self.log_in(self.holder)
            page = self._page(booking)
            self.assertIn("Expired", page)
            for promise in ("being prepared", "Planned time:", OPEN):
                self.assertNotIn(promise, page)
            said = self.read_explanation(booking)
            self.assertIn("Expired: its window is over", said)
            self.assertIn("What is at Exivo opens doors until Mar 1, 2027, 12:40", said)

    def _join(self, method):
        self.rule.active = False
        tag = self.env["res.partner.category"].create({"name": "Choir"})
        rule = self.env["exivo.access.rule"].create(
            {
                "category_id": tag.id,
                "lock_ids": [(6, 0, self.entrance.ids)],
                "method": method,
            }
        )
        self.holder.partner_id.category_id = tag
        self.synchronise()
        return rule

    def _refuse(self):
        for _try in range(9):
            self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")

    def _doors(self):
        self.log_in(self.holder)
        return self.url_open("/my/doors").text

    def _check(self, case):
        on_page, on_doors, state = CASES[case]
        with self.subTest(case=case):
            booking, access = getattr(self, f"_make_{case}")()
            self.assertEqual(access.state, state)
            opens = case == "created"
            planned = case in ("in_progress", "failed")
            after = timedelta(days=3 if case == "expired" else 0)
            with freeze_time(NOW + after, tick=True):
                self.log_in(self.holder)
                page, doors = self._page(booking), self.url_open("/my/doors").text
            self.assertIn(on_page, page)
            self.assertIn(on_doors or "There is no door for you", doors)
            for text in (page, doors if on_doors else ""):
                self.assertEqual(OPEN in text, opens and bool(text))
                self.assertEqual("Planned time:" in text, planned and bool(text))
                self.assertEqual(WINDOW in text, (opens or planned) and bool(text))
            self.assertEqual("This booking is cancelled" in page, "cancel" in case)
            mails = self.mails_to(self.holder.partner_id)
            self.assertEqual(bool(mails), not planned)
            last = str(mails[-1:].body_html)
            if opens:
                self.assertIn(link_of(access), last)
            if state == "removed":
                self.assertNotIn(WINDOW, last)
                self.assertNotIn("/v/", last, "the link that no longer opens")

    def _page(self, booking):
        return self.url_open(f"/my/bookings/{booking.id}").text

    # === WHAT BECOMES OF AN ACCESS === #

    def _make_in_progress(self):
        booking = self.book_for_holder()
        return booking, self.accesses(booking)

    def _make_created(self):
        booking, access = self._make_in_progress()
        self.synchronise()
        return booking, access

    def _make_failed(self):
        self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        return self._make_created()

    def _make_removed(self):
        booking, access = self._make_created()
        self.rule.active = False
        self.synchronise()
        return booking, access

    def _make_being_withheld(self):
        booking = self.book_for_holder(hours=48)
        self.synchronise()
        access = self.accesses(booking)
        access.action_remove()
        return booking, access

    def _make_withheld(self):
        booking, access = self._make_created()
        access.action_remove()
        self.synchronise()
        return booking, access

    def _make_gone_at_exivo(self):
        booking, access = self._make_created()
        for visit in self.exivo.live_visits():
            visit["revoked"] = True
        self.site.action_compare()
        self.synchronise()
        return booking, access

    def _make_being_cancelled(self):
        booking = self.book_for_holder(hours=48)
        self.synchronise()
        access = self.accesses(booking)
        booking.action_cancel()
        self.plan()
        return booking, access

    def _make_cancelled(self):
        booking, access = self._make_created()
        booking.action_cancel()
        self.synchronise()
        return booking, access

    def _make_expired(self):
        booking, access = self._make_created()
        with freeze_time(NOW + timedelta(days=3)):
            self.synchronise()
        return booking, access
