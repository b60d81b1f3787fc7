# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Sends a link to an address, to find out whether its owner reads it."""

from odoo import fields

from ..mails import letter


def send_link(env, email, subject, template, company, valid, **values):
    """Send a mail with a link, once this is committed; Odoo keeps no copy of it.

    :param Environment env: of whoever asks; its language is that of the mail.
    :param str email: to whom.
    :param str template: with a module; it has ``company`` and what else is given.
    :param company: whose mail it is, in superuser mode.
    :param timedelta valid: so long the link counts; it is sent no later.
    :return: whether it is sent: there is an address that it can come from.
    :rtype: bool
    """
    mails = env["mail.mail"].sudo()
    servers = mails.env["ir.mail_server"].with_company(company)
    sender = letter.get_sender(company) or servers._get_default_from_address()
    if not sender:
        return False
    mail = mails.create(
        {
            "subject": subject,
            "body_html": env["ir.qweb"]._render(
                template, {"company": company, **values}
            ),
            "email_from": sender,
            "reply_to": sender,
            "email_to": email,
            "auto_delete": True,
            **letter.as_of(company),
        }
    )
    letter.finish(mail, fields.Datetime.now() + valid)
    mail.send_after_commit()
    return True
