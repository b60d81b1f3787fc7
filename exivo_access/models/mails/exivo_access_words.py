# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import models

from ..access.exivo_access import PENDING
from . import letter


class News(NamedTuple):
    """Tells what a mail can say that has changed, most important first.

    It is empty where nothing has.
    """

    time: bool = False
    room: bool = False
    place: bool = False
    doors: bool = False
    #: something new that opens doors, beside what there was or in its stead
    way: bool = False
    code: bool = False
    #: a new link takes the place of one that is dead
    link: bool = False
    #: a link is dead, and there is no new one
    old_link: bool = False
    key: bool = False
    #: some of what opened doors is gone, and what is left is as it was
    fewer: bool = False
    #: the booking's page has another address
    page: bool = False

    def __bool__(self):
        return any(self)

    def is_only_page(self):
        """Tell whether nothing has changed that opens doors, nor the booking.

        :rtype: bool
        """
        return self == News(page=True)


class ExivoAccess(models.Model):
    """Gives mail templates, and what they share, their words and conditions by name.

    Whoever edits a template meets no code there. Edited templates stay as they are for
    years, so that what one can call keeps its name and its meaning.
    """

    _inherit = "exivo.access"

    def _get_news(self):
        """Return all that a confirmation says has changed.

        :rtype: News
        """
        changes = self.env.context.get("exivo_changes") or ()
        return News(**dict.fromkeys(changes, True))

    def _get_first_news(self):
        """Return what a mail to a member says has changed: one thing only.

        :rtype: News
        """
        change = self._get_main_change()
        return News(**{change: True}) if change else News()

    def _has_other_link(self):
        """Tell whether the link of a member is another one, beside what is said first.

        :rtype: bool
        """
        first = self._get_first_news()
        return self._get_news().link and any((first.doors, first.way, first.code))

    def _get_access_heading(self):
        """Begin the subject of a mail about an access with what is new of it.

        :rtype: str
        """
        self.ensure_one()
        news = self._get_first_news() if self.is_of_community else self._get_news()
        if news.time:
            return self.env._("New time: your access")
        if news.room:
            return self.env._("Other room: your access")
        if news.place:
            return self.env._("Other place: your access")
        if news.doors:
            return self.env._("Other doors: your access")
        if news.way:
            return self.env._("New way in: your access")
        return self._get_credential_heading(news)

    def _get_credential_heading(self, news):
        if news.code and news.link:
            return self.env._("New PIN and link: your access")
        if news.code:
            return self.env._("New PIN: your access")
        if news.link:
            return self.env._("New link: your access")
        if news.key:
            return self.env._("New key in the app: your access")
        if news.is_only_page():
            return self.env._("New page of the booking: your access")
        return self.env._("Your access")

    def _has_name(self):
        """Tell whether the holder can be called by name: many guests are an address.

        :rtype: bool
        """
        self.ensure_one()
        return letter.has_name(self.partner_id)

    def _get_host_name(self):
        """Return who takes the holder along to the booking.

        :return: nothing if the holder is nobody's guest.
        :rtype: str
        """
        self.ensure_one()
        host = self._get_guest().host_id
        if not host:
            return ""
        return letter.get_plain_name(host) or self.env._("Somebody")

    def _is_taken_off(self):
        """Tell whether a guest is not taken along any more, though others come.

        :rtype: bool
        """
        self.ensure_one()
        return self.env["exivo.planner"]._takes_place(self.sudo().booking_id)

    def _get_fate(self):
        """Return what becomes of the booking, now that it opens no door for the holder.

        :return: ``gone``, ``taken_off`` it, ``no_time``, ``declined`` by the holder,
            ``unconfirmed``, or ``stands``.
        :rtype: str
        """
        self.ensure_one()
        booking, planner = self.sudo().booking_id, self.env["exivo.planner"]
        if not booking.active:
            return "gone"
        if self.partner_id not in booking.partner_ids | planner._get_guests(booking):
            return "taken_off"
        if not planner._takes_place(booking):
            return "gone" if booking.meeting_id else "no_time"
        if not self._has_booking_to_come():
            return "declined"
        return "stands" if self._is_confirmed() else "unconfirmed"

    def _get_guest(self):
        """Return as whose guest the holder comes along, or came, if nothing else."""
        booking = self.sudo().booking_id
        if self.partner_id in booking.partner_ids:
            return booking.exivo_guest_ids.browse()
        guests = booking.with_context(active_test=False).exivo_guest_ids
        return guests.filtered(lambda one: one.partner_id == self.partner_id)[-1:]

    def _get_booking_heading(self):
        """Begin the subject of a mail about a booking with what is new of it.

        :rtype: str
        """
        changes = self._get_booking_changes()
        if self._get_guest():
            return self._get_heading_for_guests(changes)
        if "time" in changes:
            return self.env._("New time: your booking")
        if "room" in changes:
            return self.env._("Other room: your booking")
        if "place" in changes:
            return self.env._("Other place: your booking")
        return self.env._("Your booking")

    def _get_heading_for_guests(self, changes):
        if "time" in changes:
            return self.env._("New time: the booking")
        if "room" in changes:
            return self.env._("Other room: the booking")
        if "place" in changes:
            return self.env._("Other place: the booking")
        return self.env._("The booking")

    def _get_end_heading(self):
        """Begin the subject of a mail that takes a booking out of a calendar.

        :rtype: str
        """
        self.ensure_one()
        room = self._get_entry_room()
        return letter.get_end_heading(self.env, room, self._is_taken_off())

    def _get_waiting_for_phone(self):
        """Return an access of the holder whose key waits for the app, or an empty one.

        :rtype: exivo.access
        """
        self.ensure_one()
        return self._get_siblings().filtered(lambda one: one._waits_for_phone())[:1]

    def _get_told_together(self):
        """Return what a mail tells of: all that opens doors for the same occasion.

        :rtype: exivo.access
        """
        return self._get_siblings().filtered(lambda one: one.state == "created")

    def _get_locks_to_follow(self):
        """Return the doors that do not open yet, where the holder opens others.

        :return: nothing where what the holder knows of opens none.
        :rtype: exivo.lock
        """
        siblings = self._get_siblings()
        known = siblings._working().filtered(
            lambda one: not one._has_other_credential()
        )
        waiting = siblings.filtered(lambda one: one._is_promised())
        return (waiting if known else known)._get_all_shown_locks()

    def _may_open_nothing(self):
        """Tell whether what its holder has from us so far may open nothing any more."""
        self.ensure_one()
        other = not self._get_waiting_for_phone() and self._get_locks_to_follow()
        return bool(self.told_credential_id and not other)

    def _get_locks_taken_away(self):
        """Return the doors that were taken away, where others still open, or are to.

        :rtype: exivo.lock
        """
        siblings = self._get_siblings()
        gone = siblings.filtered(lambda one: one.state == "removed" and one._is_told())
        is_promised = any(one._is_promised() for one in siblings)
        return (gone if is_promised else gone.browse())._get_all_shown_locks()

    def _is_promised(self):
        """Tell whether it is to open doors, and is not there, or not as it shall be."""
        return self.state in PENDING and self._is_granted()

    def _get_all_shown_locks(self):
        return self.lock_ids.browse().union(*(one._get_shown_locks() for one in self))

    def _get_with_pin(self):
        """Return those whose holder types a PIN.

        :rtype: exivo.access
        """
        return self.filtered(lambda one: one._shows_pin())

    def _get_shown_pin_digests(self):
        """Return digests of all PINs that their holders type.

        :rtype: set[str]
        """
        return {*self._get_with_pin().mapped("pin_digest")} - {False}

    def _have_pin_in_mail(self):
        """Return whether all their sites let a mail bring the PIN.

        Only templates that somebody has edited ask for it; ours ask for the PIN's way.

        :rtype: bool
        """
        return all(self.mapped("site_id.pin_in_mail"))

    def _get_pin_way(self):
        """Return how the PIN of accesses that share one comes to their holder.

        :return: see ``exivo.site``.
        :rtype: str
        """
        holder = self.sudo().partner_id[:1]
        has_email = bool(holder.email_normalized)
        return self.site_id._get_pin_way(has_email, bool(holder.user_ids))

    def _get_known_pin_way(self):
        """Return how a new PIN comes to its holder, as far as we know.

        :return: see ``exivo.site``.
        :rtype: str
        """
        has_login = bool(self.sudo().partner_id.user_ids)
        return self.site_id._get_pin_way(self._is_reached_by_mail(), has_login)

    def _is_reached_by_mail(self):
        """Tell whether the holder has an address that gave no mail back, as we know.

        :rtype: bool
        """
        access = self.sudo()
        way = access.mail_state
        if way == "waiting":
            way = access._get_last_way()
        has_email = bool(access.partner_id.email_normalized)
        return has_email and way not in ("invalid", "bounced")

    def _get_way_in(self):
        """Return how holders get to know how to get in, as far as we know.

        :return: ``mail``, ``link``: all but the PIN, ``staff`` or, of none, nothing.
        :rtype: str
        """
        reached = self.filtered(lambda one: one._is_reached_by_mail())
        if not reached:
            return "staff" if self else ""
        with_pin = reached._get_with_pin()
        is_all = all(one._get_known_pin_way() == "mail" for one in with_pin)
        return "mail" if is_all else "link"

    def _have_link(self):
        """Return whether any of them is a link to open.

        :rtype: bool
        """
        return any(one._needs_link() for one in self)

    def _get_sender(self):
        """Return the address that mails come from, if need be that of Odoo itself.

        :rtype: str
        """
        self.ensure_one()
        return self._get_answer_address() or self.env.user.email_formatted
