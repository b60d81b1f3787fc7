# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Whatever a request brings, our pages answer it, and nothing fails."""

import re
from urllib.parse import urlencode

from freezegun import freeze_time

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NOW, ExivoPortalCase

#: Numbers that no record has, and that PostgreSQL cannot even look for.
NUMBERS = (0, 10**14, 10**30)
NULL = "\0"
WORDS = ("x", "-1", "1e999", NULL, "a" * 200, "\u0665", "\u00b2")
#: Names of parameters, of ours and of what functions call their own.
NAMES = (
    *("year", "month", "when", "access_token", "error", "page", "day", "hours"),
    *("people", "place", "night", "equipment", "name", "email", "opening", "code"),
    *("guest", "was", "form_token", "token", "id", "booking_id", "type_id"),
    "access_id",
)
NAMES_INSIDE = ("choice", "moment", "wish", "typed", "booking_sudo", "values")
#: What stands for a variable part of an address.
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
#: 10:00 in Zurich on the next day, which is offered.
TEN = "2027-03-02T10:00:00+01:00"


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestOddRequests(ExivoPortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking_type.write({"portal_bookable": True, "portal_who": "anybody"})

    def setUp(self):
        super().setUp()
        self.booking = self.book_for_holder()
        self.synchronise()
        self.access = self.accesses(self.booking)
        self.ids = {
            "booking_id": self.booking.id,
            "access_id": self.access.id,
            "lock_id": self.aare.id,
            "type_id": self.booking_type.id,
            "combination_id": self.booking.combination_id.id,
            "room_id": self.room.id,
            "year": NOW.year,
            "month": NOW.month,
        }

    def routes(self):
        """The pages that the add-on makes or changes: address and methods."""
        for url, endpoint in http._generate_routing_rules(
            sorted(self.registry._init_modules), nodb_only=False
        ):
            is_ours = any(
                one.__module__.startswith("odoo.addons.exivo_access.")
                and endpoint.__name__ in vars(one)
                for one in type(endpoint.func.__self__).mro()
            )
            if is_ours and endpoint.routing["type"] == "http":
                yield url, endpoint.routing["methods"] or ["GET", "POST"]

    def ask(self, url, methods, **odd):
        """Ask as somebody does who follows an address, and who sends a form."""
        responses = []
        if "GET" in methods:
            address = f"{url}?{urlencode(odd)}" if odd else url
            responses.append(self.url_open(address, allow_redirects=False))
        if "POST" in methods:
            data = {"csrf_token": http.Request.csrf_token(self), **odd}
            responses.append(self.url_open(url, data=data, allow_redirects=False))
        for response in responses:
            self.assertLess(response.status_code, 500, (url, [*odd], response.text))

    def fill_in(self, url, **parts):
        return PART.sub(lambda part: str(parts.get(part[2], "word")), url)

    @mute_logger("odoo.http", "werkzeug", "odoo.addons.base.models.ir_http")
    def test_addresses_with_any_number_or_word_in_them(self):
        for login in (None, self.holder.login):
            self.authenticate(login, login)
            for url, methods in self.routes():
                for kind, name in PART.findall(url):
                    odd = NUMBERS if kind == "int" else ("x", "a" * 3000, "%ff")
                    for one in odd:
                        self.ask(self.fill_in(url, **{**self.ids, name: one}), methods)

    @mute_logger("odoo.http", "werkzeug", "odoo.addons.base.models.ir_http")
    def test_parameters_of_any_name_with_any_word(self):
        token = self.booking._portal_ensure_token()
        for login in (None, self.holder.login):
            self.authenticate(login, login)
            for url, methods in self.routes():
                address = self.fill_in(url, **self.ids)
                known = {} if login else {"access_token": token}
                for word in WORDS:
                    if word == NULL and url.startswith("/calendar/"):
                        continue  # Odoo finds out who asks, and fails before us
                    self.ask(address, methods, **dict.fromkeys(NAMES, word))
                    self.ask(address, methods, year=word, **known)
                inside = dict.fromkeys(NAMES_INSIDE, "x")
                self.ask(address, methods, **inside, **known)
                self.ask(address, methods, when=TEN, **inside, **known)
