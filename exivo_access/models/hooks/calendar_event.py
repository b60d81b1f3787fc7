# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import nullcontext
from email.message import EmailMessage

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Command

from ...pure import calendar_file
from ...tools.serialise import serialise
from ..mails import letter
from .calendar_attendee_readers import READER
from .calendar_recurrence import ELSEWHERE, GOOGLE, MICROSOFT

#: When the doors of a meeting open goes by these fields.
DOOR_FIELDS = {"start", "stop", "allday", "show_as", "active"}
#: Files with such names are mails, as people save them, and as Odoo keeps originals.
MAILS = (".eml", ".msg")


class CalendarEvent(models.Model):
    """An event that is moved or deleted changes its bookings."""

    _inherit = "calendar.event"

    # What is to come is found among all meetings that there ever were.
    _exivo_stop_idx = models.Index("(stop)")

    @api.model_create_multi
    def create(self, vals_list):
        """Override to leave e-mail and phone of one who comes out of what all read.

        Odoo writes them into the description, for whoever is invited, also later.
        """
        name = "resource_booking_ids"
        given = self.default_get([name])
        every = self.with_context(active_test=False)
        booked = [{**given, **vals}.get(name) for vals in vals_list]
        if any(every.new({name: one})._has_exivo_doors() for one in booked if one):
            self = self.with_context(skip_contact_description=True)
        return super().create(vals_list)

    def write(self, vals):
        calendar = ELSEWHERE.get_from(self.env)
        booked = self.filtered(lambda one: calendar and one._get_exivo_bookings())
        if booked and len(self) > 1:
            # what must not change is another thing for each of a series
            return all([one.write(vals) for one in (*booked, self - booked)])
        if booked:
            foreign = self._get_exivo_foreign_changes(vals, calendar)
            vals = self._exivo_without(vals, foreign)
        if not vals.get("active", True):
            serialise(self._get_exivo_bookings())
        before = self._get_exivo_whereabouts(vals)
        with self._exivo_guarded():
            result = super().write(vals)
        self.env["resource.booking"]._tell_exivo_whereabouts(before)
        self.env["exivo.collector"]._events_changed(self)
        return result

    def _get_exivo_whereabouts(self, vals):
        """Return when and where the bookings of these events are before a change.

        :param dict vals: of the change; one of a series may reach others of it.
        :rtype: dict
        """
        is_new = self.env.context.get("is_calendar_event_new")
        if is_new or not self.env["exivo.collector"]._is_needed():
            return {}
        series = self.recurrence_id if vals.get("recurrence_update") else ()
        events = self.union(*(one.calendar_event_ids for one in series))
        bookings = events._get_exivo_bookings().with_env(self.sudo().env)
        return bookings._get_exivo_whereabouts()

    def action_mass_archive(self, recurrence_update_setting):
        """Override of `calendar` to call off what its form deletes, with its doors.

        Of a single meeting the form does not say which of a series, and Odoo leaves it
        as it is, in silence. Of a series that is an answer: none.
        """
        is_single = not recurrence_update_setting and not self.recurrency
        if is_single and self._has_exivo_doors():
            recurrence_update_setting = "self_only"
        return super().action_mass_archive(recurrence_update_setting)

    def unlink(self):
        """Override to change bookings; what leaves a series elsewhere takes place."""
        calendar = ELSEWHERE.get_from(self.env)
        if calendar:
            self = self.filtered(lambda one: not one._exivo_withstands(calendar))
        bookings = self._get_exivo_bookings()
        with self._exivo_guarded():
            result = super().unlink()
        self.env["exivo.collector"]._bookings_changed(bookings)
        return result

    def _get_ics_file(self):
        """Override of `calendar` to bring the one entry that our mails keep.

        Odoo's files are a new entry each time, with everybody's address. What is
        attached to a meeting every employee reads: so the link is not the one by which
        the booking is changed.
        """
        booked = self.filtered(lambda one: one._has_exivo_room_rules())
        files = super(CalendarEvent, self - booked)._get_ics_file()
        reader = self.env["res.partner"].browse(READER.get_from(self.env))
        for event in booked:
            booking = event._get_exivo_bookings()[:1]
            invited = event.attendee_ids.filtered(lambda one: one.partner_id == reader)
            link = invited and invited[:1]._get_exivo_page_url()
            entry = booking._get_exivo_calendar_entry(
                reader, link or booking._get_exivo_page_url()
            )
            files[event.id] = calendar_file.build(entry)
            # Odoo makes a file for whoever comes, and then mails not all of them.
            if invited.filtered(
                lambda one: one.email and one._should_notify_attendee()
            ):
                booking._note_exivo_entry(reader, entry)
        return files

    def _notify_by_email_get_headers(self, headers=None):
        """Override of `mail` to say that mails about a booked room are automatic."""
        headers = super()._notify_by_email_get_headers(headers=headers)
        if READER.get_from(self.env):
            headers.update(letter.AUTOMATIC)
        return headers

    def _notify_by_email_prepare_rendering_context(self, *args, **options):
        """Override of `mail` to have the room above a mail, not who has booked it."""
        if READER.get_from(self.env):
            room = self._get_exivo_bookings()[:1]._format_exivo_rooms()
            options["force_record_name"] = room
        return super()._notify_by_email_prepare_rendering_context(*args, **options)

    def _message_create(self, values_list):
        """Override of `mail` to leave mails about a booked room to their readers.

        Whoever causes one has else made it, who organises the meeting has written it,
        and both could read there by which link others change their booking.
        """
        if READER.get_from(self.env):
            self = self.with_user(SUPERUSER_ID)
            author = {"author_id": self.env.user.partner_id.id}
            values_list = [{**values, **author} for values in values_list]
        return super()._message_create(values_list)

    def message_post(self, **kwargs):
        """Override of `mail` for answers: who organises the meeting hears of them.

        They would go to the author of what is answered, who is nobody. Every employee
        reads them, with what they quote.
        """
        if kwargs.get("partner_ids") == self.env.ref("base.partner_root").ids:
            kwargs["partner_ids"] = self.sudo().user_id.partner_id.ids
        if kwargs.get("body"):
            kwargs["body"] = self._hide_exivo_link(kwargs["body"])
        if kwargs.get("attachments"):
            kwargs["attachments"] = self._leave_out_exivo_mails(kwargs["attachments"])
        return super().message_post(**kwargs)

    def _mail_get_partners(self, introspect_fields=False):
        """Override of `mail`: who was taken off is reminded no more, as by SMS."""
        partners = super()._mail_get_partners(introspect_fields=introspect_fields)
        for event in self.sudo().filtered(lambda one: one._get_exivo_bookings()):
            off = event.attendee_ids._get_exivo_off().partner_id
            partners[event.id] -= off.with_env(self.env)
        return partners

    def _leave_out_exivo_mails(self, attachments):
        """Leave out what is attached to an answer and may have its booking's token.

        :param list attachments: name and content of each, and more.
        :rtype: list
        """
        tokens = self._get_exivo_bookings().filtered("access_token")
        tokens = [token.encode() for token in tokens.mapped("access_token")]
        return [one for one in attachments if not _may_tell(tokens, *one[:2])]

    def _hide_exivo_link(self, body):
        """Take the token of its booking out of what is said at a meeting.

        :param str body: of a message.
        :rtype: str
        """
        if "access_token" in (body or ""):
            tokens = self._get_exivo_bookings().mapped("access_token")
            for token in filter(None, tokens):
                body = body.replace(token, "")
        return body

    def _write_from_google(self, gevent, vals):
        """Override of `google_calendar` to let nobody move doors from elsewhere."""
        foreign = self._get_exivo_foreign_changes(vals, GOOGLE)
        vals = self._exivo_without(vals, foreign)
        if foreign:
            vals["need_sync"] = True  # so what Odoo has goes back there
        return super()._write_from_google(gevent, vals)

    def _write_from_microsoft(self, microsoft_event, vals):
        """Override of `microsoft_calendar` to let nobody move doors from elsewhere."""
        foreign = self._get_exivo_foreign_changes(vals, MICROSOFT)
        vals = self._exivo_without(vals, foreign)
        if foreign:
            vals["need_sync_m"] = True
        return super()._write_from_microsoft(microsoft_event, vals)

    def _sync_microsoft2odoo(self, *args, **options):
        """Override of `microsoft_calendar`: it writes series there by themselves."""
        there = self.with_context(**ELSEWHERE.on(MICROSOFT))
        synced = super(CalendarEvent, there)._sync_microsoft2odoo(*args, **options)
        return tuple(one.with_env(self.env) for one in synced)

    def _cancel(self):
        """Override of `google_calendar`: its organiser calls a meeting off there."""
        here = self.with_context(**ELSEWHERE.off())
        return super(CalendarEvent, here)._cancel()

    def _cancel_microsoft(self):
        """Override of `microsoft_calendar`: as in Google."""
        here = self.with_context(**ELSEWHERE.off())
        return super(CalendarEvent, here)._cancel_microsoft()

    def _exivo_withstands(self, calendar):
        """Tell whether a calendar elsewhere must not say when this meeting is.

        Guests may change a meeting in Google, and it does not say who has done so. In
        Outlook only the organiser changes one.

        :param str calendar: ``GOOGLE`` or ``MICROSOFT``.
        :rtype: bool
        """
        organiser = self.sudo().user_id
        is_by_staff = calendar == MICROSOFT and bool(
            organiser and organiser.has_group("exivo_access.group_user")
        )
        return not is_by_staff and self._has_exivo_doors()

    def _get_exivo_foreign_changes(self, vals, calendar):
        """Return what a calendar elsewhere must not change, because doors go by it.

        Its values are written in superuser mode, whoever has said so there.

        :param dict vals: what it says.
        :param str calendar: ``GOOGLE`` or ``MICROSOFT``.
        :return: names of fields that would be different.
        :rtype: set
        """
        self.ensure_one()
        if not self._exivo_withstands(calendar):
            return set()
        return {
            name
            for name in DOOR_FIELDS & vals.keys()
            if self._exivo_differs(name, vals)
        }

    def _exivo_differs(self, name, vals):
        value, current = vals[name], self[name]
        if name in ("start", "stop") and self.allday and vals.get("allday"):
            return value.date() != current.date()  # elsewhere days have no hours
        return value != current

    def _exivo_without(self, vals, names):
        """Return values of a calendar elsewhere without what does not count here.

        No answer there confirms a booking in the place of staff.

        :param dict vals: what it says.
        :param set names: of fields that are left out.
        :rtype: dict
        """
        vals = {name: value for name, value in vals.items() if name not in names}
        waiting = self._get_exivo_bookings().filtered(
            lambda one: one._waits_for_exivo_staff()
        )
        attendees = self.sudo().attendee_ids.filtered(
            lambda one: one.partner_id in waiting.partner_ids
        )
        if waiting and "attendee_ids" in vals:
            vals["attendee_ids"] = [
                self._exivo_without_answer(command, attendees, waiting.partner_ids)
                for command in vals["attendee_ids"]
            ]
        return vals

    def _exivo_without_answer(self, command, attendees, partners):
        """Return what a calendar elsewhere does to an attendee, without an acceptance.

        :param tuple command: one of Odoo's, for attendees.
        :param attendees: who must not accept.
        :param partners: the contacts of these, which it may also add anew.
        :rtype: tuple
        """
        code, number, *values = command
        vals = values[0] if code in (Command.CREATE, Command.UPDATE) else {}
        is_theirs = number in attendees.ids or vals.get("partner_id") in partners.ids
        if is_theirs and vals.get("state") == "accepted":
            values = [{name: one for name, one in vals.items() if name != "state"}]
        return (code, number, *values)

    def _check_access(self, operation):
        """Override to let no private meeting be out of reach of who decides about it.

        Else nobody could confirm, move or cancel its booking.
        """
        result = super()._check_access(operation)
        if not result or operation not in ("write", "unlink"):
            return result
        hidden = result[0].filtered(
            lambda one: one.sudo().privacy == "private" and one._may_exivo_decide()
        )
        if not hidden:
            return result
        return super(CalendarEvent, self - hidden)._check_access(operation)

    def _check_private_event_conditions(self):
        """Override of `calendar` to hide no meeting from who decides about it."""
        return super()._check_private_event_conditions() and not (
            self._may_exivo_decide()
        )

    def _may_exivo_decide(self):
        """Tell whether the user decides about the booking of a meeting with doors.

        :rtype: bool
        """
        bookings = self._get_exivo_bookings()
        return bookings._has_exivo_doors() and all(
            one.with_env(self.env)._may_change_doors() for one in bookings
        )

    def _exivo_guarded(self):
        """Guard a change of these events, or of who attends them.

        :return: a context manager, see ``resource.booking``.
        """
        if not self.env["exivo.collector"]._is_needed():
            return nullcontext()
        return self._get_exivo_bookings().with_env(self.env)._exivo_guarded()

    def _has_exivo_room_rules(self):
        """Tell whether any booked room of these events has an access rule.

        Or whether it had one: who has the booking in a calendar from us has it there as
        the same entry from then on.
        """
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        bookings = self._get_exivo_bookings()
        if any(one in rules for one in bookings.combination_id.resource_ids.ids):
            return True
        entries = bookings.exivo_access_ids.mapped("calendar_stop")
        entries += bookings.exivo_awaited_ids.mapped("is_in_calendar")
        return any(entries)

    def _has_exivo_doors(self):
        """Tell whether any of these events is a booking of a room with doors."""
        return self._get_exivo_bookings()._has_exivo_doors()


def _may_tell(tokens, name, content):
    """Tell whether a file may give one of these tokens away.

    A mail in a file is encoded: its kind tells, not what is found in it.

    :param list[bytes] tokens: of bookings.
    :param str name: of the file.
    :param content: text, bytes, a mail, or nothing.
    :rtype: bool
    """
    if not tokens or not content:
        return False
    if isinstance(content, EmailMessage) or (name or "").lower().endswith(MAILS):
        return True
    text = content.encode() if isinstance(content, str) else content
    text = text.replace(b"\r\n ", b"")  # lines of a calendar file are folded
    return any(token in text for token in tokens)
