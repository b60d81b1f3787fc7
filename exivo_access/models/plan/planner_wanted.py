# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Writes down the accesses that a booking should have, by the rules of its rooms."""

from datetime import timedelta

from odoo import models

from ..rule.methods import get_strongest
from .planner_mixin import AccessKey


class ExivoPlanner(models.AbstractModel):
    """A booking should have an access for each holder, site, method and window."""

    _inherit = "exivo.planner"

    def _get_wanted_vals(self, booking, rules_by_resource):
        """Return the accesses that a booking should have.

        Rules that agree in holder, site, method and minutes share one access.

        :param booking: one ``resource.booking`` in superuser mode, active_test off.
        :param dict rules_by_resource: see ``exivo.access.rule``.
        :return: values for ``exivo.access``, by :meth:`_get_key`.
        :rtype: dict[AccessKey, list[dict]]
        """
        if not self._takes_place(booking):
            return {}
        start, stop = self._get_period(booking)
        rooms = self._get_booked_rooms(booking)
        common = {
            "booking_id": booking.id,
            "reference": self._get_reference(booking),
            "room": ", ".join(rooms.mapped("name")),
            "rooms": sorted(rooms.ids),
            "place": booking.location,
            "booking_start": start,
            "booking_stop": stop,
            "tz": self._get_tz(booking),
        }
        granted = self._get_granted(booking, rules_by_resource)
        return {
            key: [
                {
                    **common,
                    **self._get_key_vals(key, permissions),
                    "start": start - timedelta(minutes=before),
                    "stop": stop + timedelta(minutes=after),
                    "lock_ids": tuple(sorted(lock_ids)),
                }
                for (before, after), lock_ids in self._unite_windows(permissions)
            ]
            for key, permissions in granted.items()
        }

    def _get_granted(self, booking, rules_by_resource):
        """Return which rules give which locks to whom.

        :return: rules, each with lock ids, by :meth:`_get_key`.
        :rtype: dict[AccessKey, list[tuple[RoomRule, frozenset]]]
        """
        granted = {}
        for rule in self._get_reached_rules(booking, rules_by_resource):
            for partner in self._get_holders(booking, rule):
                for site_id, lock_ids in rule.lock_ids_by_site.items():
                    key = AccessKey(partner.id, site_id, rule.method, booking.id)
                    granted.setdefault(key, []).append((rule, lock_ids))
        return granted

    def _get_key_vals(self, key, permissions):
        """Return what is the same for all accesses of a key, in whichever window."""
        first_rule, _lock_ids = permissions[0]  # a site has one company
        company = self.env["res.company"].browse(first_rule.company_id)
        partner = self.env["res.partner"].browse(key.partner_id)
        return {
            "partner_id": key.partner_id,
            "site_id": key.site_id,
            "company_id": company.id,
            "method": key.method,
            "invitation": get_strongest(
                rule.invitation for rule, _lock_ids in permissions
            ),
            **self._get_holder_vals(key.method, partner, company),
        }

    def _unite_windows(self, permissions):
        """Return the locks of some rules, united where their minutes are the same.

        :return: minutes before and after with lock ids, in the order of the windows.
        :rtype: list[tuple[tuple[int, int], frozenset]]
        """
        by_minutes = {}
        for rule, lock_ids in permissions:
            minutes = rule.minutes_before, rule.minutes_after
            by_minutes[minutes] = by_minutes.get(minutes, frozenset()) | lock_ids
        return sorted(
            by_minutes.items(), key=lambda window: (-window[0][0], window[0][1])
        )
