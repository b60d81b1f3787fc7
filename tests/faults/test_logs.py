# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The whole journey with everything logged: no secret, no PIN and no link is in it."""

import base64
import logging
import re
import traceback

import pytest
import requests
import werkzeug.test

from odoo import http

from odoo.addons.exivo_access.models.access.exivo_access import ExivoAccess
from odoo.addons.exivo_access.models.doors.webhook_token import new_webhook_token
from odoo.addons.exivo_access.models.pins.handover import show_pin
from odoo.addons.exivo_access.tools import envelope
from odoo.addons.exivo_access.tools.secret_char import open_secret
from odoo.addons.exivo_access.tools.serialise import serialise

# All but Odoo's log of every statement, with the mail that is being queued: whoever
# switches that on reads the database.
OFF_LIMITS = "odoo.sql_db"
OURS = logging.getLogger("odoo.addons.exivo_access")


class Log(logging.Handler):
    """All that is logged, at every level, with what a formatter would add."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        line = f"{record.name} {record.getMessage()} {record.args}"
        if record.exc_info:
            line += "".join(traceback.format_exception(*record.exc_info))
        self.lines.append(line)


@pytest.fixture
def log():
    """What is logged during a test."""
    loggers = ["", "odoo", "odoo.addons.mail", "urllib3", "requests", "werkzeug"]
    loggers += logging.root.manager.loggerDict
    levels = dict.fromkeys(loggers, logging.DEBUG) | {OFF_LIMITS: logging.WARNING}
    before = {name: logging.getLogger(name).level for name in levels}
    handler = Log()
    logging.getLogger().addHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    yield handler
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def sent(monkeypatch):
    """What goes to Exivo beside the body: addresses and headers.

    The secret stands in one header, as HTTP Basic has it, and nowhere else.
    """
    lines = []
    send = requests.Session.send

    def note(session, request, **options):
        headers = dict(request.headers)
        basic = headers.pop("Authorization", "").removeprefix("Basic ")
        lines.append(f"{request.method} {request.url} {headers}")
        lines.append(f"as {base64.b64decode(basic).decode().partition(':')[0]}")
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", note)
    return lines


@pytest.fixture
def web(office, monkeypatch):
    """Odoo's own web server on the office's database, called without a network."""
    monkeypatch.setattr(http, "db_filter", lambda databases, host=None: databases)
    client = werkzeug.test.Client(http.root)

    def post(path, **headers):
        headers["X-Odoo-Database"] = office.registry.db_name
        body = {"id": "event-1", "meta": {"siteId": office.simulator.site_id}}
        return client.post(path, json=body, headers=headers).status_code

    return post


def secrets_of(office):
    """Every value that must not be logged."""
    with office.env() as env:
        credentials = env["exivo.credential"].search([])
        accesses = env["exivo.access"].search([])
        values = {
            office.simulator.api_secret,
            *(open_secret(one, "pin") for one in accesses),
            *(open_secret(one, "pin") for one in credentials),
            *(open_secret(one, "link") for one in credentials),
            *(open_secret(one, "callback_token") for one in credentials),
            *(
                open_secret(one, "webhook_token")
                for one in env["exivo.site"].search([])
            ),
        }
    return {value for value in values if value}


def assert_clean(log, values):
    assert values and log.lines
    # A PIN is no part of a longer number, such as a time.
    secret = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, values))})(?![\w-])")
    for line in filter(None, log.lines):
        assert not secret.search(line)


def test_a_journey_with_all_its_troubles_logs_no_secret(office, log, sent, web):
    booking_id = office.book(hours=24)
    with office.env() as env:
        booking = env["resource.booking"].browse(booking_id)
        booking_token = booking._portal_ensure_token()
    for kind in ("error_500", "rate_limit", "html", "cut_after"):
        office.simulator.fault(kind, method="POST", path="/visit")
        office.synchronise()
        office.make_due()
    office.synchronise()
    with office.env() as env:
        access = env["exivo.access"].search([("booking_id", "=", booking_id)])
        assert access.state == "created"
        show_pin(access)
        access.action_resend()
        access._change_pin("It was passed on")
        access.partner_id.email = "elsewhere@example.com"
    office.synchronise()
    with office.env() as env:
        site = env["exivo.site"].browse(office.site_id)
        token = new_webhook_token(site)
        site.message_post(body="A new token was made")
    assert web("/exivo/webhook", Authentication=token) == 200
    assert web("/exivo/webhook", Authentication=f"{token[:-1]}~") == 401
    with office.env() as env:
        send_mails(env, office.simulator)
        log.lines += env["mail.message"].search([]).mapped("body")
        log.lines += env["mail.message"].search([]).mapped("subject")
        log.lines += everything_in(env, "bus.bus", "ir.logging", "mail.tracking.value")
        env["resource.booking"].browse(booking_id).action_cancel()
    office.synchronise()
    office.simulator.fault("wrong_key")
    with office.env() as env:
        env["exivo.site"].browse(office.site_id).action_verify()
    values = secrets_of(office) | {booking_token}
    # the API secret, the tokens of webhook and booking, two PINs and two links
    assert len(values) >= 7 and token in values
    assert f"as {office.simulator.api_key}" in sent
    log.lines += sent
    assert any("POST /visit: 200" in line for line in log.lines), "at debug level"
    assert_clean(log, values)


def test_errors_are_logged_without_what_they_quote(office, log, monkeypatch):
    """Python's own messages quote: “invalid literal for int(): 'https://…'”."""
    office.book(hours=24)

    granted = ExivoAccess._is_granted

    def break_down(access):
        pin, link = (
            open_secret(access, "pin"),
            open_secret(access.sudo().credential_ids, "link"),
        )
        raise ValueError(f"{pin} {link}")

    office.synchronise()
    monkeypatch.setattr(OURS, "propagate", False)  # these errors are expected
    monkeypatch.setattr(OURS, "handlers", [log])
    monkeypatch.setattr(ExivoAccess, "_is_granted", break_down)
    office.make_due()
    office.synchronise()
    monkeypatch.setattr(ExivoAccess, "_is_granted", granted)
    with office.env() as env:
        access = env["exivo.access"].search([])
        assert access.failure_type == "internal"
        env["exivo.notifier"]._try_to_mail(break_down, access)
    noted = [line for line in log.lines if "ValueError" in line]
    assert len(noted) == 2 and all("in break_down" in line for line in noted)
    assert_clean(log, secrets_of(office))


