# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial
from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.calendar.controllers.main import CalendarController

from ..tools.period import format_period
from .routes import is_form


class ExivoCalendar(CalendarController):
    """Whoever comes to a booking of a room with doors says so by a form.

    What attendees answer decides whether a booking is confirmed, and so whether doors
    open. Mails of `calendar` bring the answers as addresses, which mail scanners
    follow. All other events keep the ways of `calendar`.
    """

    @route()
    def accept_meeting(self, token="", id=None, **kwargs):
        """Override of `calendar` to ask first."""
        return self._answer("accepted", super().accept_meeting, token, id, **kwargs)

    @route()
    def decline_meeting(self, token="", id=None, **kwargs):
        """Override of `calendar` to ask first."""
        return self._answer("declined", super().decline_meeting, token, id, **kwargs)

    @route()
    def view_meeting(self, token, id, **kwargs):
        """Override of `calendar` to show when it is by the clock of the house.

        Its own page has everybody's names and answers, and no zone but its reader's.
        """
        _check_token(token)
        attendee_sudo = request.env["calendar.attendee"].sudo()
        attendee_sudo = attendee_sudo.search([("access_token", "=", token)])
        event_sudo, partner_sudo = attendee_sudo.event_id, attendee_sudo.partner_id
        is_booked = str(event_sudo.id) == str(id) and event_sudo._has_exivo_doors()
        if request.env.user._is_internal() or not is_booked:
            return super().view_meeting(token, id, **kwargs)
        return self._render_question(
            "seen",
            event_sudo,
            partner_sudo,
            state=attendee_sudo.state,
            answers=attendee_sudo._get_exivo_answer_urls(partner_sudo),
        )

    @route()
    def accept_recurrence(self, token="", id=None, **kwargs):
        """Override of `calendar` to ask first."""
        answer = super().accept_recurrence
        return self._answer("accepted", answer, token, id, is_series=True, **kwargs)

    @route()
    def decline_recurrence(self, token="", id=None, **kwargs):
        """Override of `calendar` to ask first."""
        answer = super().decline_recurrence
        return self._answer("declined", answer, token, id, is_series=True, **kwargs)

    @route()
    def calendar_join_meeting(self, token="", **kwargs):
        """Override of `calendar` to ask first."""
        _check_token(token)
        event_sudo = request.env["calendar.event"].sudo()
        event_sudo = event_sudo.search([("access_token", "=", token)])
        partner = request.env.user.partner_id
        if not event_sudo._has_exivo_doors():
            return super().calendar_join_meeting(token, **kwargs)
        if is_form() or partner in event_sudo.partner_ids:
            return super().calendar_join_meeting(token, **kwargs)
        return self._render_question("join", event_sudo, partner, back="/my")

    def _answer(self, state, answer, token, event_id, is_series=False, **kwargs):
        """Have an attendee answer: at once, or for rooms with doors by a form.

        :param str state: of the attendee, once it has answered.
        :param answer: what `calendar` does.
        :param bool is_series: whether it is the answer to a whole series.
        """
        _check_token(token)
        attendee_sudo = request.env["calendar.attendee"].sudo()
        attendee_sudo = attendee_sudo.search([("access_token", "=", token)])
        event_sudo = events_sudo = attendee_sudo.event_id
        if is_series:
            events_sudo |= event_sudo.recurrence_id.calendar_event_ids
        if not events_sudo._has_exivo_doors():
            return answer(token, event_id, **kwargs)
        if attendee_sudo.state == state:
            return self.view_meeting(token, event_sudo.id)
        query = urlencode({"token": token, "id": event_sudo.id})
        booking_url = _get_own_booking_url(attendee_sudo)
        render = partial(
            self._render_question,
            event_sudo=event_sudo,
            partner_sudo=attendee_sudo.partner_id,
            back=booking_url or f"/calendar/meeting/view?{query}",
            is_series=len(events_sudo) > 1,
        )
        _check_invited(event_sudo, attendee_sudo.partner_id)
        if not is_form():
            return render(state)
        try:
            with request.env.cr.savepoint():
                page = answer(token, event_sudo.id)
        except UserError:
            bookings = event_sudo._get_exivo_bookings()
            is_staffs = any(one._waits_for_exivo_staff() for one in bookings)
            return render("refused", status=409, is_staffs=is_staffs)
        return request.redirect(booking_url) if booking_url else page

    def _render_question(
        self, question, event_sudo, partner_sudo, status=200, **values
    ):
        """Ask whether somebody really means it; changes nothing.

        Rendered as `calendar` does it: in the language of whom it is for.

        :param str question: what would become of the attendee, ``join``, ``refused``,
            when it cannot be, or ``seen``, where nothing is asked.
        :raise NotFound: see :func:`_check_invited`.
        """
        _check_invited(event_sudo, partner_sudo)
        lang = partner_sudo.lang or request.env.lang or "en_US"
        env = request.env(context={**request.env.context, "lang": lang})
        bookings = event_sudo._get_exivo_bookings()
        calendar = bookings[:1].type_id.resource_calendar_id
        tz = calendar.tz or partner_sudo.tz or "UTC"
        start, stop = env["exivo.planner"]._get_period_of_meeting(event_sudo, tz)
        page = env["ir.ui.view"]._render_template(
            "exivo_access.calendar_question",
            {
                "question": question,
                "event": event_sudo,
                "company_id": bookings[:1]._get_exivo_company().id,
                "rooms": bookings[:1]._format_exivo_rooms(),
                "period": format_period(env, start, stop, tz),
                "address": request.httprequest.full_path,
                "html_data": {"lang": lang.replace("_", "-")},
                **values,
            },
        )
        return request.make_response(page, status=status)


def _get_own_booking_url(attendee_sudo):
    """Return the page of a booking whose visitor answers for themselves.

    :return: nothing if it is not the visitor's own; `calendar` has a page for them.
    :rtype: str
    """
    partner = attendee_sudo.partner_id & request.env.user.partner_id
    bookings = attendee_sudo.event_id._get_exivo_bookings()
    booking = bookings.filtered(lambda one: partner & one.partner_ids)[:1]
    return booking and booking._get_exivo_own_url()


def _check_invited(event_sudo, partner_sudo):
    """Find no page of what was called off, or is no longer that of whom it is for.

    :raise NotFound: that it is.
    """
    off = event_sudo.attendee_ids._get_exivo_off()
    if not event_sudo.active or partner_sudo in off.partner_id:
        raise request.not_found()


def _check_token(token):
    """Find no page by what is no token.

    An empty one would be that of all who have none, and PostgreSQL looks for no text
    with a null in it.

    :raise NotFound: that it is.
    """
    if not token or "\0" in token:
        raise request.not_found()
