# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells the holders of accesses what they have to know, once.

What a mail about one says is chosen in ``exivo_access.py`` (``_get_template``).
"""

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...pure import reconcile
from ...tools.quiet_log import log_exception
from ...tools.transactions import tell_apart
from ..access.exivo_access import PENDING
from ..pins.handover import get_link, in_clear
from . import letter
from .exivo_access import OLD_PAGE
from .exivo_access_words import News

_logger = logging.getLogger(__name__)

#: Odoo's queue gives up a run when another request sends one of its mails meanwhile,
#: and leaves the others for the next one, which would be an hour later.
QUEUE_RETRY = timedelta(minutes=1)
#: So often a day somebody is told that mails go to another address: whoever sets it
#: right, and does not hear of the next time, takes it to be right.
MOST_WARNINGS = 5


class ExivoNotifier(models.AbstractModel):
    """Mails follow from facts: the credential there is, and the one last told of.

    A mail and the note that it was sent are written in one transaction, so the same
    news never goes out twice. All accesses of one holder to one booking share a mail.
    """

    _name = "exivo.notifier"
    _description = "Exivo Notifier"

    # === NEWS === #

    def _tell(self, accesses):
        """Mail the holders if anything has changed for them since the last mail.

        :param accesses: ``exivo.access`` records at rest, in superuser mode.
        """
        siblings = accesses._get_siblings()
        unheld = siblings._get_unheld()
        for mine in siblings.grouped(lambda one: one._get_occasion_key()).values():
            if mine <= unheld:
                self._tell_holder(mine)
            else:  # told in a moment; others do not wait for whoever holds one of them
                (mine & accesses & unheld)._put_off()

    def _tell_holder(self, siblings):
        """Mail one holder.

        :param siblings: all their accesses for one booking.
        """
        pending = siblings.filtered(lambda one: one.state == "in_progress")
        if pending.filtered(
            lambda one: not one.failure_type
            and not one._waits_for_phone()
            and one.site_id._is_called()
        ):
            return  # the rest follows within moments, and goes into the same mail
        created = siblings._working()
        news = created.filtered(lambda one: one._has_news())
        if news.filtered(lambda one: one._is_being_replaced()):
            return  # until Exivo has said whether the old one is dead
        (created - news)._note_known()
        removed = siblings.filtered(
            lambda one: (
                one.state == "removed" and (one._is_told() or one._has_dead_entry())
            )
        )
        if removed and not removed._of_this_database():
            return  # a copy makes nothing, but it cancels what was only planned
        if created:
            # The mail that said that these follow named no door of theirs.
            unnamed = removed.filtered(lambda one: not one.told_credential_id)
            unnamed._note_told_removed("sent")
            removed -= unnamed
        # "Removed" is only said once nothing of it opens a door any more.
        if not news and (pending or not removed):
            return
        if not siblings.partner_id.email:
            (news | removed).mail_state = "no_email"
            return
        if not self._try_to_mail(self._tell_news, created, removed):
            (news | removed)._note_unwritten()

    def _resend(self, accesses):
        """Send link and PIN once more, one mail for each holder and booking.

        :param accesses: created ``exivo.access`` records in superuser mode.
        :return: those whose mail could not be written.
        :rtype: exivo.access
        """
        nothing = told = unwritten = accesses.browse()
        for access in accesses:
            if access not in told:
                created = access._get_siblings()._working()
                told |= created
                if not self._try_to_mail(self._tell_news, created, nothing):
                    unwritten |= created & accesses
        return unwritten

    def _tell_news(self, created, removed):
        """Queue the mail, and note that it was.

        :param created: accesses that work, all of which stand in the mail.
        :param removed: accesses that the holder was told of, or has in a calendar.
        """
        if created:
            changes = self._get_changes(created, removed)
            # edited templates ask for these, those of 19.0.1.0.0 for the latter
            news = {"exivo_changes": changes, "exivo_changed": bool(changes)}
            self._send_with_calendar(
                created.with_context(**news),
                created._get_template("confirmation"),
                told=created | removed,
            )
        else:
            # The mail says more of an access that has opened doors, and of one that
            # its holder has not heard the end of.
            removed = removed.sorted(
                lambda one: (not one.told_credential_id, not one._is_told())
            )
            name = "removal" if removed[0]._is_told() else "cancellation"
            self._send_with_calendar(removed, removed._get_template(name))
        created._note_told()
        removed._note_told_removed()

    def _get_changes(self, created, removed):
        """Return what is different from what the holder was last told.

        :param created: accesses that work.
        :param removed: accesses that the holder was told of and that are removed.
        :return: names of :class:`News`, in its order; none if nothing was told before.
        :rtype: list[str]
        """
        changes = set().union(*(one._get_booking_changes() for one in created))
        if removed or created.filtered("told_credential_id"):
            changes |= self._get_door_changes(created, removed)
        return [change for change in News._fields if change in changes]

    def _get_door_changes(self, created, removed):
        """Return what is different about the ways in that the holder was told.

        :param created: accesses that work.
        :param removed: accesses that the holder was told of and that are removed.
        :return: names of :class:`News`.
        :rtype: set[str]
        """
        told = created.filtered("told_credential_id")
        now = fields.Datetime.now()
        changes = set()
        added = created - told
        only_keys = bool(added) and all(one._is_key() for one in added)
        if added:
            changes.add("key" if only_keys else "way")
        # Doors may only have gone from one of several ways in to another.
        before = self._get_lock_ids((told | removed).mapped("told_credential_id"))
        after = self._get_lock_ids(one._get_working_credential() for one in created)
        if before - after or (after - before and not only_keys):
            changes.add("doors")
        if any(OLD_PAGE in (one.told_booking or ()) for one in told):
            changes.add("page")
        # Contacts that are merged may have had a link and a PIN each.
        pins = created._get_shown_pin_digests()
        is_lost = any(one._needs_link() for one in removed)
        is_other_pin = bool(pins and removed._get_shown_pin_digests() - pins)
        if created and not any(one._has_other_credential() for one in created):
            if is_lost or is_other_pin:
                changes.add("fewer")
        else:
            if is_lost:
                changes.add("link" if created._have_link() else "old_link")
            if is_other_pin:
                changes.add("code")
        for access in told:
            before, after = access.told_credential_id, access._get_working_credential()
            if before != after:
                facts, new_facts = access._get_told_facts(), after._get_facts()
                found = reconcile.find_changes(facts, new_facts, now)
                if facts.rights == new_facts.rights:
                    found -= {"doors"}
                if access._still_opens(before):
                    # Members are told of a new PIN that the old one no longer works.
                    found -= {"code"} if access.is_of_community else set()
                elif access._needs_link():
                    changes.add("link")
                if "holder" in found and access._is_key():
                    changes.add("key")
                changes |= found
        return changes

    def _get_lock_ids(self, credentials):
        """Return the ids of all locks that are opened by one of these credentials.

        :rtype: set[int]
        """
        facts = [one._get_facts_without_rights() for one in credentials]
        return {lock_id for one in facts for lock_id in one.lock_ids}

    # === ACCESSES THAT TAKE LONG === #

    def _get_late_accesses(self):
        """Return accesses to bookings whose holders do not know what holds.

        Where nothing has come about yet, nobody is told who has no address.

        :return: by the moment (UTC) at which their site's patience ends.
        :rtype: dict[datetime, exivo.access]
        """
        waiting = self.env["exivo.access"].search(
            Domain("mail_state", "=", "waiting")
            & Domain("is_of_community", "=", False)
            & Domain("stop", ">", fields.Datetime.now())
            & (
                Domain("state", "in", PENDING)
                & Domain("partner_id.email", "not in", (False, ""))
                | Domain("state", "=", "created")
                | (Domain("state", "=", "removed") & Domain("changed_at", "!=", False))
            )
        )
        waiting = waiting._of_this_database()
        return tell_apart(waiting, lambda one: one._is_owed_a_mail()).grouped(
            lambda one: (
                (one.changed_at or one.ordered_at)
                + timedelta(minutes=one.site_id.patience_minutes)
            )
        )

    def _tell_late(self, access):
        """Tell a holder how things are, once it takes longer than the site's patience.

        :param access: an ``exivo.access`` record of which the holder is owed a mail.
        """
        if access.mail_state != "waiting":
            return  # told together with another one
        if not access._of_this_database():
            return  # by the original, or once it is verified
        siblings = access._get_siblings()
        if siblings._get_unheld() != siblings:
            return  # late in the next run, too
        gone = siblings.filtered(lambda one: one._has_dead_entry())
        if access.state not in PENDING:
            self._tell_holder(siblings)  # nobody else does: its site is not called
        elif access.partner_id.email and gone:
            # that the doors are shut is said once it is true
            template = gone._get_template("cancellation")
            if not self._try_to_mail(self._send_with_calendar, gone, template):
                gone._note_unwritten()
        elif access.partner_id.email:
            following = siblings.filtered(
                lambda one: (
                    one.mail_state == "waiting"
                    and one.state in PENDING
                    and one._is_granted()
                )
            )
            if following:  # else it was told together with another one that it is over
                self._announce(following)

    def _announce(self, waiting):
        """Tell a holder about a booking, and that what opens its doors follows.

        :param waiting: their ``exivo.access`` records that are not created yet.
        """
        # The mail says what has changed of an access that the holder knows of.
        waiting = waiting.sorted(lambda one: not one._is_told())
        if self._try_to_mail(
            self._send_with_calendar, waiting, "exivo_access.mail_template_delay"
        ):
            waiting._note_told_to_follow()
        else:
            waiting._note_unwritten()

    # === REMINDERS === #

    def _remind(self, attendees, notify_author):
        """Remind those who hold an access with our own mail: one for each booking.

        Whom the calendar would not mail, we do not mail either. One whose contacts were
        merged stands twice in the meeting.

        :param attendees: ``calendar.attendee`` records that are to be reminded.
        :param bool notify_author: whether that includes the current user.
        :return: those who were reminded.
        :rtype: calendar.attendee
        """
        reminded = attendees.browse()
        get_param = self.env["ir.config_parameter"].sudo().get_param
        if self.env.context.get("no_mail_to_attendees") or get_param(
            "calendar.block_mail"
        ):
            return reminded
        created = self._get_created_by_holder(attendees.event_id)
        told = set()
        for attendee in attendees:
            holder = attendee.event_id.id, attendee.partner_id.id
            accesses = created.get(holder)
            if holder in told or (accesses and not accesses._of_this_database()):
                reminded |= attendee  # in a copy: by the original
            elif (
                accesses
                and attendee.email
                and attendee._should_notify_attendee(notify_author=notify_author)
                and not attendee.event_id._skip_send_mail_status_update()
                and self._try_to_mail(
                    self._queue_with_calendar,
                    accesses,
                    "exivo_access.mail_template_reminder",
                )
            ):
                told.add(holder)
                reminded |= attendee
        return reminded

    def _get_created_by_holder(self, events):
        """Return the accesses that work, by the ids of event and holder.

        :rtype: dict[tuple, exivo.access]
        """
        accesses = self.env["exivo.access"].sudo()
        created = accesses.search(
            [("booking_id.meeting_id", "in", events.ids), ("state", "=", "created")]
        )
        return created.grouped(
            lambda access: (access.booking_id.meeting_id.id, access.partner_id.id)
        )

    # === MAILS === #

    def _try_to_mail(self, send, records, *args):
        """Write a mail, and go on if it fails.

        A template that somebody broke must not keep doors shut.

        :param send: function that takes the records and the other arguments.
        :return: whether the mail could be written.
        :rtype: bool
        """
        try:
            with self.env.cr.savepoint():
                send(records, *args)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            log_exception(_logger, "No mail could be written for %s", records)
            return False
        return True

    def _send_with_calendar(self, accesses, template_xmlid, told=None):
        """Queue the mail by which holders know of accesses, with a calendar file.

        :param told: all the accesses whose holders know enough by it, if those are more
            than it has link and PIN of.
        """
        number = self._queue_with_calendar(accesses, template_xmlid, has_news=True)
        (told or accesses)._link_mail(number)

    def _queue_with_calendar(self, accesses, template_xmlid, **options):
        """Queue a mail with the booking, if there is one, as a calendar file.

        :return: the id of the ``mail.mail``.
        :rtype: int
        :raise SecretError: a link cannot be read; without it the mail is of no use.
        """
        for access in accesses:
            get_link(access)
        if accesses[0].is_of_community:
            return self._queue(accesses, template_xmlid, **options)
        entry = accesses._get_calendar_entry()
        number = self._queue(accesses, template_xmlid, entry=entry, **options)
        if options.get("has_news"):
            # reminders write on no access: Odoo makes many of them at once
            accesses._note_calendar_entry(entry)
        return number

    def _tell_address_before(self, accesses, email):
        """Tell the address that a holder had that mails go to another one from now on.

        Who reads mails at the other one gets link and PIN.

        :param accesses: ``exivo.access`` records of one holder.
        :param str email: the address before.
        """
        told = accesses._of_this_database().filtered(lambda one: one._is_told())
        mails = self.env["exivo.address.mail"]
        if told and mails._allow(
            told.partner_id, email, "before", to_mailbox=MOST_WARNINGS
        ):
            self._try_to_mail(
                lambda one: self._queue(
                    one,
                    "exivo_access.mail_template_other_address",
                    email_to=email,
                    recipient_ids=[],
                ),
                told[0],
            )

    def _queue(self, accesses, template_xmlid, has_news=False, entry=None, **values):
        """Queue one mail about these accesses.

        :param bool has_news: see ``exivo.mail``.
        :param calendar_file.Entry entry: see ``letter.py``.
        :param values: what is not as the template says.
        :return: the id of the ``mail.mail``.
        :rtype: int
        """
        accesses = accesses.with_user(SUPERUSER_ID)
        accesses = accesses.with_context(lang=accesses._get_mail_language())
        is_of_community = accesses[0].is_of_community
        with in_clear(accesses._get_siblings()):
            mail = letter.queue(
                accesses[0],
                template_xmlid,
                accesses.env["exivo.mail"]._get_until(accesses),
                accesses[0].company_id,
                entry,
                values,
                needed_at=not is_of_community and min(accesses.mapped("start")),
                has_news=has_news,
            )
        return mail.id

    def _run_queue(self):
        """Have Odoo send what is in its queue."""
        now = fields.Datetime.now()
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger(
            [now, now + QUEUE_RETRY]
        )
