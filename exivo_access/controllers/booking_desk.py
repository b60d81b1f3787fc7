# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit

from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from ..models.portal.resource_booking import read_moment
from ..models.portal.room_finder import get_url_to_repeat
from .portal import ExivoCustomerPortal
from .routes import is_form, may_be_id, portal_route

#: What the address of a booking's page may say: of a guest, and who writes from a mail.
PAGE_PARAMETERS = {"guest", "pid", "hash"}


class ExivoBookingDeskPortal(ExivoCustomerPortal):
    """Bookings on our pages are changed by a form, never by an address.

    Mail scanners and browsers follow addresses, and mails are forwarded. Other bookings
    keep the ways of `resource_booking`.
    """

    def _booking_get_page_view_values(self, booking_sudo, access_token, **kwargs):
        """Override of `resource_booking` to name room and time of the booking."""
        values = super()._booking_get_page_view_values(
            booking_sudo, access_token, **kwargs
        )
        values["exivo_is_ours"] = booking_sudo._is_exivo_customers()
        values["exivo_title"] = booking_sudo._format_exivo_title()
        values["exivo_again_url"] = self._get_url_to_repeat(booking_sudo)
        values["exivo_calendar_url"] = (
            booking_sudo._has_exivo_time()
            and booking_sudo._get_exivo_page_path(access_token, "/calendar.ics")
        )
        guest_list = request.env["exivo.guest"]
        partner = request.env.user.partner_id
        values["exivo_most_guests"] = guest_list._get_most(booking_sudo, partner)
        is_on_it = partner in booking_sudo.partner_ids
        planner = request.env["exivo.planner"]
        coming = planner._get_guest_list(booking_sudo)
        values["exivo_guests"] = is_on_it and coming
        values["exivo_guests_enter"] = guest_list._get_entry(booking_sudo)
        takes_place = planner._takes_place(booking_sudo)
        values["exivo_over"] = takes_place and planner._is_over(booking_sudo)
        values["exivo_guest_notice"] = kwargs.get("guest")
        values["exivo_former"] = booking_sudo._format_exivo_former(partner)
        values["exivo_free_url"] = self._get_free_url()
        return values

    def _get_url_to_repeat(self, booking_sudo):
        """Return where the visitor books the same a week later; it asks first.

        :return: nothing if the visitor cannot book it.
        :rtype: str
        """
        partner = request.env.user.partner_id
        if request.env.user._is_public():
            partner = partner.browse()
        elif partner not in booking_sudo.partner_ids:
            return ""
        return get_url_to_repeat(booking_sudo, partner)

    @route()
    def portal_booking_page(self, booking_id, access_token=None, **kwargs):
        """Override of `resource_booking` to say that an address leads nowhere."""
        booking_sudo = self._find_booking(booking_id, access_token)
        if lost := self._refuse_lost(booking_id, booking_sudo, access_token):
            return lost
        # what else an address brings could be called as what is handed on
        asked = {name: kwargs[name] for name in PAGE_PARAMETERS & kwargs.keys()}
        return super().portal_booking_page(booking_id, access_token, **asked)

    @route()
    def portal_booking_schedule(
        self, booking_id, access_token=None, year=None, month=None, **kwargs
    ):
        """Override of `resource_booking` to show no times that would not be taken."""
        booking_sudo = self._find_booking(booking_id, access_token)
        if lost := self._refuse_lost(booking_id, booking_sudo, access_token):
            return lost
        is_ours = booking_sudo and booking_sudo._is_exivo_customers()
        if not (isinstance(year, int) and isinstance(month, int)):
            year = month = None  # what follows an address is text, and no month
        # what went wrong is no address's to say
        error = None if is_ours else kwargs.get("error")
        if is_ours:
            if refusal := self._refuse_move(booking_sudo, access_token):
                return refusal
            if year is None:
                year, month = booking_sudo._get_exivo_month()
            elif not booking_sudo._is_exivo_month_shown(year, month):
                return self._render_schedule(booking_sudo, access_token, "month", 404)
        return super().portal_booking_schedule(
            booking_id,
            access_token=access_token,
            year=year,
            month=month,
            error=error,
        )

    @route()
    def portal_booking_cancel(self, booking_id, access_token=None, **kwargs):
        """Override of `resource_booking` to cancel by a form only, and to say so.

        Other bookings than ours are cancelled as ever; then the page of one is shown.
        """
        booking_sudo = self._find_booking(booking_id, access_token)
        if not booking_sudo:
            return self._render_notice("lost", 404)
        if not booking_sudo._is_exivo_customers():
            super().portal_booking_cancel(
                booking_id, access_token=access_token, **kwargs
            )
            return request.redirect(booking_sudo._get_exivo_page_path(access_token))
        if not booking_sudo.active:
            return self._render_cancelled(booking_sudo)
        if refusal := self._refuse_change(booking_sudo, access_token):
            return refusal
        period = booking_sudo._format_exivo_booked()
        title = booking_sudo._format_exivo_title()
        if not is_form():
            return self._render_question(
                booking_sudo, access_token, asks="cancel", old_period=period
            )
        if not booking_sudo._cancel_by_exivo_customer(request.env.user):
            return self._render_too_late(booking_sudo, access_token)
        return self._render_notice(
            "cancelled", booking=booking_sudo, old_period=period, exivo_title=title
        )

    @route()
    def portal_booking_confirm(
        self, booking_id, access_token=None, when=None, was="", **kwargs
    ):
        """Override of `resource_booking` to take offered times only, by a form.

        :param str was: when the booking began by the page with the form; one that asked
            whether to book moves nothing that has been booked since.
        """
        booking_sudo = self._find_booking(booking_id, access_token)
        if not booking_sudo:
            return self._render_notice("lost", 404)
        moment = read_moment(when)
        is_ours = booking_sudo._is_exivo_customers()
        if moment and not is_ours:
            return super().portal_booking_confirm(
                booking_id, access_token, when, **kwargs
            )
        booking_url = booking_sudo._get_exivo_page_path(access_token)
        if moment and booking_sudo._is_exivo_booked_at(moment):
            return request.redirect(booking_url)
        if refusal := is_ours and self._refuse_move(booking_sudo, access_token):
            return refusal
        if not moment:
            return self._render_schedule(booking_sudo, access_token, "unreadable", 400)
        day = moment.astimezone(booking_sudo.type_id._get_exivo_zone())
        month = (day.year, day.month)
        refuse_time = partial(
            self._render_schedule, booking_sudo, access_token, "busy", 409, month
        )
        if not booking_sudo._offers_exivo_time(moment):
            return refuse_time()
        if not is_form() or was != str(booking_sudo.start or ""):
            return self._render_question(
                booking_sudo,
                access_token,
                asks="confirm",
                when=moment.isoformat(),
                old_period=booking_sudo._format_exivo_booked(),
                new_period=booking_sudo._format_exivo_chosen(moment),
            )
        if not booking_sudo._choose_exivo_time(moment, request.env.user):
            return refuse_time()
        return request.redirect(booking_url)

    @portal_route(
        [
            "/my/bookings/<int:booking_id>/guests",
            "/my/bookings/<int:booking_id>/guests/<int:guest_id>",
        ],
        "GET",
        "POST",
    )
    def portal_exivo_guests(self, booking_id, guest_id=None, email="", **kwargs):
        """Add a guest to a booking of the visitor, or take one off it.

        Who comes from the login is led to the booking.
        """
        guest_list, partner = request.env["exivo.guest"], request.env.user.partner_id
        booking_sudo = self._find_booking_of(partner, booking_id)
        if not booking_sudo:
            raise request.not_found()
        if not is_form():
            return request.redirect(booking_sudo._get_exivo_own_url())
        refusal = ""
        if guest_id:
            guest_list._take_off(booking_sudo, partner, guest_id)
        elif guest_list._get_most(booking_sudo, partner):
            refusal = guest_list._add(booking_sudo, partner, email)
        else:
            refusal = "over"
        url = urlsplit(booking_sudo._get_exivo_own_url())
        said = [("guest", refusal)] if refusal else []
        query = urlencode(parse_qsl(url.query) + said)
        return request.redirect(
            url._replace(query=query, fragment="exivo_guests").geturl()
        )

    # === WHICH BOOKING === #

    def _find_booking(self, booking_id, access_token):
        """Return the booking, if the visitor or the token of the address may see it."""
        try:
            return self._get_booking_sudo(booking_id, access_token)
        except (AccessError, MissingError):
            return None

    def _find_booking_of(self, partner, booking_id):
        """Return the booking, if somebody is on it.

        Employees may have no right to read any.
        """
        booking_sudo = self._browse_named(booking_id)
        return booking_sudo.filtered(lambda one: partner in one.partner_ids)

    def _browse_named(self, booking_id):
        """Return the booking that an address names, whoever asks, if there is one."""
        bookings_sudo = request.env["resource.booking"].sudo()
        return bookings_sudo.browse(may_be_id(booking_id) and booking_id).exists()

    # === PAGES === #

    def _refuse_lost(self, booking_id, booking_sudo, access_token):
        """Return the page that says that an address leads to no booking, if so.

        Who brings neither a login nor a token is asked for the former, as ever, and
        whoever looks for a booking without doors.
        """
        if booking_sudo or (request.env.user._is_public() and not access_token):
            return None
        booking_sudo = self._browse_named(booking_id)
        if booking_sudo and not booking_sudo._has_exivo_doors():
            return None
        return self._render_notice("lost", 404)

    def _refuse_change(self, booking_sudo, access_token):
        """Return the page that says that a booking can no longer be changed, if so."""
        if not booking_sudo.active:
            return self._render_cancelled(booking_sudo, 409)
        if not booking_sudo.is_modifiable:
            return self._render_too_late(booking_sudo, access_token)
        return None

    def _refuse_move(self, booking_sudo, access_token):
        """Return the page that says that a booking can no longer be moved, if so.

        Nor does one that was begun get a time that would not be taken.
        """
        if refusal := self._refuse_change(booking_sudo, access_token):
            return refusal
        if booking_sudo._is_exivo_moved_often():
            return self._render_too_late(booking_sudo, access_token, "moved_often")
        if reason := booking_sudo._get_exivo_reason_not_to_choose():
            return self._render_too_late(booking_sudo, access_token, reason)
        return None

    def _render_too_late(self, booking_sudo, access_token, notice="too_late"):
        return self._render_notice(
            notice,
            409,
            booking=booking_sudo,
            booking_url=booking_sudo._get_exivo_page_path(access_token),
            old_period=booking_sudo._format_exivo_booked(),
            company=booking_sudo._get_exivo_company(),
        )

    def _render_cancelled(self, booking_sudo, status=200):
        was = booking_sudo._format_exivo_former(request.env.user.partner_id)
        return self._render_notice(
            "cancelled", status, booking=booking_sudo, old_period=was
        )

    def _render_notice(self, notice, status=200, **values):
        """Say what happened, or why nothing does.

        :param str notice: ``cancelled``, ``lost``, ``too_late``, ``moved_often``,
            ``not_offered`` or ``most``.
        """
        return self._render(
            "exivo_access.portal_booking_notice",
            status,
            notice=notice,
            exivo_free_url=self._get_free_url(),
            **values,
        )

    def _render_question(self, booking_sudo, access_token, **values):
        """Ask whether something shall really be done; changes nothing.

        :param str asks: ``cancel`` or ``confirm``, as the form's address ends.
        """
        return self._render(
            "exivo_access.portal_booking_question",
            booking=booking_sudo,
            booking_url=booking_sudo._get_exivo_page_path(access_token),
            schedule_url=booking_sudo._get_exivo_page_path(access_token, "/schedule"),
            access_token=access_token,
            **values,
        )

    def _render(self, template, status=200, booking=None, **values):
        self._keep_out_of_caches()
        values.setdefault("exivo_title", booking and booking._format_exivo_title())
        return self._render_page(
            template, "exivo_booking", status, booking=booking, **values
        )

    def _render_schedule(self, booking_sudo, access_token, refusal, status, month=()):
        """Show what else can be chosen, and say why something was not.

        :param str refusal: ``busy``, ``month`` or ``unreadable``.
        :param tuple month: year and month of what was chosen, to show that one.
        """
        if not month or not booking_sudo._is_exivo_month_shown(*month):
            month = booking_sudo._get_exivo_month()
        return request.render(
            "resource_booking.resource_booking_portal_schedule",
            {
                **self._booking_get_page_view_values(booking_sudo, access_token),
                **booking_sudo._get_calendar_context(*month),
                "page_name": "booking_schedule",
                "exivo_refusal": refusal,
            },
            status=status,
        )
