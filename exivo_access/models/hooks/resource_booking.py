# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.mark import Mark
from .calendar_attendee_readers import CHANGED
from .companies import check_rooms

#: Says that a meeting is as its booking, or need not be.
IN_STEP = Mark("exivo_in_step")
#: Odoo has the hours of a meeting with two digits; another time differs by more.
ROUNDED = timedelta(minutes=1)


class ResourceBooking(models.Model):
    """A booking that is changed changes its accesses."""

    _inherit = "resource.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give each booking its token for the portal at once.

        Mails bring an address with it. Later it would be a write, and each write on a
        booking mails its attendees.
        """
        given = self.default_get(["meeting_id"])
        for vals in vals_list:
            self._check_exivo_meeting({**given, **vals})
        tokens = [{"access_token": str(uuid4())} for _vals in vals_list]
        bookings = super().create(
            [token | vals for token, vals in zip(tokens, vals_list, strict=True)]
        )
        bookings._check_exivo_rooms()
        self.env["exivo.collector"]._bookings_created(bookings)
        return bookings

    def write(self, vals):
        """Override to change bookings; in the portal all of it or nothing.

        The portal goes on after a refusal, and would commit a booking with a start
        and without a meeting. Whoever chooses a time for what was called off means it
        to take place: else the room would go on to be free for others.
        """
        self._check_exivo_meeting(vals)
        people = self._get_exivo_people() if "partner_ids" in vals else {}
        moves = {"combination_id", "type_id"} & vals.keys()
        places = self.sudo()._get_exivo_whereabouts() if moves else {}
        with self._all_or_nothing(self.env.context.get("using_portal")):
            if vals.get("start"):
                off = self.filtered(lambda one: one._is_exivo_called_off())
                off.meeting_id.active = True
            result = super().write(vals)
        for booking, before in people.items():
            gone = before - booking._get_exivo_people()[booking]
            booking._end_exivo_powers(gone)
        if vals.get("active"):
            # cancelling took it away
            self.filtered(lambda one: not one.access_token)._renew_exivo_token()
        if "type_id" in vals:
            # Odoo asks only before, when it was a booking of another company.
            self.check_access("write")
        if {"combination_id", "type_id"} & vals.keys():
            self._check_exivo_rooms()
        self._tell_exivo_whereabouts(places)
        self.env["exivo.collector"]._bookings_changed(self)
        return result

    def _get_exivo_whereabouts(self):
        """Return when and where each of these bookings is that has a meeting.

        :rtype: dict
        """
        return {
            one: (one.combination_id, meeting.start, meeting.stop, meeting.location)
            for one in self
            if (meeting := one.meeting_id)
        }

    def _tell_exivo_whereabouts(self, before):
        """Have the calendar tell who comes to rooms with doors where and when that is.

        By itself it tells of another start only, and of that not for a whole series;
        whoever hears of both hears of it once: see ``exivo.collector``.

        :param dict before: as they were, by booking in superuser mode.
        """
        for booking, was in before.items():
            meeting = booking.meeting_id
            is_to_come = meeting.active and meeting.stop > fields.Datetime.now()
            changed = [was] != [*booking._get_exivo_whereabouts().values()]
            if is_to_come and changed and meeting._has_exivo_room_rules():
                meeting.attendee_ids._notify_attendees(
                    self.env.ref(CHANGED, raise_if_not_found=False)
                )

    def _compute_duration(self):
        """Override of `resource_booking`: what its meeting only rounds stays as it is.

        Else 40 minutes, once moved, are 0.67 hours, and do not fit beside others.
        """
        before = {one: one.duration for one in self if one.id}
        result = super()._compute_duration()
        for one, hours in before.items():
            if hours and timedelta(hours=abs(one.duration - hours)) < ROUNDED:
                one.duration = hours
        return result

    def web_save(self, vals, specification, next_id=None):
        """Override to show accesses as they are planned when all this is committed.

        Else the form says that there is none, or goes on showing the former ones.
        """
        if not self.env["exivo.collector"]._is_needed():
            return super().web_save(vals, specification, next_id=next_id)
        saved = super().web_save(vals, {}, next_id=next_id)
        self.env.cr.flush()
        bookings = self.browse(one["id"] for one in saved)
        return bookings.with_context(bin_size=True).web_read(specification)

    def _prepare_meeting_vals(self):
        """Override to leave a time that stays as it is unwritten.

        Whoever writes it takes back its organiser's acceptance in Odoo's calendar, and
        with it the access; `resource_booking` writes it whatever was changed. Nor is
        the booking put on its meeting anew: that asks whether the room is free, and one
        that was closed since would keep people on the booking who are taken off.
        """
        vals = super()._prepare_meeting_vals()
        meeting = self.meeting_id
        if meeting and all(
            abs(vals[name] - meeting[name]) < ROUNDED for name in ("start", "stop")
        ):
            for name in ("start", "stop", "duration"):
                del vals[name]
            if meeting.resource_booking_ids == self:
                del vals["resource_booking_ids"]
        return vals

    def _sync_meeting(self):
        """Override of `resource_booking`: only code says that there is nothing to do.

        Whoever said so from afar would move a booking and leave its meeting.
        """
        if not IN_STEP.get_from(self.env):
            self = self.with_context(syncing_booking_ids=None, **IN_STEP.on())
        return super()._sync_meeting()

    def _get_exivo_people(self):
        """Return who is on each booking, archived ones included.

        :rtype: dict
        """
        every = self.sudo().with_context(active_test=False)
        pairs = zip(self, every, strict=True)
        return {one: archived_too.partner_ids for one, archived_too in pairs}

    def _end_exivo_powers(self, partners, were_on_it=True):
        """Leave whoever is no longer on these bookings no way to move or cancel them.

        They may follow them, and they have their token in a mail. So may the companies
        that they belong to. The others get the new one in a mail.

        :param partners: ``res.partner`` records, which may be deleted.
        :param bool were_on_it: whether they were on them, and not only above who is.
        """
        if not partners:
            return
        for booking in self.sudo():
            staying = (booking.partner_ids - partners)._get_exivo_family()
            gone = partners._get_exivo_family() - staying
            booking.message_unsubscribe((partners | gone).ids)
            off = booking.meeting_id.attendee_ids.filtered(
                lambda one: one.partner_id in partners
            )
            off.exivo_invite_at = False
            if were_on_it:
                off.exivo_taken_off = True
            booking.exivo_awaited_ids._take_off()
            if booking.access_token:
                booking._renew_exivo_token()
                booking._tell_exivo_new_page(partners)

    def message_unsubscribe(self, partner_ids=None):
        """Override of `mail`: customers who are taken off its followers read no more.

        They may know the token. Whoever is on the booking, or above who is, goes on to
        have it.
        """
        asked = () if self.env.su else self.sudo().with_context(active_test=False)
        before = {one: one.message_partner_ids for one in asked}
        result = super().message_unsubscribe(partner_ids)
        for booking, followers in before.items():
            gone = followers - booking.message_partner_ids
            gone -= booking.partner_ids._get_exivo_family()
            if booking.access_token and gone.user_ids.filtered("share"):
                booking._renew_exivo_token()
                booking._tell_exivo_new_page(gone)
        return result

    def _renew_exivo_token(self):
        """Have the page of each booking move to another address."""
        for booking in self.sudo():
            # By these words `resource_booking` leaves the meeting alone.
            quiet = booking.with_context(
                syncing_booking_ids=booking.ids, **IN_STEP.on()
            )
            quiet.access_token = str(uuid4())

    @contextmanager
    def _all_or_nothing(self, needed):
        """Undo what fails, without planning what succeeds before its time."""
        if not needed:
            yield
            return
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            try:
                yield
                self.env.flush_all()
            except Exception:
                self.env.transaction.clear()
                raise

    def _get_best_combination(self):
        """Override of `resource_booking` to say why there is no room.

        Else it goes on without one, and says that none was selected. A form where
        somebody is still choosing is left alone.
        """
        best = super()._get_best_combination()
        if self.id and self.start and not best:
            if self.env["exivo.collector"]._is_needed():
                raise ValidationError(
                    self.env._(
                        "No room is free at that time: somebody has just taken it, or "
                        "it is closed. Choose another time."
                    )
                )
        return best

    def unlink(self):
        """Override to let accesses outlive their booking until they are gone."""
        self.sudo().exivo_access_ids._withdraw_and_wake()
        return super().unlink()

    def _check_exivo_rooms(self):
        """Let nobody pick rooms of a company that they do not work for.

        Whoever made the type of booking may have decided to offer them.

        :raise AccessError: the doors would open to this booking.
        """
        if self.env.su:
            return
        for booking in self.sudo():
            booking_type, picked = booking.type_id, booking.combination_id
            picked -= booking_type.combination_rel_ids.combination_id
            check_rooms(self.env, booking_type._get_exivo_rooms(picked))

    def _check_exivo_meeting(self, vals):
        """Let nobody put a booking of theirs on a meeting that they may not change.

        Who decides about a booking does so whatever its meeting hides, so it would be
        theirs. The one that is made for a booking is not yet that booking's.

        :param dict vals: of these bookings, or of a new one.
        :raise AccessError: the meeting is somebody else's.
        """
        meeting = self.env["calendar.event"].browse(vals.get("meeting_id") or [])
        if not meeting or self.env.su or IN_STEP.get_from(self.env):
            return  # which is most of all writes
        meeting -= self.meeting_id
        meeting.check_access("write")
        meeting._check_calendar_privacy_write_permissions()

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Override of `mail`: an employee who follows a booking may change it.

        `resource_booking` has it so, and Odoo lets follow whoever may read. Pages of
        `website` let them do so in superuser mode; there, others are added by
        automations, whoever is at work.
        """
        user, partner_ids = self.env.user, partner_ids or []
        if user._is_internal() and (
            not self.env.su or user.partner_id.id in partner_ids
        ):
            self.sudo(False).check_access("write")
        return super().message_subscribe(partner_ids, subtype_ids)

    def message_post(self, **kwargs):
        """Override of `mail`: who writes about a booking does not follow it by that.

        Answers by mail come in for everybody. Who may change it anyway follows.
        """
        author = self._message_compute_real_author(kwargs.get("author_id")).sudo()
        users = author.user_ids.filtered(lambda one: one._is_internal())
        if not all(self.with_user(one).has_access("write") for one in users):
            self = self.with_context(mail_post_autofollow_author_skip=True)
        return super().message_post(**kwargs)
