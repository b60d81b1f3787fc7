# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Divides the sites among the runs that work side by side.

Odoo has one run of a scheduled action at a time, so each lane is one of its own. Those
that are switched on share the sites; an operator of many sites switches on as many as
there are processes for scheduled actions.
"""

from typing import NamedTuple

#: How many lanes there can be; all but the first are switched off at first.
MOST = 8
FIRST = "ir_cron_synchronise"
NAMES = (FIRST, *(f"{FIRST}_{number}" for number in range(2, MOST + 1)))


class Lane(NamedTuple):
    """A lane has every n-th site."""

    #: of its scheduled action, without the module
    name: str = FIRST
    place: int = 0
    count: int = 1

    @property
    def is_first(self):
        """Tell whether it also does what is done once for all sites."""
        return self.place == 0

    def has(self, site_id):
        """Tell whether this lane works for a site.

        :rtype: bool
        """
        return site_id % self.count == self.place


def get_lane(env, number):
    """Return a lane, as the sites are divided now.

    While lanes are switched on and off, two may have the same site for the length of a
    run. They pass over what the other one works on.

    :param Environment env: of the scheduled action.
    :param int number: of the lane, from 1.
    :rtype: Lane
    """
    active = [*find_active(env)]
    name = NAMES[number - 1]
    if name not in active:  # somebody runs it by hand
        return Lane(name)
    return Lane(name, active.index(name), len(active))


def find_active(env):
    """Find the lanes that are switched on.

    :param Environment env: of anybody.
    :return: the ids of their scheduled actions, by name, the first lane first.
    :rtype: dict[str, int]
    """
    to_id = env["ir.model.data"]._xmlid_to_res_id
    ids = {name: to_id(f"exivo_access.{name}") for name in NAMES}
    active = env["ir.cron"].sudo().search([("id", "in", [*ids.values()])])
    return {name: cron_id for name, cron_id in ids.items() if cron_id in active.ids}
