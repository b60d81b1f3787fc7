# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a copy of the database shows: with a key nothing, without one what is said."""

import re

import pytest
from cryptography.fernet import Fernet

from odoo.tools import SQL

from odoo.addons.exivo_access.models.doors.webhook_token import new_webhook_token
from odoo.addons.exivo_access.models.pins.handover import show_pin
from odoo.addons.exivo_access.pure import pin
from odoo.addons.exivo_access.tools.secret_char import KEYS_VARIABLE

#: Numbers that stand nowhere else in the database.
PINS = ("612847", "730264", "915048")


@pytest.fixture
def key(monkeypatch):
    """Whoever runs the server has set a key."""
    monkeypatch.setenv(KEYS_VARIABLE, Fernet.generate_key().decode())


@pytest.fixture(autouse=True)
def pins(monkeypatch):
    """PINs are drawn from those above."""
    monkeypatch.setattr(
        pin, "draw", lambda find_taken, length: min({*PINS} - find_taken(PINS))
    )


def dump(office):
    """Every row of every table, as text, by table."""
    with office.env() as env:
        tables = env.execute_query(
            SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        return {
            table: env.execute_query(
                SQL("SELECT t::text FROM %s t", SQL.identifier(table))
            )
            for (table,) in tables
        }


def find(office, values):
    """In which tables any of these values stand; a PIN is no part of another number."""
    secret = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, values))})(?![\w-])")
    return {
        table
        for table, rows in dump(office).items()
        if any(secret.search(row) for (row,) in rows)
    }


def test_dump_without_a_key_holds_secrets_in_their_own_fields_and_nowhere_else(office):
    """Not in chatter, tracking, activities, the bus, logs, parameters, attachments."""
    with_secrets = {"exivo_site", "exivo_access", "exivo_credential", "exivo_fixed_pin"}
    values = live_through_everything(office)
    waiting = {"mail_mail", "mail_message"}
    assert find(office, values) == with_secrets | waiting
    assert not find_in_files(office, values)
    with office.env() as env:
        env["mail.mail"].search([]).unlink()
        env["exivo.fixed.pin"].search([]).unlink()
        accesses = env["exivo.access"].search([])
        accesses.booking_id.action_cancel()
    office.synchronise()
    with office.env() as env:
        env["exivo.site"].browse(office.site_id).secret_days = 0
        accesses = env["exivo.access"].search([])
        accesses.stop = accesses.credential_ids.stop = "2020-01-01 00:00:00"
        env["exivo.site"]._cron_clear()
    assert find(office, values) == {"exivo_site"}, "what was deleted is nowhere else"


def find_in_files(office, values):
    """Attachments in which any of these values stand; they are files, not rows."""
    secret = re.compile("|".join(map(re.escape, values)).encode())
    with office.env() as env:
        attachments = env["ir.attachment"].search(
            [("res_field", "in", (False, "data_file"))]
        )
        return [one.name for one in attachments if secret.search(one.raw or b"")]


def test_dump_of_a_database_with_a_key_holds_no_secret(key, office):
    values = live_through_everything(office)
    waiting = {"mail_mail", "mail_message"}
    assert find(office, values) == waiting, "until it is sent, a mail can be read"
    with office.env() as env:
        env["mail.mail"].search([]).unlink()  # as Odoo does with those that are sent
        env["exivo.fixed.pin"].search([]).unlink()
    assert not find(office, values)
    assert not find_in_files(office, values)


def live_through_everything(office):
    """Have every kind of secret made, changed and looked at.

    :return: their values.
    :rtype: list[str]
    """
    booking_id = office.book(hours=24)
    office.synchronise()
    with office.env() as env:
        token = new_webhook_token(env["exivo.site"].browse(office.site_id))
        access = env["exivo.access"].search([("booking_id", "=", booking_id)])
        show_pin(access)
        access._change_pin("It was passed on")
        env["exivo.fixed.pin"].create(
            {"partner_id": access.partner_id.copy().id, "pin": PINS[2]}
        )
    office.simulator.fault("error_500_after", method="POST", path="/visit")
    office.synchronise()
    office.make_due()
    office.synchronise()
    links = [visit["link"] for visit in office.simulator.visits()]
    codes = {visit["code"] for visit in office.simulator.visits()}
    assert len(links) == 2 and codes == set(PINS[:2])
    return [office.simulator.api_secret, token, *PINS, *links]
