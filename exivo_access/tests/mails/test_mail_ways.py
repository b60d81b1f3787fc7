# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A mail is followed until the mail server has it, and until it comes back."""

import itertools
import smtplib
from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ... import api as exivo
from ..common import NOW, link_of, pin_of
from ..explain_common import ExplainCase
from ..mail_common import DOWN, MailCase
from ..member_common import MemberCase

FULL = MailDeliveryException("Mail Delivery Failed", "SMTPDataError: (452, b'Full')")
UNKNOWN = MailDeliveryException(
    "Mail Delivery Failed",
    "Mail delivery failed via SMTP server 'None'.\nSMTPRecipientsRefused: "
    "{'anna@example.com': (550, b'5.1.1 User unknown')}",
)


def text_of(message):
    """The words of a mail that has left Odoo."""
    return message.get_body(["plain"]).get_content()


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailWays(MailCase, ExplainCase):
    def book_and_make(self, **vals):
        """A booking whose access is made and whose mail waits to be sent."""
        booking = self.book(**vals)
        self.synchronise()
        return self.accesses(booking)

    def book_and_hear(self, **vals):
        """A booking whose holder has got the mail with link and PIN."""
        access = self.book_and_make(**vals)
        self.send_mails()
        self.sent.clear()
        return access

    # === TAKEN BY THE MAIL SERVER === #

    def test_mail_is_on_its_way_until_the_mail_server_has_it(self):
        access = self.book_and_make()
        self.assertEqual(access.mail_state, "queued")
        self.send_mails()
        self.assertEqual(access.mail_state, "sent")
        self.assertEqual(len(self.sent), 1)
        self.assertFalse(self.waiting_mails())

    def test_mail_that_goes_out_changes_no_access_in_the_mail_queue(self):
        """Else Odoo would send it again, where the access is changed meanwhile."""
        access = self.book_and_make()
        stamp = access.write_date
        with freeze_time(NOW + timedelta(minutes=1)):
            self.send_without_synchronising()
        self.assertEqual(access.write_date, stamp)
        self.assertEqual(access.mail_state, "queued")
        self.synchronise()
        self.assertEqual(access.mail_state, "sent")

    def send_without_synchronising(self):
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self.mails_to(self.customer).send()

    # === TRIED AGAIN === #

    def test_mail_that_the_server_does_not_take_goes_out_by_itself_and_once(self):
        for how in ({"down": DOWN}, {"error": FULL}):
            with self.subTest(how=how):
                access = self.book_and_make(hours=24 if "down" in how else 48)
                self.send_mails(**how)
                self.assertEqual(access.mail_state, "failed")
                self.synchronise_at(1)
                self.send_mails(minutes=1)
                self.assertEqual(access.mail_state, "sent")
                (message,) = self.sent
                self.assertIn(link_of(access), text_of(message))
                self.send_mails(minutes=200)
                self.assertEqual(len(self.sent), 1)
                self.sent.clear()

    def test_it_is_tried_again_with_growing_delays(self):
        self.book_and_make()
        tried, gap, minute = [], 1, 0
        while minute < 240:
            if self.mails_to(self.customer).state == "outgoing":
                gap = minute - tried[-1] if tried else 1
                tried.append(minute)
                self.send_mails(minutes=minute, down=DOWN)
                # looked at from where a try that comes earlier than the last one shows
                minute += max(gap - 2, 1)
            else:
                self.synchronise_at(minute)
                minute += 1
        gaps = [after - before for before, after in itertools.pairwise(tried)]
        self.assertEqual(gaps, sorted(gaps))
        self.assertLessEqual(gaps[0], 2)
        self.assertGreaterEqual(gaps[-1], 30)

    def test_it_does_not_wait_for_as_long_as_the_clock_was_ahead(self):
        access = self.book_and_make()
        self.send_mails(minutes=10 * 60, down=DOWN)  # the clock is set back after that
        self.assertEqual(access.mail_state, "failed")
        self.synchronise_at(1)
        self.send_mails(minutes=1)
        self.assertEqual(access.mail_state, "sent")

    def test_mail_of_an_access_that_is_over_is_given_up_and_deleted(self):
        access = self.book_and_make(hours=1)
        self.send_mails(down=DOWN)
        self.assertTrue(self.mails_to(self.customer))
        self.send_mails(minutes=6 * 60, down=DOWN)
        self.assertFalse(self.mails_to(self.customer), "link and PIN are in it")
        self.send_mails(minutes=7 * 60)
        self.assertFalse(self.sent)
        self.assertEqual(access.mail_state, "failed")

    def test_server_that_hangs_up_in_the_middle_is_noticed(self):
        """Odoo says so nowhere but on the mail."""
        access = self.book_and_make()
        self.send_mails(error=smtplib.SMTPServerDisconnected("Gone"))
        self.assertEqual(self.mails_to(self.customer).state, "exception")
        for minutes in (6, 8):
            self.synchronise_at(minutes)
        self.assertEqual(access.mail_state, "failed")
        self.send_mails(minutes=8)
        self.assertEqual(access.mail_state, "sent")
        self.assertEqual(len(self.sent), 1)

    def test_newer_mail_takes_the_place_of_one_that_could_not_be_sent(self):
        access = self.book_and_make()
        self.send_mails(down=DOWN)
        access.booking_id.start += timedelta(days=1)
        self.synchronise()
        self.send_mails(minutes=60)
        (message,) = self.sent
        self.assertIn(link_of(access), text_of(message))
        self.assertIn("March 3", text_of(message))
        self.assertEqual(access.mail_state, "sent")

    def test_mail_that_somebody_cancelled_or_deleted_is_not_tried_again(self):
        for way in ("cancel", "unlink"):
            with self.subTest(way=way):
                access = self.book_and_make(hours=24 if way == "cancel" else 48)
                getattr(self.mails_to(self.customer), way)()
                self.send_mails(minutes=10)
                self.assertEqual(access.mail_state, "failed")
                self.send_mails(minutes=120)
                self.assertFalse(self.sent)
                self.mails_to(self.customer).unlink()

    def test_template_that_is_put_right_sends_what_could_not_be_written(self):
        template = self.env.ref("exivo_access.mail_template_confirmation")
        good, template.body_html = template.body_html, '<p t-out="object.nothing"/>'
        with (
            self.assertLogs("odoo.addons.exivo_access.models.mails.notifier", "ERROR"),
            mute_logger("odoo.addons.mail.models.mail_render_mixin"),
        ):
            access = self.book_and_make()
            self.assertEqual(access.mail_state, "failed")
            lines = self.explain(access)
            self.assertLine(lines, "problem", "Mail", "could not be written")
            self.assertLine(lines, "problem", "Mail", "tried again")
            self.synchronise_at(2)
            self.synchronise_at(10 * 60)  # the clock was ahead, and is set back
        template.body_html = good
        self.synchronise_at(20)
        self.send_mails(minutes=20)
        self.assertEqual(access.mail_state, "sent")
        self.assertEqual(len(self.sent), 1)

    def test_other_kinds_of_mails_are_tried_again_as_well(self):
        access = self.book_and_hear()
        self.customer.email = "anna@example.org"
        access.booking_id.action_cancel()
        self.synchronise()
        self.send_mails(down=DOWN)
        self.assertEqual(access.mail_state, "failed")
        self.synchronise_at(2)
        self.send_mails(minutes=2)
        self.assertEqual(access.mail_state, "sent")
        self.assertEqual(
            sorted(message["To"] for message in self.sent),
            ['"Anna Muster" <anna@example.org>', "anna@example.com"],
        )

    def test_mail_that_says_that_the_access_follows_is_tried_again(self):
        for _try in range(20):
            self.exivo.fail(exivo.Unreachable("No connection"), calls="create_visit")
        access = self.book_and_make()
        self.synchronise_at(6)
        self.send_mails(minutes=6, down=DOWN)
        self.assertFalse(self.sent)
        self.synchronise_at(8)
        self.send_mails(minutes=8)
        self.assertIn("follows in another mail", text_of(self.sent[0]))
        self.assertEqual(access.mail_state, "announced")

    # === AN ADDRESS THAT DOES NOT WORK === #

    def test_wrong_address_is_not_tried_again_until_it_is_another(self):
        self.customer.email = "anna"
        access = self.book_and_make()
        self.send_mails()
        self.assertEqual(access.mail_state, "invalid")
        self.assertLine(self.explain(access), "problem", "Mail", "anna is no address")
        self.customer.email = "anna"
        self.send_mails(minutes=120)
        self.assertFalse(self.sent)
        self.customer.email = "anna@example.com"
        self.send_mails(minutes=121)
        self.send_mails(minutes=240)
        (message,) = self.sent
        self.assertIn(link_of(access), text_of(message))
        self.assertEqual(access.mail_state, "sent")

    def test_server_that_refuses_whoever_sends_says_nothing_of_the_address(self):
        said = UNKNOWN.args[1]
        for answer in (
            "554, b'5.7.1 <anna@example.com>: Relay access denied'",
            "550, b'5.7.1 Unauthenticated email is not accepted'",
            "550, b'relay not permitted'",
            "530, b'Authentication required'",
            "550, b'5.7.23 SPF validation failed'",
            "550, b'5.1.8 <house@example.com>: Sender address rejected'",
            "552, b'5.2.2 Mailbox full'",
        ):
            with self.subTest(answer=answer):
                access = self.book_and_make()
                reason = said.replace("550, b'5.1.1 User unknown'", answer)
                self.send_mails(error=MailDeliveryException("Failed", reason))
                self.assertEqual(access.mail_state, "failed")
                self.send_mails(minutes=120)
                self.assertEqual(access.mail_state, "sent")
                access.booking_id.action_cancel()

    def test_address_that_the_server_does_not_know_is_treated_the_same(self):
        access = self.book_and_make()
        self.send_mails(error=UNKNOWN)
        self.assertEqual(access.mail_state, "invalid")
        self.send_mails(minutes=120)
        self.assertFalse(self.sent)
        self.customer.email = "anna@example.org"
        self.send_mails(minutes=121)
        link = link_of(access)
        self.assertEqual(sum(link in text_of(one) for one in self.sent), 1)
        self.assertEqual(access.mail_state, "sent")

    def test_mail_that_comes_back_is_not_sent_again_until_the_address_is_another(self):
        access = self.book_and_make()
        self.send_mails()
        (message,) = self.sent
        self.bounce(message)
        self.assertEqual(access.mail_state, "bounced")
        self.assertLine(self.explain(access), "problem", "Mail", "came back")
        self.send_mails(minutes=120)
        self.assertEqual(len(self.sent), 1)
        self.customer.email = "anna@example.org"
        self.send_mails(minutes=121)
        news = [one for one in self.sent[1:] if link_of(access) in text_of(one)]
        self.assertEqual(len(news), 1)
        self.assertIn(pin_of(access), text_of(news[0]))
        self.assertEqual(access.mail_state, "sent")
        self.bounce(message, minutes=122)
        self.assertEqual(access.mail_state, "sent", "that one was another mail")

    def test_mail_that_came_back_long_ago_is_not_taken_to_be_sent(self):
        """Something is changed, and put right before anybody has to hear of it."""
        access = self.book_and_make(hours=28 * 24)
        self.send_mails()
        self.bounce(self.sent[0])
        with freeze_time(NOW + timedelta(days=16)):
            self.env["exivo.mail"]._gc_old()
            access.action_remove()
            access.action_give_back()
            self.synchronise()
        self.assertEqual(access.state, "created")
        self.assertEqual(access.mail_state, "bounced")

    def test_what_became_of_a_mail_is_forgotten_once_nobody_needs_it(self):
        self.book_and_make()
        self.send_mails()
        self.bounce(self.sent[0])
        with freeze_time(NOW + timedelta(days=16)):
            self.env["exivo.mail"]._gc_old()
        self.assertFalse(self.env["exivo.mail"].search([]))

    def test_word_that_a_mail_is_delayed_is_no_bounce(self):
        access = self.book_and_make()
        self.send_mails()
        self.bounce(self.sent[0], action="delayed")
        self.assertEqual(access.mail_state, "sent")

    def test_corrected_address_gets_what_a_strangers_mailbox_has_taken(self):
        access = self.book_and_hear()
        self.assertEqual(access.mail_state, "sent", "any mailbox may take it")
        for email in ("Anna@Example.com", "anna@example.org"):
            self.customer.email = email
            self.send_mails(minutes=10)
        news = [one for one in self.sent if "anna@example.org" in one["To"]]
        self.assertEqual(len(news), 1)
        self.assertIn(link_of(access), text_of(news[0]))
        self.assertIn(pin_of(access), text_of(news[0]))
        self.assertTrue(news[0]["Subject"].startswith("Your access"), news[0])
        self.assertEqual(len(self.sent), 2, "the other one warns the address before")
        self.send_mails(minutes=200)
        self.assertEqual(len(self.sent), 2)

    def put_right_after(self, minutes, email="right@example.com"):
        """Empty the outbox, correct the address, and return what goes there then."""
        self.send_mails(minutes=minutes)
        self.sent.clear()
        with freeze_time(NOW + timedelta(minutes=minutes)):
            self.customer.email = email
            self.plan()
        self.send_mails(minutes=minutes + 1)
        self.send_mails(minutes=minutes + 60)
        return [one for one in self.sent if email in one["To"]]

    def test_corrected_address_gets_the_invitation_to_a_booking_without_access(self):
        for hours, wrong in ((24, "anna@exmaple.com"), (48, False)):
            with self.subTest(wrong=wrong):
                self.customer.email = wrong
                booking = self.book(hours=hours, confirm=False)
                (news,) = self.put_right_after(10, f"right{hours}@example.com")
                self.assertIn("/calendar/meeting/accept", text_of(news))
                self.assertEqual(booking.state, "scheduled")
                booking.action_cancel()
                self.send_mails(minutes=80)

    def test_corrected_address_gets_the_invitation_that_still_waits_once(self):
        self.customer.email = "anna@exmaple.com"
        self.book(confirm=False)
        (news,) = self.put_right_after(2)
        self.assertIn("/calendar/meeting/accept", text_of(news))

    def test_corrected_address_of_who_comes_along_gets_the_invitation_again(self):
        bert = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        for hours, confirm in ((24, True), (48, False)):
            with self.subTest(confirm=confirm):
                self.customer.email = "anna@exmaple.com"
                booking = self.book(hours, confirm=confirm, partners=bert)
                booking.meeting_id.partner_ids += self.customer
                (news,) = self.put_right_after(10, f"right{hours}@example.com")
                self.assertIn("Invitation", news["Subject"])
                booking.action_cancel()
                self.send_mails(minutes=80)

    def test_corrected_address_reads_that_a_booking_without_access_is_confirmed(self):
        for hours, wrong in ((24, "anna@exmaple.com"), (48, False)):
            with self.subTest(wrong=wrong):
                self.customer.email = wrong
                booking = self.book(hours=hours)
                self.accesses(booking).action_remove()
                (news,) = self.put_right_after(10, f"right{hours}@example.com")
                self.assertIn("is confirmed", text_of(news))
                booking.action_cancel()
                self.send_mails(minutes=80)

    def test_mail_that_is_still_in_the_queue_goes_to_the_new_address_once(self):
        access = self.book_and_make()
        self.customer.email = "anna@example.org"
        self.send_mails()
        self.send_mails(minutes=60)
        news = [one for one in self.sent if link_of(access) in text_of(one)]
        self.assertEqual(len(news), 1)
        self.assertIn("anna@example.org", news[0]["To"])

    def test_only_some_new_addresses_a_day_get_the_link_to_a_booking(self):
        access = self.book_and_hear(hours=24 * 3)
        for number in range(5):
            self.customer.email = f"anna{number}@example.org"
            self.send_mails(minutes=10 * number)
        self.send_mails(minutes=120)
        with_link = [one for one in self.sent if link_of(access) in text_of(one)]
        self.assertEqual(len(with_link), 3)
        for minutes in (25 * 60, 26 * 60):
            self.send_mails(minutes=minutes)
        with_link = [one for one in self.sent if link_of(access) in text_of(one)]
        self.assertEqual(len(with_link), 4)
        self.assertIn("anna4@example.org", with_link[-1]["To"])

    def test_who_changes_the_address_still_hears_that_the_booking_is_gone(self):
        access = self.book_and_hear()
        self.customer.email = "anna@example.org"
        access.booking_id.action_cancel()
        self.send_mails(minutes=1)
        self.assertTrue(
            [one for one in self.sent if "has been removed" in text_of(one)]
        )

    def test_guest_with_a_corrected_address_gets_the_link(self):
        self.rule.holders = "attendees"
        guest = self.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})
        booking = self.book()
        self.env["exivo.guest"].create(
            {
                "booking_id": booking.id,
                "partner_id": guest.id,
                "host_id": self.customer.id,
                "email": guest.email,
            }
        )
        self.send_mails()
        self.sent.clear()
        guest.email = "bert@x.ch"
        self.send_mails(minutes=10)
        (news,) = (one for one in self.sent if "bert@x.ch" in one["To"])
        access = self.accesses(booking).filtered(lambda one: one.partner_id == guest)
        self.assertIn(link_of(access), text_of(news))

    def test_contact_that_takes_over_anothers_booking_gets_the_link(self):
        for number, came_back in enumerate((True, False)):
            with self.subTest(came_back=came_back):
                wrong, right = self.env["res.partner"].create(
                    [
                        {"name": "Bert", "email": f"wrong{number}@x.ch"},
                        {"name": "Bert", "email": f"right{number}@x.ch"},
                    ]
                )
                booking = self.book(hours=24 * (number + 1), partners=wrong)
                (message,) = self.send_mails()
                if came_back:
                    self.bounce(message)
                self.sent.clear()
                self.env["base.partner.merge.automatic.wizard"]._merge(
                    (wrong | right).ids, right
                )
                self.env.invalidate_all()
                self.send_mails(minutes=10)
                self.send_mails(minutes=60)
                access = self.accesses(booking)
                (news,) = self.sent
                self.assertIn(f"right{number}@x.ch", news["To"])
                self.assertIn(link_of(access), text_of(news))
                self.assertEqual(access.mail_state, "sent")

    def test_contact_that_takes_over_anothers_invitation_gets_that_one_only(self):
        wrong, right = self.env["res.partner"].create(
            [
                {"name": "Bert", "email": "wrong@x.ch"},
                {"name": "Bert", "email": "right@x.ch"},
            ]
        )
        self.book(hours=24, confirm=False, partners=wrong)
        self.book(hours=48, confirm=False, partners=right)
        self.send_mails(minutes=10)
        self.assertEqual(len(self.sent), 2)
        self.sent.clear()
        with freeze_time(NOW + timedelta(minutes=10)):
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (wrong | right).ids, right
            )
            self.env.invalidate_all()
            self.plan()
        self.send_mails(minutes=11)
        self.send_mails(minutes=60)
        (news,) = self.sent
        self.assertIn("right@x.ch", news["To"])
        self.assertIn("/calendar/meeting/accept", text_of(news))
        self.assertIn("March 2", news["Subject"])

    def test_corrected_address_hears_that_the_access_follows(self):
        for _try in range(20):
            self.exivo.fail(exivo.Unreachable("No connection"), calls="create_visit")
        self.customer.email = "anna@exmaple.com"
        access = self.book_and_make()
        self.synchronise_at(6)
        self.send_mails(minutes=6)
        self.assertEqual(access.mail_state, "announced")
        self.sent.clear()
        with freeze_time(NOW + timedelta(minutes=10)):
            self.customer.email = "anna@example.org"
        for minutes in (11, 17, 18):
            self.send_mails(minutes=minutes)
        news = [one for one in self.sent if "anna@example.org" in one["To"]]
        self.assertEqual(len(news), 1)
        self.assertIn("follows in another mail", text_of(news[0]))
        self.assertEqual(access.mail_state, "announced")

    def test_removal_that_came_back_is_told_to_the_other_address(self):
        access = self.book_and_hear()
        access.booking_id.action_cancel()
        self.synchronise()
        self.send_mails()
        self.bounce(self.sent[0])
        self.assertEqual(access.mail_state, "bounced")
        self.sent.clear()
        self.customer.email = "anna@example.org"
        self.send_mails(minutes=10)
        (message,) = self.sent
        self.assertIn("has been removed", text_of(message))
        self.assertIn("no longer opens", text_of(message))

    def test_resend_is_followed_too(self):
        access = self.book_and_make()
        self.send_mails()
        self.bounce(self.sent[0])
        access.action_resend()
        self.assertEqual(access.mail_state, "queued")
        self.send_mails(minutes=10)
        self.assertEqual(access.mail_state, "sent")


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailWaysOfMembers(MailCase, MemberCase):
    def test_member_with_a_wrong_address_hears_at_the_right_one(self):
        self.customer.email = "anna"
        self.customer.category_id = self.members
        self.synchronise()
        access = self.accesses()
        self.send_mails()
        self.assertEqual(access.mail_state, "invalid")
        self.customer.email = "anna@example.com"
        self.synchronise()
        self.send_mails(minutes=5)
        (message,) = self.sent
        self.assertIn(link_of(access), text_of(message))
        self.assertEqual(access.mail_state, "sent")
