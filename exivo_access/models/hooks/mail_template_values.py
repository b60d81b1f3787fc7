# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets nobody say in a mail of a template what they could not say without one.

Odoo makes that mail in superuser mode, and takes whatever values the caller hands in:
whose it is, which files are in it, even which message it overwrites, and what else is
written by the way.
"""

from odoo import models

from .base import check_not_withheld


class MailTemplate(models.Model):
    """A template's mail is about, and brings, only what its user may read."""

    _inherit = "mail.template"

    def send_mail_batch(
        self,
        res_ids,
        force_send=False,
        raise_exception=False,
        email_values=None,
        email_layout_xmlid=False,
    ):
        """Override of `mail` to look at the values that are handed in."""
        mails = self.env["mail.mail"]
        # Who may make mails needs no template for that.
        if email_values and not mails.has_access("create"):
            numbers = [email_values["res_id"]] if "res_id" in email_values else res_ids
            for number in numbers:
                about = {"model": self.model, **email_values, "res_id": number}
                _check_handed_in(mails, about)
        return super().send_mail_batch(
            res_ids,
            force_send=force_send,
            raise_exception=raise_exception,
            email_values=email_values,
            email_layout_xmlid=email_layout_xmlid,
        )


def _check_handed_in(records, values):
    """Check values that somebody would have written in superuser mode.

    :param records: of the model that they are for, in that person's environment.
    :raise AccessError: they lead to what is not theirs to read, or change something.
    """
    env = records.env
    for name, value in values.items():
        field = records._fields.get(name)
        if not value or not field:
            continue
        if field.type == "many2one_reference":
            _check_linked(env, values.get(field.model_field), value)
        elif field.type == "many2one" and not field.delegate:
            _check_linked(env, field.comodel_name, value)
        elif field.type == "many2many":
            for command in value:
                _check_command(env[field.comodel_name], command)
        elif field.relational:
            env["mail.mail"].check_access("create")


def _check_command(comodel, command):
    """Check what puts something into a list: a number, or a command of the ORM.

    :raise AccessError: it does more than put there what may be read, or a new file.
    """
    if isinstance(command, int):
        command = (4, command)
    code, *rest = command
    if code == 0 and comodel._name == "ir.attachment":
        _check_handed_in(comodel, rest[-1])
    elif code in (4, 6):
        for number in rest[-1] if code == 6 else rest[:1]:
            _check_linked(comodel.env, comodel._name, number)
    elif code != 5:
        comodel.env["mail.mail"].check_access("create")


def _check_linked(env, name, number):
    """Check what a value leads to; as a text or a list it could lead anywhere."""
    if not isinstance(number, int):
        env["mail.mail"].check_access("create")
    check_not_withheld(env, name, number, "read")
