# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whoever reads Odoo's log gets no address that leads to a booking or an access."""

import logging
import re
from urllib.parse import quote

from freezegun import freeze_time

from odoo.http import _generate_routing_rules
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoPortalCase


class Lines(logging.Handler):
    """Everything that is logged, with what a handler might format by itself."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.getMessage()} {record.msg} {record.args}")


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestQuietLog(ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder()
        self.token = self.booking._portal_ensure_token()
        self.log = Lines()
        loggers = [logging.getLogger(), logging.getLogger("odoo")]
        loggers += [logging.getLogger("werkzeug"), logging.getLogger("odoo.sql_db")]
        for logger in loggers:
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
        # the log of statements is another matter, see docs/security.md
        loggers[-1].setLevel(logging.INFO)
        loggers[0].addHandler(self.log)
        self.addCleanup(loggers[0].removeHandler, self.log)
        self.env.flush_all()

    def assert_hidden(self, path, secret):
        """Ask for an address, and look for its secret in all that was logged."""
        self.log.lines.clear()
        self.url_open(path, headers={"Referer": f"{self.base_url()}{path}"})
        logged = [line for line in self.log.lines if path.split("?")[0][:12] in line]
        self.assertTrue(logged)
        self.assertTrue([line for line in logged if "…" in line])
        for line in self.log.lines:
            self.assertNotIn(secret, line)

    def test_token_of_a_booking_is_in_no_log(self):
        page = f"/my/bookings/{self.booking.id}"
        query = f"access_token={self.token}"
        within = quote(f"{page}?{query}&x=1", safe="")
        for path in (
            f"{page}?{query}",
            f"{page}?x=1&{query}&y=2",
            f"{page}/schedule?{query}",
            f"{page}/schedule/2027/3?{query}",
            f"/mail/view?model=resource.booking&res_id={self.booking.id}&{query}",
            f"/web/login?redirect={within}",
            f"/web/login?redirect={quote(within, safe='')}",
        ):
            with self.subTest(path=path.replace(self.token, "…")):
                self.assert_hidden(path, self.token)

    def test_token_in_the_path_of_a_route_of_ours_is_in_no_log(self):
        """Whatever is no id is taken for one, also in what is added later."""
        token = "AQ1b-2c_3d4e5f"
        addons = sorted(self.registry._init_modules)
        paths = set()
        for route, endpoint in _generate_routing_rules(addons, nodb_only=False):
            path = re.sub(r"<.*?>", token, re.sub(r"<int:\w+>", "5", route))
            if "exivo" in endpoint.func.__module__ and token in path:
                paths.add(path)
        self.assertIn(f"/my/exivo/accesses/5/help/{token}", paths)
        self.assertGreaterEqual(len(paths), 4)
        for path in sorted(paths):
            within = quote(path, safe="")
            for address in (
                path,
                f"{path}?x=1",
                f"/web/login?redirect={within}",
                f"/web/login?redirect={quote(within, safe='')}",
            ):
                with self.subTest(address=address.replace(token, "…")):
                    self.assert_hidden(address, token)

    def test_signature_that_lets_its_bearer_write_as_a_customer_is_in_no_log(self):
        query = f"pid={self.holder.partner_id.id}&hash=AQ1b2c3d4e5f"
        for path in (
            f"/mail/view?model=resource.booking&res_id={self.booking.id}&{query}",
            f"/my/bookings/{self.booking.id}?{query}",
        ):
            with self.subTest(path=path[:20]):
                self.assert_hidden(path, "AQ1b2c3d4e5f")

    def test_tokens_of_a_booked_meeting_are_in_no_log(self):
        meeting = self.booking.meeting_id
        attendee = meeting.attendee_ids[0]
        meeting._set_discuss_videocall_location()
        self.env.flush_all()
        for path, secret in (
            (
                f"/calendar/meeting/view?token={attendee.access_token}&id={meeting.id}",
                attendee.access_token,
            ),
            (
                f"/calendar/join_videocall/{meeting.access_token}",
                meeting.access_token,
            ),
        ):
            with self.subTest(path=path[:20]):
                self.assertTrue(secret)
                self.assert_hidden(path, secret)

    def test_wrong_token_that_the_mail_gateway_warns_of_is_not_written_out(self):
        gateway = self.assertLogs("odoo.addons.mail.controllers.mail")
        with mute_logger("odoo.http"), gateway as log:
            self.url_open(
                f"/mail/unfollow?model=resource.booking&res_id={self.booking.id}"
                f"&pid={self.holder.partner_id.id}&token={self.token}"
            )
        self.assertIn("Invalid token in route", "".join(log.output))
        self.assertNotIn(self.token, "".join(log.output))

    def test_secret_that_staff_type_is_in_no_log_at_debug_level(self):
        manager = self._create_user("exivo_manager", "exivo_access.group_manager")
        site = self.site.with_user(manager)
        fixed = self.env["exivo.fixed.pin"].with_user(manager)
        secret = 'it\'s 4 "secret"'
        call_kw(site, "write", [site.ids, {"api_secret": secret}], {})
        saved = {"vals": {"api_secret": secret}, "specification": {}}
        call_kw(site, "web_save", [site.ids], saved)
        vals = {"partner_id": self.holder.partner_id.id, "pin": "482915"}
        call_kw(fixed, "create", [[vals]], {})
        other = self.env["res.partner"].create({"name": "Berta"})
        table = ["partner_id/.id", "pin"], [[f"{other.id}", "482917"]]
        call_kw(fixed, "load", list(table), {})
        call_kw(site, "load", [[".id", "api_secret"], [[f"{site.id}", secret]]], {})
        calls = [line for line in self.log.lines if line.startswith("call ")]
        self.assertEqual(len(calls), 5)
        for line in self.log.lines:
            self.assertNotIn('4 "secret', line)
            self.assertNotIn('4 \\"secret', line)
            self.assertNotIn("482915", line)
            self.assertNotIn("482917", line)

    def test_other_lines_are_as_they_were(self):
        logger = logging.getLogger("odoo")
        logger.info("%s of %d tokens were spinning=%s", "two", 3, "yes")
        self.assertIn("two of 3 tokens were spinning=yes", self.log.lines[-1])
        logger.debug(ValueError("nothing=here"))
        self.assertIn("nothing=here", self.log.lines[-1])
