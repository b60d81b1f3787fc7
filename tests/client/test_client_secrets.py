# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Nothing that opens a door, and nothing that opens Exivo, is ever shown or logged."""

import base64
import logging
import traceback

import pytest
from written_exivo import API_KEY, API_SECRET, CODE, LINK, REQUEST, VISIT, new_client

from odoo.addons.exivo_access import api

BASIC = base64.b64encode(f"{API_KEY}:{API_SECRET}".encode()).decode()
SECRETS = (API_SECRET, BASIC, CODE, LINK, "a1b2c3")


def check(text):
    for secret in SECRETS:
        assert secret not in text


@pytest.fixture
def log(caplog):
    for name in (None, "odoo.addons.exivo_access", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def everything(client):
    """Make every call, and return the errors as a traceback would show them."""
    shown = []
    for call in [
        client.get_site_info,
        client.list_components,
        lambda: client.create_visit(REQUEST),
        lambda: client.get_visit("visit-1"),
        lambda: [*client.find_visits("x7f3")],
        lambda: client.revoke_visit("visit-1"),
    ]:
        try:
            call()
        except api.ExivoError as error:
            shown += [str(error), repr(error), "".join(traceback.format_exc())]
    return "\n".join(shown)


def written(exivo, status, **answer):
    for path in ("/info", "/component", "/visit", "/visit/visit-1"):
        exivo.answer("GET", path, status=status, **answer)
    for path in ("/visit", "/visit/visit-1/revoke"):
        exivo.answer("POST", path, status=status, **answer)


def test_good_calls_log_no_secret(exivo, client, log):
    written(exivo, 200, json=VISIT)
    everything(client)
    assert "Exivo POST /visit: 200" in log.text
    check(log.text)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500])
def test_refusals_that_quote_what_we_sent_show_no_secret(exivo, client, log, status):
    quote = f"{CODE} {LINK} {BASIC} {API_KEY} {API_SECRET}"
    written(exivo, status, json={"message": quote, "errors": [quote], "id": quote})
    check(everything(client))
    check(log.text)


def test_a_refusal_by_an_html_page_shows_no_secret(exivo, client, log):
    written(exivo, 400, body=f"<h1>{CODE} {LINK} {BASIC}</h1>")
    check(everything(client))
    check(log.text)


def test_no_connection_shows_no_secret(log):
    check(everything(new_client("http://127.0.0.1:9")))
    check(log.text)


def test_nothing_shows_a_code_or_a_link_when_printed(client):
    visit = api.Visit.from_json({**VISIT, "name": "RB00007"})
    assert "RB00007" in repr(visit) and "RB00007" in repr(REQUEST)
    check(f"{visit!r} {REQUEST!r} {client!r} {visit} {REQUEST}")
