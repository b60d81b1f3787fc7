# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Mails come from the house whose doors are booked, and come back there.

The scheduled actions, which send them, are at work for another one.
"""

from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestWhoseMails(ExivoCase):
    """Rooms and doors are the neighbours'; the type of booking is everybody's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours, cls.theirs = cls.env["mail.alias.domain"].create(
            [{"name": "a.example.com"}, {"name": "b.example.com"}]
        )
        cls.env.company.write({"alias_domain_id": cls.ours.id, "email": "us@a.ch"})
        cls.rule.unlink()
        site = cls._connect_once_more()
        cls.house = site.company_id
        cls.house.write(
            {
                "alias_domain_id": cls.theirs.id,
                "email": "info@b.example.com",
                "phone": "+41 31 000 00 00",
            }
        )
        cls.booking_type.company_id = False
        cls.room.company_id = cls.house
        cls.rule = cls.env["exivo.access.rule"].create(
            {
                "resource_id": cls.room.id,
                "lock_ids": [Command.set(site.lock_ids.ids)],
            }
        )
        cls.env.cr.flush()

    def assertTheirs(self, mail):
        self.assertIn("info@b.example.com", mail.email_from)
        self.assertEqual(mail.record_company_id, self.house)
        for sent in mail._prepare_outgoing_list():
            self.assertEqual(sent["headers"]["Return-Path"], self.theirs.bounce_email)
        for entry in mail.attachment_ids:
            self.assertIn(b"mailto:info@b.example.com", entry.raw)

    def test_invitation_that_waited_comes_from_the_house(self):
        self.book(confirm=False)
        with freeze_time(NOW + timedelta(minutes=6)):
            self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertIn("Invitation", mail.subject)
        self.assertTheirs(mail)
        self.assertIn("info@b.example.com", mail.body_html)
        self.assertNotIn("us@a.ch", mail.body_html)

    def test_confirmation_comes_from_the_house(self):
        self.book()
        self.synchronise()
        self.assertTheirs(self.mails_to(self.customer))

    def test_who_has_sent_the_entry_takes_it_back(self):
        """Our own doors are for who has booked, those of the house for all."""
        self.room.company_id = False
        self.rule.holders = "attendees"
        self.rule.copy({"lock_ids": [Command.set(self.entrance.ids)]}).write(
            {"holders": "requester"}
        )
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book(partners=self.customer | bert)
        self.synchronise()
        booking.action_cancel()
        self.synchronise()
        came, went = self.our_mails_to(bert)
        self.assertIn(b"METHOD:CANCEL", went.attachment_ids.raw)
        for mail in came, went:
            self.assertTheirs(mail)

    def test_who_holds_no_access_is_told_of_another_time_by_the_house(self):
        booking = self.book()
        self.synchronise()
        self.accesses(booking).action_remove()
        self.synchronise()
        self.mails_to(self.customer).unlink()
        booking.start += timedelta(hours=1)
        self.synchronise()
        (mail,) = self.mails_to(self.customer)
        self.assertTheirs(mail)
