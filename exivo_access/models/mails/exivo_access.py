# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from ...pure import reconcile
from ...tools import period
from ...tools.quiet_log import look_at
from ...tools.transactions import wake
from ..rule.methods import NEWS
from .exivo_address_mail import COUNTED

#: A mail to a member can say one of these first; a renewal changes time and link.
MAIN_CHANGES = ("doors", "way", "code", "link", "key")
#: Among what the holder was told of the booking: its page is elsewhere by now.
OLD_PAGE = "old_page"
#: Among it, too: it went to an e-mail address that is not the holder's any more.
OLD_ADDRESS = "old_address"


class ExivoAccess(models.Model):
    """An access remembers what its holder was told by mail, and is owed next."""

    _inherit = "exivo.access"

    told_credential_id = fields.Many2one(
        comodel_name="exivo.credential",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The credential that the holder was last told of.",
    )
    told_booking = fields.Json(
        readonly=True,
        copy=False,
        help="What the holder was last told of the booking.",
    )
    mail_state = fields.Selection(
        selection=[
            ("waiting", "Not yet sent"),
            ("announced", "Said to follow"),
            ("queued", "On its way"),
            ("sent", "Sent"),
            ("no_email", "No e-mail address"),
            ("failed", "Could not be sent"),
            ("invalid", "Wrong e-mail address"),
            ("bounced", "Came back"),
        ],
        string="Mail",
        default="waiting",
        readonly=True,
        copy=False,
    )
    changed_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the first thing changed that the holder has not been told since.",
    )
    mail_tries = fields.Integer(
        readonly=True,
        copy=False,
        help="How often in a row the mail could not be written.",
    )
    mail_due_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the mail that could not be written is written anew.",
    )
    # This is no reference: to delete a mail it has sent, Odoo would have to write on
    # accesses; where one is written at that moment, it would send the mail again.
    last_mail_number = fields.Integer(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        help="The mail holds link and PIN until Odoo has sent and deleted it.",
    )

    _not_sent_idx = models.Index("(stop) WHERE mail_state <> 'sent'")
    _unwritten_idx = models.Index("(mail_due_at) WHERE mail_due_at IS NOT NULL")

    # === WHAT THE HOLDER KNOWS === #

    def _is_confirmed(self):
        """Tell whether the booking is confirmed. Rules may give access before that."""
        self.ensure_one()
        return self.sudo().booking_id.state == "confirmed"

    def _get_booking_facts(self):
        """Return what the holder has to know of the booking, however the doors open.

        :return: by what a change of it is called, among the notifier's changes.
        :rtype: dict
        """
        self.ensure_one()
        period = self.booking_start, self.booking_stop
        return {
            "time": [fields.Datetime.to_string(moment) for moment in period],
            "room": self.rooms,
            "place": self.place or "",
        }

    def _get_booking_changes(self):
        """Return in what the booking differs from what the holder was told of it.

        :return: among the notifier's changes; none if nothing was told.
        :rtype: set[str]
        """
        self.ensure_one()
        told = self.told_booking or {}
        facts = self._get_booking_facts()
        return {one for one in facts if told.get(one, facts[one]) != facts[one]}

    def _is_told_elsewhere(self):
        """Tell whether what the holder was told is elsewhere: its page, or the mail.

        The booking has not changed by that.
        """
        self.ensure_one()
        return bool({OLD_PAGE, OLD_ADDRESS} & (self.told_booking or {}).keys())

    def _is_told(self):
        """Tell whether the holder knows of the access, or that it follows."""
        self.ensure_one()
        return bool(self.told_credential_id or self.told_booking)

    def _still_opens(self, credential):
        """Tell whether a credential may open doors, although it should be gone.

        :param credential: an ``exivo.credential`` record of this access.
        :rtype: bool
        """
        self.ensure_one()
        unwanted = reconcile.find_unwanted(
            self._get_wanted(), self._get_open_credentials(), fields.Datetime.now()
        )
        return credential.id in [one.id for one in unwanted]

    def _is_being_replaced(self):
        """Tell whether what the holder has from us is just being revoked.

        :rtype: bool
        """
        self.ensure_one()
        return (
            not self.failure_type
            and self._still_opens(self.told_credential_id)
            and self.site_id._is_called()
        )

    def _has_news(self):
        """Tell whether the holder has to hear of the access, now that it works."""
        self.ensure_one()
        if self.mail_state == "announced" or self._has_news_of_booking():
            return True
        if self.is_of_community and self.mail_state in ("waiting", "no_email"):
            return True  # another address may wait for what is known at the one before
        return self._has_other_credential() and not self._has_nothing_new()

    def _has_other_credential(self):
        """Tell whether what opens the doors is not what the holder was last told of."""
        self.ensure_one()
        return self.told_credential_id != self._get_working_credential()

    def _of_this_database(self):
        """Return those of which holders may be told: of others the original tells.

        It may have cancelled since what a copy of the database knows.

        :rtype: exivo.access
        """
        ours = self.site_id.filtered(lambda one: one._is_of_this_database())
        return self.filtered(lambda one: one.site_id in ours)

    def _is_owed_a_mail(self):
        """Tell whether the holder believes what is not so, so that a mail cannot wait.

        A link that still opens the doors is good enough until its successor is there. A
        booking that is theirs no more may be others' by now; who has declined knows it.
        """
        self.ensure_one()
        if not self._is_granted():
            if self.state == "removed":
                return self._is_told()
            return self._has_dead_entry() and self._get_fate() != "declined"
        return (
            self.state == "created"
            or self.told_credential_id.state != "live"
            or self._has_news_of_booking()
        )

    def _has_nothing_new(self):
        """Tell whether the last change is nothing that the holder need hear of.

        :rtype: bool
        """
        self.ensure_one()
        news, before = NEWS.get(self.method), self.told_credential_id
        if not news or not before:
            return False
        if self.is_of_community:
            news = news - {"time"}  # renewed in the app, without the holder
        changes = reconcile.find_changes(
            self._get_told_facts(),
            self._get_working_credential()._get_facts(),
            fields.Datetime.now(),
        )
        return not news & changes

    def _get_told_facts(self):
        """Return the facts of what the holder was told of, as far as they can be read.

        :rtype: reconcile.Credential
        """
        told = self.told_credential_id
        return look_at(self, told._get_facts, told._get_facts_without_rights())

    def _await_news(self):
        """Override to owe the holder a mail, unless one already owed will say it.

        Patience counts from the first change that the holder has not heard of. The link
        that a member has opens the doors until its successor is there; where that is
        tried in vain and fewer doors are wanted, *My doors* says so until it comes.
        """
        result = super()._await_news()
        outdated = self.filtered(lambda one: one._has_outdated_mail())
        outdated.write(
            {
                "mail_state": "waiting",
                "changed_at": fields.Datetime.now(),
                "mail_due_at": False,
            }
        )
        return result

    def _has_outdated_mail(self):
        self.ensure_one()
        if self.is_of_community or self.mail_state == "waiting":
            return False
        if not self._is_granted():
            return self._is_told()
        return self.mail_state != "announced" or self._has_news_of_booking()

    def _has_news_of_booking(self):
        return bool(self._get_booking_changes()) or self._is_told_elsewhere()

    def _note_told(self):
        """Note that the holders have been told of what there is now."""
        for access in self:
            access.told_credential_id = access._get_working_credential()
            if not access.is_of_community:
                access.told_booking = access._get_booking_facts()
        self._note_mail("queued")

    def _note_known(self):
        """Note that the holders know all they have to know of what there is now."""
        for access in self:
            if access.told_credential_id != access._get_working_credential():
                access.told_credential_id = access._get_working_credential()
            if access.mail_state == "waiting":
                access._note_mail(access._get_last_way())

    def _note_told_to_follow(self):
        """Note that the holders have been told that what opens the doors follows."""
        for access in self:
            access.told_booking = access._get_booking_facts()
        self._note_mail("announced")

    def _note_told_removed(self, mail_state="queued"):
        """Note that the holders know of nothing that looks like an access any more.

        :param str mail_state: *sent* where no mail had to say so.
        """
        self.write({"told_credential_id": False, "told_booking": False})
        self._note_mail(mail_state)

    # === THE WAY OF THE LAST MAIL === #

    def _note_mail(self, mail_state):
        """Note what becomes of the mail, now that it was written or need not be."""
        self.write({"mail_state": mail_state, "mail_tries": 0, "mail_due_at": False})

    def _describe_mail(self):
        """Describe what became of the mail, in the language of the environment.

        :rtype: str
        """
        self.ensure_one()
        labels = dict(self._fields["mail_state"]._description_selection(self.env))
        return labels[self.mail_state]

    def _get_last_way(self):
        """Return what became of the last mail with news, as a mail state.

        :rtype: str
        """
        self.ensure_one()
        return self.env["exivo.mail"]._find([self.last_mail_number]).state or "sent"

    def _link_mail(self, number):
        """Note the number of the last mail about these accesses.

        An earlier mail that is replaced by it is not sent.

        :param int number: the id of the ``mail.mail``.
        """
        before = self.env["exivo.mail"]._find(self.mapped("last_mail_number"))
        self.last_mail_number = number
        before._hasten()  # this gives up a mail that was replaced

    # === MAILS === #

    def _get_template(self, name):
        """Return the mail template for some news. It differs without a booking.

        :param str name: ``confirmation`` or ``removal``.
        :return: its XML ID.
        :rtype: str
        """
        kind = "standing_" if self[:1].is_of_community else ""
        return f"exivo_access.mail_template_{kind}{name}"

    def _get_last_mails(self):
        """Return the last mails about these accesses, without those that were deleted.

        :rtype: mail.mail
        """
        numbers = set(self.mapped("last_mail_number")) - {0}
        return self.env["mail.mail"].browse(sorted(numbers)).exists()

    def _get_main_change(self):
        """Return which change a mail says first. It is empty if everything is new.

        Templates that were edited before 19.0.1.4.0 ask for it themselves.

        :return: one of the notifier's changes.
        :rtype: str
        """
        changes = self.env.context.get("exivo_changes") or ()
        return next((one for one in MAIN_CHANGES if one in changes), "")

    def _search_mailed(self, partners):
        """Return the accesses of which these contacts may want the last mail again.

        :param partners: ``res.partner`` records.
        """
        return self.search(
            Domain("partner_id", "in", partners.ids)
            & (
                Domain("mail_state", "=", "no_email")
                | Domain("stop", ">", fields.Datetime.now())
                | Domain("is_of_community", "=", True)
            )
        )

    def _tell_at_new_address(self):
        """Have the holders told at the e-mail address that is theirs by now."""
        self._tell_again_by_mail()
        self._tell_new_address()

    def _tell_again_by_mail(self):
        """Send what did not reach these holders."""
        unreached = self.filtered(
            lambda one: one.mail_state in ("no_email", "failed", "invalid", "bounced")
        )
        failed = unreached.filtered(lambda one: one.mail_state == "failed")
        self.env["exivo.mail"]._find(failed.mapped("last_mail_number"))._hasten()
        unreached -= failed
        lost = unreached.filtered(lambda one: one.mail_state != "no_email")
        lost._forget_told()
        unreached.due_at = fields.Datetime.now()
        if unreached or failed:
            wake(self.env, "ir_cron_synchronise")

    def _tell_new_page(self):
        """Have holders told what they know with the booking's new page.

        They go on knowing it: what is cancelled before that is told them, too.
        """
        now = fields.Datetime.now()
        told = self.filtered(lambda one: one.told_booking and one.stop > now)
        for access in told:
            access.told_booking = {**access.told_booking, OLD_PAGE: True}
        told._await_news()
        at_rest = told.filtered(lambda one: one.state == "created")
        if at_rest:
            at_rest.due_at = now
            wake(self.env, "ir_cron_synchronise")

    def _forget_told(self):
        """Treat the last mail's news as news again."""
        for access in self:
            gone = access.state == "removed"
            made = access.credential_ids.filtered(lambda one: one.state == "revoked")
            facts = not access.is_of_community and access._get_booking_facts()
            access.write(
                {
                    "told_credential_id": gone and made.sorted("id")[-1:].id,
                    "told_booking": gone and facts,
                    "mail_state": "waiting",
                    "changed_at": fields.Datetime.now(),
                }
            )

    def _tell_new_address(self):
        """Send what these holders know to their new e-mail address, too; not often.

        A mailbox that takes anything says not that it is somebody else's. Beyond that
        it waits for a day, and goes to the address that is theirs then.
        """
        told = self.filtered(lambda one: one.is_wanted and one._has_mail_elsewhere())
        mails = self.env["exivo.address.mail"]
        for partner, held in told.grouped("partner_id").items():
            due_at = fields.Datetime.now()
            if not mails._allow(partner, partner.email, "after"):
                due_at += COUNTED
            held.write({"mail_state": "waiting", "changed_at": due_at})
            for access in held:
                access.due_at = min(access.due_at or due_at, due_at)
                if access.told_booking:
                    access.told_booking = {**access.told_booking, OLD_ADDRESS: True}
        if told:
            wake(self.env, "ir_cron_synchronise")

    def _has_mail_elsewhere(self):
        """Tell whether the holder was told at an e-mail address that was theirs then.

        A mail about a booking that is still in the queue goes to the new one by itself.
        """
        self.ensure_one()
        if self.mail_state not in ("sent", "queued", "announced"):
            return False
        return self.is_of_community or (
            bool(self.told_booking) and self._get_last_way() != "queued"
        )

    # === TEXTS FOR MAILS AND PAGES === #

    def _get_booking_period(self):
        """Return when the booking is, or else the access.

        Odoo tries a template with whatever access comes first, at each update and in
        its preview: be it one of a member.

        :return: start and stop, naive UTC.
        :rtype: tuple[datetime, datetime]
        """
        self.ensure_one()
        return self.booking_start or self.start, self.booking_stop or self.stop

    def _format_booking_day(self):
        return period.format_day(self.env, self._get_booking_period()[0], self.tz)

    def _format_booking_period(self):
        return period.format_period(self.env, *self._get_booking_period(), self.tz)

    def _get_entry_period(self):
        """Return when the booking is by its entry in a calendar, if there is one.

        :return: start and stop, naive UTC.
        :rtype: tuple[datetime, datetime]
        """
        start, stop = self._get_booking_period()
        return self.calendar_start or start, self.calendar_stop or stop

    def _get_entry_room(self):
        """Return what is booked by the entry in a calendar, if there is one.

        :rtype: str
        """
        return self.calendar_room or self.room or ""

    def _format_entry_day(self):
        return period.format_day(self.env, self._get_entry_period()[0], self.tz)

    def _format_entry_period(self):
        return period.format_period(self.env, *self._get_entry_period(), self.tz)

    def _format_window(self):
        self.ensure_one()
        return period.format_period(self.env, self.start, self.stop, self.tz)

    def _format_stop(self):
        self.ensure_one()
        return period.format_moment(self.env, self.stop, self.tz)

    # === WHAT OTHER ROOMS TELL === #

    def _came_to_rest(self):
        self.env["exivo.notifier"]._tell(self)
        return super()._came_to_rest()

    def _write_down_address(self, name, before, after):
        result = super()._write_down_address(name, before, after)
        if name == "email" and before:
            self.env["exivo.notifier"]._tell_address_before(self, before)
        return result
