# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import Counter
from datetime import date, timedelta
from functools import cache, partial
from urllib.parse import urlencode

import pytz

from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import format_date

from ..models.portal import room_finder as finder
from ..models.portal.resource_booking import as_naive, read_moment
from ..models.portal.room_finder import MORNING, WEEK, Wish
from ..tools.period import format_clock, format_period, format_time
from .routes import is_form, may_be_id, portal_route
from .self_service import ExivoSelfServicePortal

#: Longer numbers and lists than these are nobody's wish; words may be sentences.
LONGEST = 99
LONGEST_TEXT = 999


class ExivoRoomFinderPortal(ExivoSelfServicePortal):
    """*Book a room* says what is free, and books what is chosen by one form."""

    @route()
    def portal_exivo_offers(self, **kwargs):
        """Override to begin with what is free; what was begun before stands below."""
        response = super().portal_exivo_offers()
        wish = self._read_wish(kwargs)
        response.qcontext.update(self._prepare_finder_values(wish))
        return response

    @portal_route(
        "/my/bookings/new/<int:type_id>/<int:combination_id>",
        "GET",
        "POST",
        auth="public",
    )
    def portal_exivo_book(self, type_id, combination_id, when=None, **kwargs):
        """Ask whether this room and time shall be booked; the form books it.

        What is not free leads back to what is. Who has no login is sent a link first.
        """
        wish = self._read_wish(kwargs)
        choice = self._get_choice(type_id, combination_id, wish.hours)
        if not choice:
            return self._refuse_choice(type_id, wish)
        if "hours" not in request.httprequest.args:
            wish = wish._replace(hours=0)  # it is booked so, and was not looked for
        moment = read_moment(when)
        if not moment:
            return self._render_finder("unreadable", 400, wish)
        start = as_naive(moment)
        if request.env.user._is_public():
            return self._ask_who(choice, moment, wish, kwargs)
        partner = self._get_partner()
        if booked := choice.get_booked(start, partner):
            return request.redirect(booked._get_exivo_own_url())
        if limit := choice.booking_type._get_exivo_limit(partner):
            return self._render_finder(limit, 409, wish)
        if not choice.is_free(moment):
            return self._refuse_time(choice, moment, wish)
        if not is_form():
            return self._ask(choice, moment, wish)
        booking = choice.book(start, partner)
        if not booking:
            return self._refuse_time(choice, moment, wish)
        return request.redirect(booking._get_exivo_own_url())

    @portal_route(
        "/my/bookings/request/<string:request_token>", "GET", "POST", auth="public"
    )
    def portal_exivo_request(self, request_token, **kwargs):
        """Ask whether to book what somebody without a login has asked for."""
        booking_request = request.env["exivo.booking.request"]._read_link(request_token)
        if not booking_request:
            return self._render_request("lost", 404)
        booking = booking_request._find_booked()
        if not booking and is_form():
            booking = booking_request._book()
        if booking:
            return request.redirect(booking.get_portal_url())
        choice = booking_request._get_choice()
        moment = pytz.utc.localize(booking_request.start)
        if is_form() or not choice or not choice.is_free(moment):
            limit = booking_request._get_limit()
            return self._render_request("taken", 409, choice, moment, limit=limit)
        return self._ask(choice, moment, Wish(), step="confirm")

    @portal_route("/my/bookings/<int:booking_id>/again", "GET")
    def portal_exivo_again(self, booking_id, **kwargs):
        """Lead to the page that asks whether to book the same a week later."""
        bookings = request.env["resource.booking"].sudo()
        booking_sudo = bookings.search(
            [("id", "=", booking_id), ("partner_ids", "in", self._get_partner().ids)]
            if may_be_id(booking_id)
            else Domain.FALSE
        )
        partner = self._get_partner()
        if not booking_sudo:
            return request.redirect("/my/bookings/new")
        if url := finder.get_url_to_repeat(booking_sudo, partner):
            return request.redirect(url)
        return self._refuse_choice(booking_sudo.type_id.id, Wish())

    @portal_route("/my/exivo/rooms/<int:room_id>/picture", "GET", auth="public")
    def portal_exivo_picture(self, room_id, **kwargs):
        """Show the picture of a room that the visitor may book."""
        combinations = self._get_bookable_types().combination_rel_ids.combination_id
        room = combinations._get_exivo_public_rooms().filtered(
            lambda one: one.id == room_id
        )
        if not room.portal_image:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(
            room, "portal_image", width=512, height=512
        )
        return stream.get_response(max_age=3600)

    # === WHAT IS LOOKED FOR === #

    def _read_wish(self, asked):
        """Read what somebody looks for; whatever is not understood is no wish.

        :param dict asked: what came with the request, by whatever names.
        """
        chosen = request.httprequest.values.getlist("equipment")
        return Wish(
            day=_read_day(asked.get("day")),
            hours=_read_number(asked.get("hours"), float),
            people=_read_number(asked.get("people"), int),
            place=str(asked.get("place", ""))[:LONGEST_TEXT],
            equipment=tuple(name[:LONGEST_TEXT] for name in chosen[:LONGEST] if name),
            night=bool(asked.get("night")),
        )

    def _get_choice(self, type_id, combination_id, hours):
        """Return what the visitor has chosen, if it is for them."""
        types = self._get_bookable_types().filtered(lambda one: one.id == type_id)
        if choice := finder.get_choice(types, combination_id, hours):
            return choice
        if request.env.user._is_public():
            self._ask_for_login()
        return None

    # === PAGES === #

    def _render_finder(self, notice, status, wish, **values):
        """Show what is free, and say why something was not taken."""
        response = self.portal_exivo_offers()
        response.qcontext.update(
            self._prepare_finder_values(wish), exivo_notice=notice, **values
        )
        response.status_code = status
        return response

    def _refuse_choice(self, type_id, wish):
        """Show what the visitor may book, where that is something else."""
        types = request.env["resource.booking.type"]
        if type_id in types._get_exivo_to_confirm(self._get_partner()).ids:
            return self._render_finder("confirm", 409, wish)
        return self._render_finder("not_offered", 404, wish)

    def _refuse_time(self, choice, moment, wish):
        """Show what else is free around a time, and say which one was not taken."""
        zone = choice.booking_type._get_exivo_zone()
        local = moment.astimezone(zone)
        today = choice.booking_type._get_exivo_today()
        refused = ""
        if choice.fits_length and finder.is_shown(local.date(), today):
            refused = f"{choice.name}, {self._format_period(choice, moment)}"
        return self._render_finder(
            "taken",
            409,
            wish._replace(day=local.date()),
            exivo_refused=refused,
            exivo_part=_get_part_at(local.hour),
        )

    def _ask_who(self, choice, moment, wish, typed):
        """Ask who somebody without a login is, and send them a link.

        :param dict typed: what came with the request, by whatever names.
        """
        name, email = typed.get("name", ""), typed.get("email", "")
        if not choice.is_free(moment):
            return self._refuse_time(choice, moment, wish)
        url = choice.get_url(moment, wish)
        login = urlencode({"redirect": url})
        values = {
            "typed_name": name,
            "typed_email": email,
            "login_url": f"/web/login?{login}",
        }
        if not is_form():
            return self._ask(choice, moment, wish, step="who", **values)
        booking_requests = request.env["exivo.booking.request"]
        ip = request.httprequest.remote_addr
        hint = booking_requests._ask(choice, as_naive(moment), name, email, ip)
        if hint:
            return self._ask(choice, moment, wish, step="who", hint=hint, **values)
        return self._render_request(
            "sent", 200, choice, moment, typed_email=email, again_url=url
        )

    def _render_request(self, notice, status, choice=None, moment=None, **values):
        """Say what becomes of a booking without a login.

        :param str notice: ``sent``, ``taken`` or ``lost``.
        :param choice: what it is of; nothing if that is not known any more.
        """
        return self._render_page(
            "exivo_access.portal_booking_request",
            "exivo_book",
            status,
            notice=notice,
            choice=choice,
            period=choice and self._format_period(choice, moment),
            exivo_free_url=self._get_bookable_types() and "/my/bookings/new",
            **values,
        )

    def _ask(self, choice, moment, wish, step="book", **others):
        """Show all of what would be booked on one page.

        :param Wish wish: what the visitor was looking for.
        :param str step: ``book``; ``who``: a link goes to the visitor; ``confirm``: the
            visitor has followed it.
        """
        start = as_naive(moment)
        tz = choice.booking_type.resource_calendar_id.tz
        day = moment.astimezone(choice.booking_type._get_exivo_zone()).date()
        stop = start + timedelta(hours=choice.hours)
        public = request.env.user._is_public()
        partner = self._get_partner()
        promise = choice.get_promise(start, stop, partner[:0] if public else partner)
        values = {
            "choice": choice,
            "prices": finder.get_prices([choice]),
            "when": moment.isoformat(),
            "period": self._format_period(choice, moment),
            "lengths": [
                hours
                for hours in choice.lengths
                if hours == choice.hours or choice._replace(hours=hours).is_free(moment)
            ],
            "promise": promise,
            "opens": promise and format_clock(request.env, promise.opens, tz, day),
            "closes": promise and format_clock(request.env, promise.closes, tz, day),
            "back_url": self._get_url(wish._replace(day=day)),
            "wish": wish._replace(day=None, hours=0).get_query(),
            "step": step,
            **others,
        }
        template = "exivo_access.portal_book_this"
        return self._render_page(template, "exivo_confirm", **values)

    def _format_period(self, choice, moment):
        start = as_naive(moment)
        stop = start + timedelta(hours=choice.hours)
        tz = choice.booking_type.resource_calendar_id.tz
        return format_period(request.env, start, stop, tz)

    def _prepare_finder_values(self, wish):
        types = self._get_bookable_types()
        every = finder.get_choices(types, wish.hours)
        # it may be another day where other rooms are
        todays = Counter(one._get_exivo_today() for one in types or [types])
        today, first = todays.most_common(1)[0][0], min(todays)
        day = wish.day if wish.day and finder.is_shown(wish.day, first) else today
        known = {name.casefold() for one in every for name in one.equipment}
        # what no room has is not ticked either: a word of another language, maybe
        things = tuple(name for name in wish.equipment if name.casefold() in known)
        wish = wish._replace(day=day, equipment=things)
        choices = [one for one in every if one.matches(wish)]
        days = finder.get_days(day, first)
        is_public = request.env.user._is_public()
        partner = self._get_partner().browse() if is_public else self._get_partner()
        found = finder.find(choices, day, days, partner, wish.night)
        shown = found if wish.night else [one.without_night() for one in found]
        parts = _get_parts(shown)
        free_days = frozenset().union(*(one.days for one in found))
        is_free = bool(_count_free(shown))
        following = None
        if not is_free and choices:
            later = min((one for one in free_days if one > day), default=None)
            following = later or finder.find_next_day(choices, days[-1], wish.night)
        zones = {one.booking_type.resource_calendar_id.tz for one in every}
        write_time = cache(partial(format_time, request.env))  # rooms share their hours
        return {
            "exivo_every": every,
            "prices": finder.get_prices([one.choice for one in shown]),
            "exivo_found": sorted(shown, key=_has_no_time),
            "exivo_has_night": _count_free(shown) < _count_free(found),
            "exivo_parts": parts,
            "exivo_part": "night" if wish.night else "",
            "exivo_parts_of": _get_parts_of,
            "exivo_is_edge": partial(_is_edge, parts),
            "exivo_wish": wish,
            "exivo_today": today,
            "exivo_first": first,
            "exivo_days": [(one, one in free_days) for one in days],
            "exivo_earlier": days[0] > first and max(first, days[0] - WEEK),
            "exivo_later": finder.is_shown(days[0] + WEEK, first) and days[0] + WEEK,
            "exivo_next_day": following,
            "exivo_is_free": is_free,
            "exivo_places": sorted({one.place for one in every} - {""}),
            "exivo_equipment": sorted(
                {name for one in every for name in one.equipment}, key=str.casefold
            ),
            "exivo_sizes": sorted({one.people for one in every} - {0}),
            "exivo_lengths": sorted({hours for one in every for hours in one.lengths}),
            "exivo_zones": sorted(zones),
            "exivo_scale": _Scale(shown),
            "exivo_url": lambda **change: self._get_url(wish._replace(**change)),
            "exivo_day": lambda one, form: format_date(
                request.env, one, date_format=form
            ),
            "exivo_time": lambda moment: write_time(
                as_naive(moment), str(moment.tzinfo)
            ),
        }

    def _get_url(self, wish):
        """Return the address of the page that answers a wish."""
        return f"/my/bookings/new?{urlencode(wish.get_query())}"