def everything_in(env, *models):
    """Every row of some models, as text."""
    return [repr(row) for model in models for row in env[model].search([]).read()]


def send_mails(env, simulator):
    """Send what waits; that takes link and PIN out of the database."""
    server = env["ir.mail_server"].create(
        {
            "name": "Inbox",
            "smtp_host": simulator.smtp_host,
            "smtp_port": simulator.smtp_port,
        }
    )
    env["mail.mail"].process_email_queue()
    server.unlink()
    assert simulator.mails()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("exivo.access", "pin"),
        ("exivo.credential", "link"),
        ("exivo.site", "api_secret_stored"),
        ("exivo.fixed.pin", "pin_stored"),
    ],
)
def test_secret_that_is_written_while_somebody_else_changes_the_row_is_not_logged(
    office, log, model, field
):
    """Odoo logs a statement that PostgreSQL refuses, with all its values."""
    booking_id = office.book(hours=24)
    office.synchronise()
    with office.env() as env:
        holder = env["resource.booking"].browse(booking_id).partner_ids
        env["exivo.fixed.pin"].create({"partner_id": holder.id, "pin": "482915"})
        record_id = env[model].search([], limit=1).id
    secret = "730264"
    attempts = []

    def write(env):
        record = env[model].browse(record_id)
        attempts.append(record[field])  # this transaction has begun
        if len(attempts) == 1:
            with office.env() as other:
                serialise(other[model].browse(record_id))
        record[field] = envelope.wrap(secret)
        record.flush_recordset()

    office.request(write)
    assert len(attempts) == 2, "nobody got in between"
    with office.env() as env:
        assert open_secret(env[model].browse(record_id), field) == secret
    assert_clean(log, {secret})
