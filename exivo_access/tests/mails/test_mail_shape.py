# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Mails can be read everywhere, say where to turn to, and that a machine wrote them."""

import itertools
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ...tools.period import format_period
from ..common import NOW, ExivoCase, pin_of
from ..mail_common import MailCase

#: As accessible as the guidelines for contents of the web ask for (WCAG 2.1, AA).
LEAST_CONTRAST = 4.5


def get_style(element, name):
    """A property of an element's own style; nothing if it says nothing of it."""
    found = re.search(rf"(?:^|;)\s*{name}:\s*([^;]+)", element.get("style") or "")
    return found and found[1].strip()


def get_brightness(colour):
    """The relative luminance of a colour such as ``#0b5c7a``."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
        for one in channels
    ]
    return sum(
        share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def get_contrast(one, other):
    """How much two colours differ, from 1 to 21."""
    dark, bright = sorted(map(get_brightness, (one, other)))
    return (bright + 0.05) / (dark + 0.05)


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestMailShape(MailCase, ExivoCase):
    def setUp(self):
        super().setUp()
        self.env.company.email = "house@example.com"
        self.booking_type.location = "Riverside 1, 3000 Bern"

    def book_and_read(self, **vals):
        """Book, and read the only mail as it leaves Odoo."""
        self.sent.clear()
        self.booking = self.book(**vals)
        (message,) = self.send_mails()
        return message

    def text_of(self, message):
        return message.get_body(["plain"]).get_content()

    # === COLOURS === #

    def test_text_is_readable_also_where_a_mail_client_has_dark_pages(self):
        """Who says the colour of a text says that of the paper, too."""
        booking, invited = self.book(), self.book(hours=48, confirm=False)
        self.synchronise()
        self.synchronise_at(6)
        sources = {
            "exivo.access": self.accesses(booking),
            "exivo.awaited.answer": self.env["exivo.awaited.answer"].search([]),
            "calendar.attendee": invited.meeting_id.attendee_ids,
        }
        ours = self.env["ir.model.data"].search(
            [("module", "=", "exivo_access"), ("model", "=", "mail.template")]
        )
        templates = self.env["mail.template"].browse(ours.mapped("res_id"))
        self.assertEqual({*templates.mapped("model")}, {*sources})
        for template in templates:
            record = sources[template.model].ensure_one()
            body = template._render_field("body_html", record.ids)[record.id]
            with self.subTest(template=template.name):
                for element in html.fromstring(f"<div>{body}</div>").iter():
                    if (element.text or "").strip():
                        self._assert_readable(element)

    def test_templates_are_written_for_any_access(self):
        """Odoo tries them with the first that there is, at each update."""
        members = self.env["res.partner.category"].create({"name": "Members"})
        self.env["exivo.access.rule"].create(
            {"category_id": members.id, "lock_ids": [(6, 0, self.entrance.ids)]}
        )
        planned = self.accesses(self.book())
        gone = self.book(hours=30)
        self.synchronise()
        gone.action_cancel()
        self.customer.category_id = members
        self.plan()
        accesses = self.env["exivo.access"].search([])
        self.assertEqual(len(accesses - planned), 2)
        templates = self.env["mail.template"].search([("model", "=", "exivo.access")])
        for template, access in itertools.product(templates, accesses):
            with self.subTest(template=template.name, access=access.display_name):
                for field in ("subject", "body_html", "email_from"):
                    template._render_field(field, access.ids)

    def _assert_readable(self, element):
        line = [element, *element.iterancestors()]
        at, colour = next(
            (at, get_style(one, "color"))
            for at, one in enumerate(line)
            if get_style(one, "color") or one.tag == "a"
        )
        self.assertTrue(colour, f"a link has the colour of the client: {element.text}")
        paper = next(filter(None, (get_style(o, "background-color") for o in line)), "")
        self.assertTrue(paper, f"{element.text!r} stands on any colour ({at})")
        self.assertGreaterEqual(get_contrast(colour, paper), LEAST_CONTRAST)

    # === WHERE TO GO, AND WHERE TO TURN TO === #

    def test_mail_says_place_map_contact_and_where_to_move_the_booking(self):
        self.env.company.phone = "+41 31 123 45 67"
        message = self.book_and_read()
        text = self.text_of(message)
        for part in (
            "Riverside 1, 3000 Bern",
            "+41 31 123 45 67",
            "house@example.com",
            pin_of(self.accesses(self.booking)),
        ):
            self.assertIn(part, text)
        links = html.fromstring(message.get_body(["html"]).get_content()).xpath(
            "//a/@href"
        )
        (plan,) = [one for one in links if "/maps/" in one]
        query = parse_qs(urlsplit(plan).query)["query"]
        self.assertEqual(query, ["Riverside 1, 3000 Bern"])
        pages = [one for one in links if "/my/bookings/" in one]
        path = f"/my/bookings/{self.booking.id}"
        self.assertEqual(
            [urlsplit(page).path for page in pages],
            [path, f"{path}/schedule", f"{path}/cancel"],
        )
        for page in pages:
            self.assertEqual(
                parse_qs(urlsplit(page).query),
                {"access_token": [self.booking.access_token]},
            )

    def test_without_a_place_the_site_is_named_and_no_map_is_offered(self):
        self.booking_type.location = False
        message = self.book_and_read()
        self.assertIn("Riverside House", self.text_of(message))
        self.assertNotIn("/maps/", message.get_body(["html"]).get_content())

    # === WHO WRITES === #

    def test_mail_says_that_a_machine_has_written_it(self):
        message = self.book_and_read()
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message["X-Auto-Response-Suppress"], "OOF, AutoReply")

    def test_company_without_an_address_leaves_answers_to_the_responsible(self):
        self.env.company.email = False
        self.site.user_id = self._create_user("exivo_front_desk", "base.group_user")
        message = self.book_and_read()
        for header in ("From", "Reply-To"):
            self.assertIn("exivo_front_desk@example.com", message[header])

    def test_mail_never_comes_from_a_responsible_who_has_left(self):
        self.env.company.email = False
        self.site.user_id = self._create_user("exivo_front_desk", "base.group_user")
        self.site.user_id.action_archive()
        message = self.book_and_read()
        for header in ("From", "Reply-To"):
            self.assertNotIn("exivo_front_desk@example.com", message[header] or "")

    def test_preview_of_a_mail_has_the_sender_that_its_reader_sees(self):
        self.env.company.email = False
        self.site.user_id = self._create_user("exivo_front_desk", "base.group_user")
        template = self.env.ref("exivo_access.mail_template_confirmation")
        access = self.accesses(self.book())
        preview = self.env["mail.template.preview"].create(
            {
                "mail_template_id": template.id,
                "resource_ref": f"{access._name},{access.id}",
            }
        )
        self.assertIn("exivo_front_desk@example.com", preview.email_from)

    def test_sender_that_staff_have_chosen_counts(self):
        self.env.company.email = False
        self.site.user_id = self._create_user("exivo_front_desk", "base.group_user")
        template = self.env.ref("exivo_access.mail_template_confirmation")
        template.email_from = "doors@example.com"
        self.assertIn("doors@example.com", self.book_and_read()["From"])

    def test_nobody_is_asked_to_answer_where_nobody_reads(self):
        self.env.company.email = False
        self.site.user_id = self.env.ref("base.user_root")
        self.site.pin_in_mail = False
        text = self.text_of(self.book_and_read())
        self.assertIn("please ask us", text)
        self.customer.email = "anna@example.org"
        self.booking.action_cancel()
        self.send_mails(minutes=1)
        self.assertGreaterEqual(len(self.sent), 3)
        for message in self.sent:
            self.assertNotIn("reply", self.text_of(message))
            self.assertNotIn("answer", self.text_of(message))

    # === IN WHICH LANGUAGE === #

    def test_holder_without_a_language_gets_the_companys_throughout(self):
        module = self.env["ir.module.module"].search([("name", "=", "exivo_access")])
        self.env["res.lang"]._activate_lang("de_DE")
        module._update_translations(["de_DE"])
        self.env.company.partner_id.lang = "de_DE"
        self.customer.lang = False
        message = self.book_and_read()
        self.assertEqual(
            message["Subject"], "Ihr Zugang zu Aare, Dienstag, 2. März 2027"
        )
        text = self.text_of(message)
        for german in ("Guten Tag", "Ihre PIN", "Dienstag, 2. März 2027, 10:00"):
            self.assertIn(german, text)
        self.env.company.partner_id.lang = "en_US"
        message = self.book_and_read(hours=48)
        self.assertIn("March 3, 2027", message["Subject"])
        self.assertNotIn("März", self.text_of(message))

    # === AT WHICH TIME === #

    def test_night_when_clocks_go_back_has_times_that_can_be_told_apart(self):
        """Mails, pages and alarms write periods alike."""
        env = self.env(context={"lang": "en_US"})
        first = datetime(2027, 10, 31, 0, 30)
        for stop, expected in (
            (1.0, "2:30 AM UTC+02:00 – 2:30 AM UTC+01:00"),
            (2.0, "2:30 AM UTC+02:00 – 3:30 AM (Europe/Zurich)"),
        ):
            period = format_period(
                env, first, first + timedelta(hours=stop), "Europe/Zurich"
            )
            self.assertIn(expected, period.replace("\u202f", " "))
        day_after = first + timedelta(days=1)
        period = format_period(env, day_after, day_after, "Europe/Zurich")
        self.assertNotIn("UTC", period)
