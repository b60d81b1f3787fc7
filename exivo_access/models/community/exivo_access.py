# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ...pure import reconcile, rights
from ...tools import period


class ExivoAccess(models.Model):
    """A standing access is there because of communities, not because of a booking.

    A standing access with a link is renewed ahead of its end; one of an access group
    has no end.
    """

    _inherit = "exivo.access"

    has_no_end = fields.Boolean(compute="_compute_has_no_end")
    occasion = fields.Char(
        string="Made for",
        compute="_compute_occasion",
        compute_sudo=True,
        help="The room, or the communities.",
    )
    calendar_title = fields.Char(
        compute="_compute_calendar_title",
        compute_sudo=True,
        help="A calendar cuts it: the person comes first, its colour tells the room.",
    )

    @api.depends("stop")
    def _compute_has_no_end(self):
        for access in self:
            access.has_no_end = bool(access.stop and access.stop >= period.FOREVER)

    @api.depends("room", "category_ids.name")
    def _compute_occasion(self):
        for access in self:
            access.occasion = access._get_occasion()

    @api.depends("room", "category_ids.name", "partner_id.name")
    def _compute_calendar_title(self):
        for access in self:
            parts = (access.partner_id.name, access._get_occasion())
            access.calendar_title = " · ".join(filter(None, parts))

    def _get_reason_domain(self):
        """Return the domain of all that was made for the same booking or communities.

        One community in common is enough.

        :rtype: Domain
        """
        self.ensure_one()
        if self.is_of_community:
            return Domain("category_ids", "in", self.category_ids.ids)
        return Domain("booking_id", "=", self.booking_id.id) & Domain(
            "is_of_community", "=", False
        )

    def _get_doors(self):
        """Return the names of its doors, each with its weekly hours in words, if any.

        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        hours = dict(rights.from_json(self.sudo().rights))
        return [
            (lock.name, self._format_hours(hours.get(lock.id, rights.ALWAYS)))
            for lock in self._get_shown_locks()
        ]

    def _get_locks_shut_by_hours(self):
        """Return its locks whose weekly hours do not hold now.

        :rtype: exivo.lock
        """
        self.ensure_one()
        hours = dict(rights.from_json(self.sudo().rights))
        moment = self._get_moment_of_week()
        return self.lock_ids.filtered(
            lambda lock: not rights.is_open(hours.get(lock.id, rights.ALWAYS), *moment)
        )

    def _get_moment_of_week(self):
        """Return the weekday and the minute of the day that it is at the doors now.

        :rtype: tuple[int, int]
        """
        site = self.site_id.sudo()
        here = fields.Datetime.context_timestamp(
            site.with_context(tz=site._get_tz()), fields.Datetime.now()
        )
        return here.weekday(), here.hour * 60 + here.minute

    def _format_hours(self, hours):
        days = dict(
            self.env["exivo.access.hour"]
            ._fields["weekday"]
            ._description_selection(self.env)
        )
        return ", ".join(
            f"{days[str(weekday)]} {_clock(start)} – {_clock(stop)}"
            for weekday, start, stop in hours
        )

    def _opens_until(self):
        """Return until when all its doors open by what is at the lock system now.

        An access that is being renewed opens its doors all the while.

        :return: naive UTC; now, if they do not open.
        :rtype: datetime
        """
        self.ensure_one()
        now = fields.Datetime.now()
        opening = self._find_opening(reconcile.opens_all)
        return max((one.stop for one in opening), default=now)

    def _opens_now(self):
        """Tell whether something at the lock system opens all its doors now."""
        return bool(self._find_opening(reconcile.opens_all))

    def _is_renewed(self):
        """Tell whether its holder has something that opens doors until it is renewed.

        :rtype: bool
        """
        return bool(self._find_renewed())

    def _find_renewed(self):
        """Return what its holder has that opens doors until it is renewed.

        Of a standing access it may be some of its doors only; a booking may have moved
        to other doors.

        :rtype: list[reconcile.Credential]
        """
        self.ensure_one()
        if not self._is_granted() or self._working():
            return []
        opens = reconcile.opens_some if self.is_of_community else reconcile.opens_all
        return self._find_opening(opens)

    def _describe_renewal(self):
        """Describe to staff what a holder has who waits for something else.

        They would take it away, or replace it, to help somebody at a door.

        :return: nothing if nothing of it opens doors.
        :rtype: str
        """
        stop = max((one.stop for one in self._find_renewed()), default=None)
        if not stop:
            return ""
        text = self.env._(
            "What the holder has goes on to open doors until it is renewed."
        )
        if stop >= period.FOREVER:
            return text
        end = self.env._(
            "It ends: %(moment)s.", moment=period.format_moment(self.env, stop, self.tz)
        )
        return f"{text} {end}"


def _clock(minutes):
    """Return a time of day in words: 570 is 09:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
