# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .. import period

#: What a mail to a member can say first; a renewal changes time and link.
MAIN_CHANGES = ("doors", "code", "link", "key")


class ExivoMailAccessMixin(models.AbstractModel):
    """What the holder of an access has been told by mail, and is told next."""

    _name = "exivo.mail.access.mixin"
    _description = "Exivo Mail Access Mixin"

    told_credential_id = fields.Many2one(
        comodel_name="exivo.credential",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The credential that the holder has last been told of.",
    )
    mail_state = fields.Selection(
        selection=[
            ("waiting", "Not yet sent"),
            ("announced", "Said to follow"),
            ("sent", "Sent"),
            ("no_email", "No e-mail address"),
            ("failed", "Could not be written"),
        ],
        string="Mail",
        default="waiting",
        readonly=True,
        copy=False,
    )
    # No reference: to delete a mail it has sent, Odoo would have to write on accesses;
    # where one is written at that moment, it would send the mail again.
    last_mail_number = fields.Integer(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="The mail holds link and PIN until Odoo has sent and deleted it.",
    )

    def _get_template(self, name):
        """The mail template for some news, which differs without a booking.

        :param str name: ``confirmation`` or ``removal``.
        :return: its XML ID.
        :rtype: str
        """
        kind = "standing_" if self[:1].is_standing else ""
        return f"exivo_access.mail_template_{kind}{name}"

    def _get_last_mails(self):
        """Those of the last mails about these accesses that have not been deleted.

        :rtype: mail.mail
        """
        numbers = set(self.mapped("last_mail_number")) - {0}
        return self.env["mail.mail"].browse(sorted(numbers)).exists()

    def _get_main_change(self):
        """What a mail says first of what is new; empty if all is.

        :return: one of the notifier's changes.
        :rtype: str
        """
        changes = self.env.context.get("exivo_changes") or ()
        return next((one for one in MAIN_CHANGES if one in changes), "")

    def _tell_again_by_mail(self, partners):
        """These holders have got an e-mail address: send what could not be sent.

        :param partners: ``res.partner`` records.
        """
        accesses = self.search(
            [("partner_id", "in", partners.ids), ("mail_state", "=", "no_email")]
        )
        if accesses:
            accesses.due_at = fields.Datetime.now()
            self.env["exivo.synchroniser"]._wake()

    def _tell_new_address(self, partners):
        """Members have another e-mail address: it gets the link, too.

        :param partners: ``res.partner`` records.
        """
        accesses = self.search(
            [
                ("partner_id", "in", partners.ids),
                ("is_standing", "=", True),
                ("stands", "=", True),
                ("mail_state", "=", "sent"),
            ]
        )
        if accesses:
            accesses.write(
                {"told_credential_id": False, "due_at": fields.Datetime.now()}
            )
            self.env["exivo.synchroniser"]._wake()

    # === TEXTS FOR MAILS AND PAGES === #

    def _format_booking_day(self):
        self.ensure_one()
        return period.format_day(self.env, self.booking_start, self.tz)

    def _format_booking_period(self):
        self.ensure_one()
        return period.format_period(
            self.env, self.booking_start, self.booking_stop, self.tz
        )

    def _format_window(self):
        self.ensure_one()
        return period.format_period(self.env, self.start, self.stop, self.tz)

    def _format_stop(self):
        self.ensure_one()
        return period.format_moment(self.env, self.stop, self.tz)
