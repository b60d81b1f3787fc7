# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What the member reads in mails and in the portal."""

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW, ExivoPortalCase, pin_of
from ..group_common import MONDAYS, GroupCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestGroupMails(GroupCase):
    def test_mail_says_where_the_pin_is_typed_and_where_a_key_is_needed(self):
        self.member_rule.write(
            {
                "lock_ids": [(6, 0, (self.entrance | self.aare).ids)],
                "hour_ids": MONDAYS,
            }
        )
        access = self.join()
        mail = self.mails_to(self.customer)
        for part in (
            "Members",
            pin_of(access),
            "Monday 09:00 – 12:00",
            "Europe/Zurich",
            "Type the PIN at the keypad of",
            "Use the key that you have from us at",
        ):
            self.assertIn(part, mail.body_html)
        self.assertNotIn("Open the link", mail.body_html)

    def test_mail_shows_no_pin_where_no_door_has_a_keypad(self):
        access = self.join(self.club)
        mail = self.mails_to(self.customer)
        self.assertNotIn(pin_of(access), mail.body_html)
        self.assertIn("Use the key that you have from us", mail.body_html)
        self.aare.has_keypad = True
        access.action_resend()
        self.assertIn(pin_of(access), self.mails_to(self.customer)[-1].body_html)
        self.assertEqual(self.exivo.pins[self.inside().id], pin_of(access))

    def test_renamed_contact_gets_no_mail_and_a_new_community_is_told(self):
        self.join()
        self.customer.name = "Anna Beispiel"
        self.settle()
        self.assertEqual(len(self.mails_to(self.customer)), 1)
        self.join(self.club)
        self.settle()
        self.assertEqual(len(self.mails_to(self.customer)), 2)

    def test_explain_says_why_a_member_cannot_enter(self):
        self.there()
        self.assertIn("presses Who is it?", self.read_explanation(self.join()))


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestGroupPages(GroupCase, ExivoPortalCase):
    """What a member finds in the portal."""

    def test_my_doors_shows_doors_hours_and_by_a_click_the_pin(self):
        self.member_rule.hour_ids = MONDAYS
        access = self.join(self.members, self.club, partner=self.holder.partner_id)
        self.log_in(self.holder)
        page = " ".join(self.url_open("/my/doors").text.split())
        for part in (
            "Club, Members",
            "Monday 09:00 – 12:00 (Europe/Zurich)",
            "at all times",
            "Type the PIN at the keypad of: Entrance.",
            "Use the key that you have from us at: Aare.",
        ):
            self.assertIn(part, page)
        self.assertNotIn(pin_of(access), page)
        self.assertNotIn("Open the doors", page)
        self.assertNotIn("2999", page)
        self.assertIn(pin_of(access), self.post_for_pin(access).text)
        self.assertEqual(access.reveal_ids.user_id, self.holder)

    def test_my_doors_offers_no_pin_where_no_door_has_a_keypad(self):
        self.join(self.club, partner=self.holder.partner_id)
        self.log_in(self.holder)
        page = self.url_open("/my/doors").text
        self.assertIn("Aare", page)
        self.assertNotIn("Show the PIN", page)
