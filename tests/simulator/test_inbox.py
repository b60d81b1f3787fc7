# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails by SMTP, and how the inbox shows them."""

import smtplib
from email.message import EmailMessage
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from exivo_simulator import inbox, pages

EVIL = '<script>document.title="evil"</script>'


@pytest.fixture
def send(simulator):
    def send(message, to="anna@example.com"):
        with smtplib.SMTP(simulator.smtp_host, simulator.smtp_port) as smtp:
            smtp.send_message(message, "odoo@example.com", to)

    return send


def confirmation(subject="Ihr Zugang für Raum Aare"):
    message = EmailMessage()
    message["From"] = "Räume <odoo@example.com>"
    message["To"] = "Anna <anna@example.com>"
    message["Subject"] = subject
    message["Date"] = "Mon, 01 Jun 2026 09:00:00 +0200"
    message["Message-Id"] = "<1@odoo.example.com>"
    message.set_content("Ihre PIN: 048213")
    message.add_alternative(f"<p>Ihre PIN: <b>048213</b></p>{EVIL}", subtype="html")
    message.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="zugang.ics"
    )
    return message


def test_a_mail_arrives_with_all_its_parts(simulator, send):
    send(confirmation())
    (mail,) = simulator.mails()
    assert mail["from"] == "Räume <odoo@example.com>"
    assert mail["to"] == ["anna@example.com"]
    assert mail["subject"] == "Ihr Zugang für Raum Aare"
    assert mail["date"] == "Mon, 01 Jun 2026 09:00:00 +0200"
    assert mail["message_id"] == "<1@odoo.example.com>"
    assert mail["text"].strip() == "Ihre PIN: 048213"
    assert "<b>048213</b>" in mail["html"]
    assert mail["attachments"] == [
        {"filename": "zugang.ics", "content_type": "text/calendar"}
    ]
    assert mail["received_at"].endswith("Z")


def test_who_really_got_it_counts_not_the_header(simulator, send):
    send(confirmation(), to=["secret@example.com"])
    assert simulator.mails()[0]["to"] == ["secret@example.com"]


def test_a_calendar_among_the_alternatives_is_not_hidden(simulator, send):
    message = EmailMessage()
    message.set_content("text")
    message.add_alternative("<p>html</p>", subtype="html")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar")
    send(message)
    (mail,) = simulator.mails()
    kinds = [part["content_type"] for part in mail["attachments"]]
    assert kinds == ["text/calendar"]


def test_the_inbox_lists_the_newest_first_and_can_be_emptied(simulator, send, browser):
    send(confirmation("First"))
    send(confirmation("Second"))
    page = browser.get(f"{simulator.url}/inbox").text
    assert page.index("Second") < page.index("First")
    assert [mail["subject"] for mail in simulator.mails()] == ["Second", "First"]
    simulator.control("DELETE", "/mails")
    assert simulator.mails() == []
    assert "No mail yet" in browser.get(f"{simulator.url}/parts/inbox").text


def test_a_mail_is_shown_in_a_sandbox_without_scripts(simulator, send, browser):
    send(confirmation(f"Hello {EVIL}"))
    (mail,) = simulator.mails()
    address = f"{simulator.url}/inbox/{mail['id']}"
    page = browser.get(address)
    assert EVIL not in page.text
    assert "&lt;script&gt;" in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    html = browser.get(f"{address}/html")
    policy = html.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ") and "script-src 'none'" in policy
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy


def test_an_attachment_is_downloaded_never_shown(simulator, send, browser):
    send(confirmation())
    (mail,) = simulator.mails()
    address = f"{simulator.url}/inbox/{mail['id']}/attachments"
    file = browser.get(f"{address}/0")
    assert file.content == b"BEGIN:VCALENDAR"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert browser.get(f"{address}/1").status_code == 404


def test_inline_pictures_are_shown(simulator, send, browser):
    message = EmailMessage()
    message.set_content('<img src="cid:logo@x">', subtype="html")
    message.add_related(b"\x89PNG", "image", "png", cid="<logo@x>")
    send(message)
    (mail,) = simulator.mails()
    source = f"/inbox/{mail['id']}/attachments/0"
    page = browser.get(f"{simulator.url}/inbox/{mail['id']}/html").text
    assert f'src="{source}"' in page
    picture = browser.get(simulator.url + source)
    assert picture.headers["Content-Type"] == "image/png"


def test_a_broken_mail_is_kept_and_shown_all_the_same(simulator, browser):
    raw = b"Subject: =?x?\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe"
    with smtplib.SMTP(simulator.smtp_host, simulator.smtp_port) as smtp:
        smtp.sendmail("a@example.com", ["b@example.com"], raw)
    (mail,) = simulator.mails()
    assert browser.get(f"{simulator.url}/inbox/{mail['id']}").status_code == 200


def test_a_mail_that_is_gone_leads_back_to_the_inbox(simulator, browser):
    assert browser.get(f"{simulator.url}/inbox/77").url == f"{simulator.url}/inbox"


def test_page_takes_no_more_mails_apart_than_it_shows(monkeypatch):
    """It is fetched every second, and the simulator does one thing at a time."""
    row, taken = {"received_at": "2026-06-01T09:00:00Z"}, []
    house = SimpleNamespace(
        state={"mails": [{"id": n, **row} for n in range(1, 1001)]},
        zone=ZoneInfo("Europe/Zurich"),
    )
    house.inbox = inbox.Inbox(house)
    monkeypatch.setattr(
        inbox, "Mail", lambda row: taken.append(row["id"]) or SimpleNamespace(**row)
    )
    shown = pages._inbox_values(house)["mails"]
    assert [one["mail"].id for one in shown] == [*range(1000, 900, -1)] == taken
