# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The inbox: takes mail by SMTP and shows it as the one who gets it would see it."""

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

from aiosmtpd.smtp import SMTP

from .clock import to_stamp

SENDER = "Exivo simulator <no-reply@exivo.invalid>"
KEEPS = 1000


@dataclass
class Part:
    """An attachment or inline picture of a mail."""

    filename: str
    content_type: str
    content_id: str
    payload: bytes


class Inbox:
    """The mails in the house's state, newest last."""

    def __init__(self, house):
        self.house = house

    async def handle_DATA(self, _server, _session, envelope):
        """Called by `aiosmtpd` for every mail."""
        self._keep(envelope.content, envelope.rcpt_tos)
        self.house.save()
        return "250 OK"

    def new_connection(self):
        """Return the protocol of one SMTP connection (hostname: no DNS look-up)."""
        return SMTP(self, hostname="exivo-simulator", enable_SMTPUTF8=True)

    def deliver_mail(self, address: str, subject: str, text: str):
        """Put a mail into the inbox that Exivo itself would send."""
        message = EmailMessage()
        message["From"] = SENDER
        message["Subject"] = subject
        message["Date"] = format_datetime(self.house.now())
        message.set_content(text)
        self._keep(message.as_bytes(policy=policy.SMTP), [address])

    def deliver_sms(self, number: str, text: str):
        """Put an SMS into the inbox: shown as a mail to a phone number."""
        self.deliver_mail(number, "SMS", text)

    def _keep(self, raw, recipients):
        mails = self.house.state["mails"]
        mails.append(
            {
                "id": mails[-1]["id"] + 1 if mails else 1,
                "raw": base64.b64encode(raw).decode(),
                "to": list(recipients),
                "received_at": to_stamp(self.house.now()),
            }
        )
        del mails[:-KEEPS]

    def mails(self, most=KEEPS) -> list:
        """Return mails, newest first; taking one apart takes time."""
        return [Mail(row) for row in reversed(self.house.state["mails"][-most:])]

    def mail(self, mail_id: int):
        """Return one mail, or None."""
        for row in self.house.state["mails"]:
            if row["id"] == mail_id:
                return Mail(row)
        return None

    def clear(self):
        """Throw all mails away."""
        self.house.state["mails"].clear()


class Mail:
    """One mail, taken apart.

    ``to`` holds the addresses it was really delivered to (the SMTP envelope), not
    what its header claims.
    """

    def __init__(self, row: dict):
        self.id = row["id"]
        self.to = row["to"]
        self.received_at = row["received_at"]
        message = message_from_bytes(
            base64.b64decode(row["raw"]), policy=policy.default
        )
        self.headers = [(name, str(value)) for name, value in message.items()]
        self.sender = str(message["From"] or "")
        self.subject = str(message["Subject"] or "").strip()
        self.date = str(message["Date"] or "")
        self.message_id = str(message["Message-Id"] or "")
        text = message.get_body(preferencelist=("plain",))
        html = message.get_body(preferencelist=("html",))
        self.text = _content(text)
        self.html = _content(html)
        # All other leaves count as attachments, so that none can hide (a calendar
        # file may well sit among the alternatives).
        self.parts = [
            _part(leaf, number)
            for number, leaf in enumerate(
                leaf
                for leaf in message.walk()
                if not leaf.is_multipart() and leaf is not text and leaf is not html
            )
        ]

    def as_json(self) -> dict:
        """Return the mail as the control API gives it."""
        return {
            "id": self.id,
            "from": self.sender,
            "to": self.to,
            "subject": self.subject,
            "date": self.date,
            "message_id": self.message_id,
            "text": self.text,
            "html": self.html,
            "attachments": [
                {"filename": part.filename, "content_type": part.content_type}
                for part in self.parts
            ],
            "received_at": self.received_at,
        }

    def html_page(self) -> str:
        """Return the HTML part with its inline pictures and links made to work."""
        page = self.html or ""
        for number, part in enumerate(self.parts):
            if part.content_id:
                page = re.sub(
                    rf"cid:{re.escape(part.content_id)}",
                    f"/inbox/{self.id}/attachments/{number}",
                    page,
                )
        return f'<base target="_blank">{page}'


def _content(part):
    """Return a text part's text, also when its encoding is not what it claims."""
    if part is None:
        return None
    try:
        return part.get_content()
    except (LookupError, ValueError):
        return part.get_payload(decode=True).decode(errors="replace")


def _part(leaf, number):
    return Part(
        filename=leaf.get_filename() or f"part-{number + 1}",
        content_type=leaf.get_content_type(),
        content_id=str(leaf.get("Content-ID", "")).strip("<> "),
        payload=leaf.get_payload(decode=True) or b"",
    )
