# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Sends a link to an address, to find out whether its owner reads it."""


def send_link(env, email, subject, template, company, **values):
    """Send a mail with a link, once this is committed; Odoo keeps no copy of it.

    :param Environment env: of whoever asks; its language is that of the mail.
    :param str email: to whom.
    :param str template: with a module; it has ``company`` and what else is given.
    :param company: whose mail it is, in superuser mode.
    """
    body = env["ir.qweb"]._render(template, {"company": company, **values})
    mail = env["mail.mail"].sudo()
    mail.create(
        {
            "subject": subject,
            "body_html": body,
            "email_from": company.email_formatted or env.user.sudo().email_formatted,
            "email_to": email,
            "auto_delete": True,
        }
    ).send_after_commit()