#: On a phone one part of the day is shown at a time: its name, and its first hour.
PARTS = (("night", 0), ("morning", MORNING.hour), ("afternoon", 12), ("evening", 18))


def _get_parts_of(part):
    """Return in which parts of the day a stretch lies."""
    ends = [hour for _name, hour in PARTS[1:]] + [24]
    first = _hour_of(part.start)
    last = _get_end(part) if part.why else first + 0.01
    return [
        name
        for (name, begin), end in zip(PARTS, ends, strict=True)
        if first < end and begin < last
    ]


def _get_part_at(hour):
    return [name for name, begin in PARTS if begin <= hour][-1]


def _get_parts(found):
    """Return the parts of the day in which something is free, in their order.

    :return: nothing is chosen from fewer than two.
    """
    free = {
        name
        for one in found
        for part in one.stretches
        if not part.why
        for name in _get_parts_of(part)
    }
    return [name for name, _hour in PARTS if name in free]


def _is_edge(parts, found, part):
    """Tell whether a phone leaves out that a room is closed, as others say more.

    :param parts: the parts of the day that can be chosen.
    """
    others = [one for one in found.stretches if one is not part]
    is_outside = part in (found.stretches[0], found.stretches[-1])
    if part.why != "closed" or not is_outside or not others:
        return False
    told = {name for one in others for name in _get_parts_of(one)}
    return told.issuperset(name for name in _get_parts_of(part) if name in parts)


