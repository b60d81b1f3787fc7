# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo as its web client speaks to it: a logged-in person calls methods."""

import requests

TIMEOUT = 60


class Refused(Exception):
    """Odoo answered a call with an error."""


class Staff:
    """A logged-in user."""

    def __init__(self, url, database, login, password):
        self.url = url
        self.session = requests.Session()
        self.ask(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )

    def call(self, model, method, *arguments, **named):
        """Call a public method of a model."""
        return self.ask(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": arguments, "kwargs": named},
        )

    def read(self, model, domain, fields, **named):
        """Search for records and return their fields."""
        return self.call(model, "search_read", domain, fields, **named)

    def ref(self, xmlid):
        """The id of a record of the demo data."""
        module, _, name = xmlid.partition(".")
        domain = [("module", "=", module), ("name", "=", name)]
        (found,) = self.read("ir.model.data", domain, ["res_id"])
        return found["res_id"]

    def ask(self, path, parameters=None):
        """Call a route for the web client, such as those that show a secret."""
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters or {}}
        response = self.session.post(self.url + path, json=body, timeout=TIMEOUT)
        response.raise_for_status()
        answer = response.json()
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise Refused(data.get("message") or answer["error"]["message"])
        return answer.get("result")
