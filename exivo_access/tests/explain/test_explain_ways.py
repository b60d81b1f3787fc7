# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What an explanation advises can be done from there."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ... import api as exivo
from ..common import NOW
from ..explain_common import ExplainCase

BUTTONS = ("give_back", "retry", "resend", "new_code", "open_booking")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestExplainWays(ExplainCase):
    def see(self, record, user=None):
        """Open the screen; return it, and the buttons that it shows."""
        form = self.open_explanation(record, user=user)
        shown = {name for name in BUTTONS if form[f"may_{name}"]}
        return form, shown

    def lead_to(self, record):
        return f"{record._name},{record.id}"

    def created(self):
        booking = self.book()
        self.synchronise()
        return self.accesses(booking)

    def test_access_that_works_can_be_sent_again_and_get_a_new_code(self):
        access = self.created()
        form, shown = self.see(access)
        self.assertEqual(shown, {"resend", "new_code", "open_booking"})
        record = form.save()
        self.mails_to(self.customer).unlink()
        record.action_resend()
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        action = record.action_new_code()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(Form(wizard).with_code_ids[:], access)
        self.assertEqual(record.action_open_booking()["res_id"], access.booking_id.id)

    def test_button_of_a_dialog_that_is_out_of_date_says_what_there_is_to_send(self):
        access = self.created()
        self.mails_to(self.customer).unlink()
        record = self.see(access)[0].save()
        access.booking_id.start += timedelta(hours=1)
        self.plan()
        with self.assertRaisesRegex(UserError, "there is nothing to send"):
            record.action_resend()
        access.booking_id.unlink()
        self.plan()
        with self.assertRaisesRegex(UserError, "nothing to send"):
            record.action_resend()
        self.assertFalse(self.mails_to(self.customer))

    def test_access_that_was_taken_away_is_given_back(self):
        access = self.created()
        access.action_remove()
        self.synchronise()
        for subject in (access, access.booking_id):
            form, shown = self.see(subject)
            self.assertIn("give_back", shown)
            self.assertNotIn("resend", shown)
        form.save().action_give_back()
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_what_nothing_wants_any_more_is_not_to_be_given_back(self):
        access = self.created()
        access.write({"gone_at_exivo": True, "withheld": True})
        access.booking_id.action_cancel()
        self.synchronise()
        form, shown = self.see(access)
        self.assertNotIn("give_back", shown)
        self.assertNotIn("Give back", str(form.line_ids._records))

    def test_access_that_failed_is_tried_again(self):
        self.exivo.fail(exivo.Rejected("Component is unknown", 400), "create_visit")
        access = self.created()
        form, shown = self.see(access)
        self.assertIn("retry", shown)
        self.assertEqual(form.way, self.lead_to(access))
        form.save().action_retry()
        self.synchronise()
        self.assertEqual(access.state, "created")

    def test_booking_that_is_not_confirmed_leads_to_it(self):
        booking = self.book(confirm=False)
        form, shown = self.see(booking)
        self.assertEqual(shown, {"open_booking"})
        self.assertFalse(form.way, "the button leads there")

    def test_what_is_to_be_put_right_elsewhere_leads_there(self):
        access = self.created()
        self.entrance.is_ready = False
        self.assertEqual(self.see(access)[0].way, self.lead_to(self.site))
        self.entrance.is_ready = True
        self.customer.email = False
        self.assertEqual(self.see(access)[0].way, self.lead_to(self.customer))
        self.customer.email = "anna@example.com"
        self.site.state = "refused"
        self.assertEqual(self.see(access)[0].way, self.lead_to(self.site))
        self.rule.unlink()
        booking = self.book(hours=48)
        self.assertEqual(self.see(booking)[0].way, self.lead_to(self.room))

    def test_gravest_comes_first(self):
        self.customer.email = False
        self.rule.unlink()
        booking = self.book()
        self.assertEqual(self.see(booking)[0].way, self.lead_to(self.room))

    def test_nobody_else_presses_the_buttons(self):
        record = self.see(self.created())[0].save()
        stranger = self._create_user("exivo_stranger", "base.group_user")
        for name in BUTTONS:
            with self.subTest(name=name), self.assertRaises(AccessError):
                getattr(record.with_user(stranger), f"action_{name}")()