def _count_free(found):
    return sum(not part.why for one in found for part in one.stretches)


class _Scale:
    """Return where a moment lies between the first and the last hour of the day shown.

    On a wide screen rooms stand below one another, and hours side by side.
    """

    def __init__(self, found):
        begins = [
            part
            for one in found
            for part in one.stretches
            if part.why in ("", "yours", "booked", "late", "short")
        ]
        first = min((_hour_of(part.start) for part in begins), default=8)
        last = max((_get_end(part) for part in begins), default=18)
        self.first, self.last = int(first), max(int(-(-last // 1)), int(first) + 1)

    @property
    def hours(self):
        """Return the full hours to write above."""
        step = 1 if self.last - self.first <= 14 else 2
        return range(self.first, self.last, step)

    def get_percent(self, hour):
        return round(100 * (hour - self.first) / (self.last - self.first), 3)

    def get_style(self, part):
        """Return where a stretch begins, and how wide it is."""
        left = max(self.get_percent(_hour_of(part.start)), 0)
        right = min(self.get_percent(_get_end(part)), 100)
        return f"--at:{left}%;--wide:{max(round(right - left, 3), 0)}%"


def _hour_of(moment):
    """Return the hour of the clock; two share the place of one when clocks go back."""
    zone, hour = moment.tzinfo, timedelta(hours=1)
    is_first, is_second = (
        zone.normalize(moment + other).hour == moment.hour for other in (hour, -hour)
    )
    minutes = moment.minute / (2 if is_first or is_second else 1)
    return moment.hour + minutes / 60 + is_second / 2


def _get_end(part):
    is_next_day = part.stop.date() > part.start.date()
    return 24 if is_next_day else _hour_of(part.stop)


def _has_no_time(found):
    return all(part.why for part in found.stretches)


def _read_day(text):
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        return None


def _read_number(text, kind):
    try:
        number = kind(str(text)[:LONGEST])
    except ValueError:
        return 0
    return number if 0 < number < 10**6 else 0
