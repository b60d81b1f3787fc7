# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models


class ResourceBooking(models.Model):
    """A booking has guests, rooms that may have doors, and begins with a whole day."""

    _inherit = "resource.booking"

    exivo_guest_ids = fields.One2many(
        comodel_name="exivo.guest",
        inverse_name="booking_id",
        string="Guests",
        readonly=True,
        groups="exivo_access.group_user",
    )

    @api.depends("meeting_id.allday")
    def _compute_is_overdue(self):
        """Override of `resource_booking`: whole days begin at their midnight.

        Their meeting holds 08:00 of no zone.
        """
        result = super()._compute_is_overdue()
        now = fields.Datetime.now()
        for one in self.filtered("meeting_id.allday"):
            deadline = timedelta(hours=one.type_id.modifications_deadline)
            start, _stop = self.env["exivo.planner"]._get_period(one)
            one.is_overdue = now > start - deadline
        return result

    def _waits_for_exivo_staff(self):
        """Let ``portal`` tell whether staff have to confirm what was booked there.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _has_exivo_doors(self):
        """Tell whether a room that these bookings have, or may get, has a rule.

        Their state does not matter: a pending booking has no room yet, but its type
        has.

        :rtype: bool
        """
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        booked, bookable = self._get_exivo_resources()
        return any(resource_id in rules for resource_id in (booked | bookable).ids)

    def _get_exivo_sites(self, only=None):
        """Return the sites whose doors the rooms of a booking, or of its type, have.

        :param only: ``resource.resource`` records that are looked at; all if left out.
        :rtype: exivo.site
        """
        booked, bookable = self._get_exivo_resources()
        rules = self.env["exivo.access.rule"]._get_rules_by_resource()
        planner, booking_type = self.env["exivo.planner"], self.sudo().type_id
        site_ids = {
            site_id
            for room in planner._filter_rooms(booking_type, booked or bookable)
            if only is None or room in only
            for rule in rules.get(room.id, ())
            for site_id in rule.lock_ids_by_site
        }
        return self.env["exivo.site"].sudo().browse(sorted(site_ids))

    def _get_exivo_companies(self):
        """Return whose a booking is: its type's, or else of the doors that it opens.

        A type without a company is there for everybody to book by; no more.

        :rtype: res.company
        """
        booking = self.sudo()
        if company := booking.type_id.company_id:
            return company  # calendars and mails ask for many: no look at the doors
        doors = booking._get_exivo_sites() | booking.exivo_access_ids.site_id
        return doors.company_id

    def _get_exivo_rooms(self):
        """Return the rooms that these bookings have, or else may get, without people.

        :rtype: resource.resource
        """
        booked, bookable = self._get_exivo_resources()
        return (booked or bookable).filtered(
            lambda resource: resource.resource_type == "material"
        )

    def _get_exivo_resources(self):
        """Return what these bookings have, and what their types can give them.

        :rtype: tuple[resource.resource]
        """
        bookings = self.sudo().with_context(active_test=False)
        combinations = bookings.type_id.combination_rel_ids.combination_id
        return bookings.combination_id.resource_ids, combinations.resource_ids
