# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Gives every mail of ours its sender, its head, its language and a follower.

Also those that are about no access: what holds for one mail holds for all.
"""

import base64
import re

from odoo import SUPERUSER_ID
from odoo.tools import get_lang

from ...pure import calendar_file
from ...tools.one_line import in_one_line, with_name_in_one_line

#: A booking is in this file, for its reader's calendar.
CALENDAR_FILE = "invitation.ics"
#: A name that is longer, or has one of these, is not only a name.
LONGEST_NAME = 60
MOST_WORDS = 6
NO_NAME = re.compile(r"[@/\\<>:!]|\.\w\w|\d{3}")
#: Other machines do not answer mails with this in their head, so that nobody's note of
#: absence comes back.
AUTOMATIC = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}


def get_sender(company, sites=None):
    """Return the address that a mail comes from, and that answers to it reach.

    It is the company's, or else that of who is responsible for one of its sites.
    Whoever happens to be logged in writes none of our mails.

    :param sites: ``exivo.site`` records; all of the company's if left out.
    :return: nothing if none of them has one.
    :rtype: str
    """
    company = company.sudo()
    if sites is None:
        sites = company.env["exivo.site"].search([("company_id", "=", company.id)])
    people = sites.sudo().user_id - company.env.ref("base.user_root")
    # nobody reads the letters of who has left
    answering = people.filtered(lambda one: one.active and one.email_formatted)[:1]
    return company.email_formatted or answering.email_formatted or ""


def get_plain_name(partner):
    """Return by which name a mail calls somebody: many guests are an address.

    Customers write their names themselves, and have us write to whom they like: no mail
    of ours carries a name that could be an address or a message.

    :return: nothing if it could be one, or there is none.
    :rtype: str
    """
    name = in_one_line(partner.name) or ""
    is_long = len(name) > LONGEST_NAME or len(name.split()) > MOST_WORDS
    return "" if is_long or NO_NAME.search(name) else name


def get_end_heading(env, room, is_taken_off):
    """Begin the subject of a mail that takes a booking out of its reader's calendar.

    :param str room: what is booked, in words.
    :param bool is_taken_off: whether it takes place without the reader.
    :rtype: str
    """
    if is_taken_off:
        return env._("You are no longer on the booking of %(room)s", room=room)
    return env._("The booking of %(room)s does not take place", room=room)


def has_name(partner):
    """Tell whether a mail can call somebody by name.

    :rtype: bool
    """
    return bool(get_plain_name(partner))


def get_language(partner, company):
    """Return the language of a mail, also where its reader's is not known.

    :rtype: str
    """
    languages = (partner.lang, company.sudo().partner_id.lang)
    return get_lang(partner.env, next(filter(None, languages), None)).code


def queue(record, template_xmlid, until, company, entry=None, values=None, **followed):
    """Queue a mail that is written by a template, and have the queue run.

    It is no message of the record: staff would read link and PIN in its chatter. Nor is
    it one of the person who caused it: authors read what they wrote.

    :param record: what the template is about, with the mail's language.
    :param company: whose mail it is.
    :param calendar_file.Entry entry: what comes along for the reader's calendar.
    :param dict values: of the mail, what is not as the template says.
    :return: the ``mail.mail`` record.
    """
    record = record.with_user(SUPERUSER_ID)
    values = {"model": False, "res_id": False, **as_of(company), **(values or {})}
    if entry:
        content = base64.b64encode(calendar_file.build(entry))
        values["attachments"] = [(CALENDAR_FILE, content)]
    template = record.env.ref(template_xmlid)
    mail = record.env["mail.mail"].browse(
        template.send_mail(record.id, email_values=values)
    )
    if entry:
        files = mail.attachment_ids.filtered(lambda one: one.name == CALENDAR_FILE)
        files.mimetype = f"text/calendar; charset=utf-8; method={entry.method}"
    finish(mail, until, **followed)
    record.env["exivo.notifier"]._run_queue()
    return mail


def as_of(company):
    """Return the values by which a mail leaves as a company's, and comes back to it.

    Odoo would take the company that its queue happens to work for.

    :rtype: dict
    """
    return {
        "record_company_id": company.id,
        "record_alias_domain_id": company.sudo().alias_domain_id.id,
    }


def finish(mail, until, **followed):
    """Give a mail that was just put into Odoo's queue its head, and follow it.

    :param mail: the ``mail.mail`` record in superuser mode.
    :param datetime until: nobody needs it after that.
    :param followed: what else ``exivo.mail`` has to know.
    """
    mail.headers = repr(AUTOMATIC)
    # Odoo would take the address of somebody who stands after a line break.
    for name in ("email_from", "reply_to"):
        mail[name] = with_name_in_one_line(mail[name])
    mail.env["exivo.mail"]._begin(mail, until, **followed)
