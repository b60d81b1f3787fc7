# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Every button says what it did, and screens offer what staff can use."""

import re
from collections import defaultdict
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ... import api as exivo
from ..common import NOW
from ..staff_common import StaffCase

#: These stand on no screen, and say something to whoever looks for it.
USEFUL = set(
    """
    access_id active booking_id company_id display_name event_ids invitation
    last_failure_type lock_ids made_at place released_at rule_id site_id system
    """.split()
)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestStaffAnswers(StaffCase):
    def press(self, name, accesses=None):
        """Choose an action for a selection in the list.

        :return: kind and text of the notification.
        """
        accesses = accesses or self.access
        action = self.env.ref(f"exivo_access.{name}").with_user(self.user)
        answer = action.with_context(
            active_model="exivo.access", active_ids=accesses.ids
        ).run()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(
            answer["params"]["next"]["type"], "ir.actions.act_window_close"
        )
        return answer["params"]["type"], answer["params"]["message"]

    def test_resend_says_to_whom_and_two_clicks_do_not_send_twice(self):
        kind, text = self.press("action_resend")
        self.assertEqual((kind, text), ("success", "Sent again to Anna Muster."))
        kind, text = self.press("action_resend")
        self.assertEqual(kind, "info")
        self.assertIn("not sent twice", text)
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        with freeze_time(NOW + timedelta(minutes=2)):
            self.assertEqual(self.press("action_resend")[0], "success")

    def test_resend_and_remove_say_what_became_of_each_of_several(self):
        other = self.accesses(self.book(hours=48))
        self.synchronise()
        self.press("action_resend", other)
        kind, text = self.press("action_resend", other | self.access)
        self.assertEqual(kind, "success")
        self.assertIn("Sent again to Anna Muster. Sent a moment ago", text)
        self.assertIn("not sent twice: 1.", text)
        self.press("action_remove", other)
        self.exivo.fail(exivo.ServerError("Out of order", 500), "revoke_visit")
        self.synchronise()
        kind, text = self.press("action_remove", other | self.access)
        self.assertIn("taken away: 1. Being removed already", text)
        self.assertIn("asked again: 1.", text)

    def test_resend_does_not_wait_for_as_long_as_the_clock_was_ahead(self):
        with freeze_time(NOW + timedelta(hours=2)):
            self.press("action_resend")
        self.assertEqual(self.press("action_resend")[0], "success")

    def test_resend_for_many_counts_them(self):
        accesses = self.access
        for number in range(3):
            guest = self.env["res.partner"].create(
                {"name": f"Guest {number}", "email": f"guest{number}@example.com"}
            )
            booking = self.book(hours=30 + number, partners=guest)
            accesses |= self.accesses(booking)
        self.synchronise()
        self.assertIn("4 people", self.press("action_resend", accesses)[1])

    def test_mail_that_cannot_be_written_keeps_no_others_from_theirs(self):
        guest = self.env["res.partner"].create(
            {"name": "Bert Guest", "email": "bert@example.com"}
        )
        access = self.accesses(self.book(hours=48, partners=guest))
        self.synchronise()
        self.mails_to(guest).unlink()
        template = self.env.ref("exivo_access.mail_template_confirmation")
        good, template.body_html = (
            template.body_html,
            '<p t-if="object.partner_id.function" t-out="object.nothing"/>',
        )
        guest.function = "Trainer"
        with (
            self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"),
            mute_logger("odoo.addons.mail.models.mail_render_mixin"),
        ):
            kind, text = self.press("action_resend", access | self.access)
        self.assertEqual(kind, "warning")
        self.assertIn("Sent again to Anna Muster. Not sent", text)
        self.assertIn("Bert Guest", text)
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.assertFalse(self.mails_to(guest))
        template.body_html = good
        kind, text = self.press("action_resend", access | self.access)
        self.assertEqual(kind, "success")
        self.assertIn("Sent again to Bert Guest. Sent a moment ago", text)
        self.assertEqual(len(self.mails_to(guest)), 1)

    def test_remove_and_give_back_say_what_they_did(self):
        self.assertIn("taken away: 1.", self.press("action_remove")[1])
        self.synchronise()
        self.assertIn("given back: 1.", self.press("action_give_back")[1])
        self.synchronise()
        self.assertEqual(self.access.state, "created")
        kind, text = self.press("action_give_back")
        self.assertEqual(kind, "info")
        self.assertIn("nothing to give back", text)

    def test_remove_leaves_what_is_over_or_was_taken_away_before(self):
        over = self.accesses(self.book(hours=0.5))
        self.synchronise()
        with freeze_time(NOW + timedelta(hours=3)):
            self.synchronise()
            self.assertEqual(over.state, "expired")
            some = self.access | over
            self.assertIn("taken away: 1.", self.press("action_remove", some)[1])
            self.exivo.fail(exivo.ServerError("Out of order", 500), "revoke_visit")
            self.synchronise()
            kind, text = self.press("action_remove", some)
            self.assertEqual(kind, "warning")
            self.assertIn("being removed already", text)
        with freeze_time(NOW + timedelta(hours=4)):
            self.synchronise()
            kind, text = self.press("action_remove", some)
            self.assertEqual(kind, "info")
            self.assertIn("Nothing of this opens a door any more", text)
        self.assertFalse(over.withheld)

    def test_retry_says_how_many_are_tried_again(self):
        self.exivo.fail(exivo.Rejected("no such component", 400), "create_visit")
        access = self.accesses(self.book(hours=48))
        self.synchronise()
        self.assertEqual(access.state, "failed")
        self.assertIn("tried again now: 1.", self.press("action_retry", access)[1])

    def test_new_code_says_for_whom(self):
        form = self.new_code_form(self.access)
        form.reason = "It was passed on"
        answer = form.save().action_confirm()
        self.assertIn("Anna Muster", answer["params"]["message"])
        self.assertEqual(
            answer["params"]["next"]["type"], "ir.actions.act_window_close"
        )

    def test_user_opens_the_booking_of_an_access_and_changes_nothing_there(self):
        other = self.book(hours=72, confirm=False).with_user(self.user)
        action = self.access.action_open_booking()
        self.env.invalidate_all()
        booking = self.env[action["res_model"]].with_user(self.user)
        booking = booking.browse(action["res_id"])
        form = Form(booking)
        self.assertEqual(form.partner_ids[:], self.customer)
        with self.assertRaises(AccessError):
            booking.name = "Mine"
        with self.assertRaises(AccessError):
            other.read(["name"])

    def test_no_two_fields_have_the_same_name(self):
        offered = self.access.fields_get(
            attributes=["string", "searchable", "exportable"]
        )
        names = [
            one["string"]
            for one in offered.values()
            if one.get("searchable") or one.get("exportable")
        ]
        twice = {one for one in names if names.count(one) > 1}
        self.assertFalse(twice)
        for name in ("exivo_access_view_list", "exivo_access_view_list_soonest"):
            arch = etree.fromstring(
                self.access.get_view(self.env.ref(f"exivo_access.{name}").id)["arch"]
            )
            columns = [
                one.get("string") or offered[one.get("name")]["string"]
                for one in arch.findall("field")
                if not one.get("column_invisible")
            ]
            self.assertEqual(len(columns), len(set(columns)), columns)

    def test_technical_fields_are_offered_nowhere(self):
        accesses = self.env["exivo.access"].with_user(self.user)
        offered = accesses.fields_get(
            attributes=["string", "searchable", "groupable", "exportable"]
        )
        for name in (
            "told_credential_id",
            "holder_digest",
            "due_at",
            "mail_tries",
            "failure_facts",
        ):
            for offer in ("searchable", "groupable", "exportable"):
                with self.subTest(name=name, offer=offer):
                    self.assertFalse(offered[name].get(offer))
        self.assertTrue(offered["partner_id"]["groupable"])
        # what the screens themselves sort and filter by goes on to work
        accesses.search([("due_at", "!=", False)], order="due_at")

    def test_what_stands_on_no_screen_is_offered_nowhere(self):
        """On no model of ours, nor of ours on others': but for what has a name."""
        shown = self._find_shown()
        manager = self._create_user("exivo_boss", "exivo_access.group_manager")
        offers = ["searchable", "groupable", "exportable"]
        found = set()
        for name in self.env:
            model = self.env[name].with_user(manager)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            for field, said in model.fields_get(attributes=["string", *offers]).items():
                words = re.sub("_ids?$", "", field).replace("_", " ").title()
                if (
                    (model._fields[field]._module or "").startswith("exivo_access")
                    and said["string"] == words
                    and any(said.get(offer) for offer in offers)
                    and field not in (*shown[name], *MAGIC_COLUMNS, *USEFUL)
                ):
                    found.add(f"{name}.{field}")
        self.assertFalse(found)

    def _find_shown(self):
        """The names that our views say, by the model that they say them of."""
        shown = defaultdict(set)

        def read(node, model):
            for part in node.iterchildren(etree.Element):
                shown[model._name].update(re.findall(r"\w+", " ".join(part.values())))
                field = part.tag == "field" and model._fields.get(part.get("name"))
                below = field and field.comodel_name
                read(part, self.env[below] if below else model)

        of_ours = [("model", "=", "ir.ui.view"), ("module", "=like", "exivo_access%")]
        numbers = self.env["ir.model.data"].search(of_ours).mapped("res_id")
        for view in self.env["ir.ui.view"].browse(numbers):
            if view.model in self.env:
                whole = etree.Element("whole")
                whole.append(etree.fromstring(view.arch))
                read(whole, self.env[view.model])
        return shown
