# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells an operator's monitoring how the add-on is, as plain values."""

import os
from datetime import timezone

from odoo import api, fields, models
from odoo.tools import config

from odoo.addons.base.models.ir_cron import _intervalTypes

from ..sync import synchroniser
from . import lookout

TOKEN_VARIABLE = "EXIVO_ACCESS_HEALTH_TOKEN"
TOKEN_OPTION = "exivo_access_health_token"
#: The scheduled actions. Odoo itself switches off one that fails for a week, and at
#: first nobody misses what it did.
ACTIONS = (
    "synchronise",
    "watch",
    "plan_all",
    "plan_members",
    "plan_bookings",
    "compare",
    "read_events",
    "look_ahead",
    "clear",
    "encrypt",
    "remove_abandoned",
)
#: An action that has missed so many turns stands still.
MISSED_TURNS = 3
#: What has been due for so long is not merely waiting for its turn.
OVERDUE = 3 * synchroniser.REGULAR_INTERVAL
#: An operator can do nothing about these troubles.
STAFFS_OWN = ("no_show",)
#: Once staff have been told of these, a door is shut that should open, or the reverse.
#: A door counts as shut, too, for somebody who has neither link nor PIN.
GRAVE = ("imminent", "untold", "stopped", "lingering")


class ExivoHealth(models.AbstractModel):
    """Tells whether accesses are being made and taken away, with counts and moments.

    Nothing in it is about a person, a room or a booking. It costs the same number of
    queries however much there is.
    """

    _name = "exivo.health"
    _description = "Exivo Health"

    @api.model
    def _get_token(self):
        """Return the token of monitoring, set by whoever runs the server.

        :rtype: str
        """
        return os.environ.get(TOKEN_VARIABLE) or config.get(TOKEN_OPTION) or ""

    @api.model
    def _describe(self):
        """Describe how everything is now. In superuser mode.

        ``status`` is *fail* where somebody has to act soon, *warn* where something is
        amiss that may pass by itself, else *pass*.

        :rtype: dict
        """
        crons = self._get_actions()
        actions, failing = self._read_actions(crons), self._get_failing(crons)
        troubles = self._read_troubles()
        due, waiting = self._read_due()
        gone = self._read_gone()
        sites = self._read_sites()
        credentials = self.env["exivo.credential"]
        return {
            "status": self._judge(actions, failing, troubles, due, gone, sites),
            "actions": actions,
            "failing_actions": failing,
            "due": due,
            "gone": gone,
            "waiting_for_site": waiting,
            "revocations": credentials.search_count([("state", "=", "revoking")]),
            "sites": sites,
            "troubles": troubles,
        }

    @api.model
    def _judge(self, actions, failing, troubles, due, gone, sites):
        """Return the status: see :meth:`_describe`."""
        stands_still = any(one["stands_still"] for one in actions.values())
        grave = any(troubles[kind]["told"] for kind in GRAVE if kind in troubles)
        if stands_still or due["overdue"] or gone["soon"] or grave:
            return "fail"
        amiss = troubles.keys() - set(STAFFS_OWN)
        warns = amiss or gone["count"] or sites["not_called"] or failing
        return "warn" if warns else "pass"

    @api.model
    def _read_gone(self):
        """Count accesses that were taken away at Exivo and are still undecided."""
        now = fields.Datetime.now()
        ((count, first),) = self.env["exivo.access"]._read_group(
            [("gone_at_exivo", "=", True), ("stop", ">", now)],
            [],
            ["__count", "start:min"],
        )
        return {"count": count, "soon": bool(first and first <= now + lookout.IMMINENT)}

    @api.model
    def _get_amiss(self, names=ACTIONS):
        """Return the scheduled actions that are off, late, gone or failing.

        :param names: those to look at.
        :rtype: list[str]
        """
        crons = self._get_actions(names)
        actions, failing = self._read_actions(crons), self._get_failing(crons)
        return [one for one in names if actions[one]["stands_still"] or one in failing]

    @api.model
    def _read_actions(self, actions):
        """Read when scheduled actions last began, even if they were cut off.

        :param dict actions: see :meth:`_get_actions`.
        """
        now = fields.Datetime.now()
        crons = self.env["ir.cron"].union(*(one for one in actions.values() if one))
        began = dict(
            self.env["ir.cron.progress"]._read_group(
                [("cron_id", "in", crons.ids)], ["cron_id"], ["create_date:max"]
            )
        )
        found = {}
        for name, cron in actions.items():
            last = cron and (began.get(cron) or cron.create_date)
            turn = cron and _get_interval(cron)
            found[name] = {
                "last_run": _stamp(last),
                "stands_still": not (
                    cron
                    and cron.active
                    and now <= max(last + MISSED_TURNS * turn, last + OVERDUE)
                ),
            }
        return found

    @api.model
    def _get_failing(self, actions):
        """Return the names of the scheduled actions whose last run failed.

        :param dict actions: see :meth:`_get_actions`.
        :rtype: list[str]
        """
        return [name for name, cron in actions.items() if cron and cron.failure_count]

    @api.model
    def _get_actions(self, names=ACTIONS):
        """Return the scheduled actions by their names; False where one is gone.

        All are looked up together: the synchroniser asks after each of its runs.

        :rtype: dict
        """
        get_id = self.env["ir.model.data"]._xmlid_to_res_id
        ids = {name: get_id(f"exivo_access.ir_cron_{name}") for name in names}
        crons = self.env["ir.cron"].browse(filter(None, ids.values())).exists()
        by_id = {cron.id: cron for cron in crons}
        return {name: by_id.get(cron_id, False) for name, cron_id in ids.items()}

    @api.model
    def _read_due(self):
        """Read what waits to be worked on, at sites that are called and at others."""
        now = fields.Datetime.now()
        groups = self.env["exivo.access"]._read_group(
            [("due_at", "<=", now)], ["site_id"], ["__count", "due_at:min"]
        )
        called = set(self.env["exivo.site"]._get_called().ids)
        due, waiting = (
            [one for one in groups if (one[0].id in called) == is_called]
            for is_called in (True, False)
        )
        latest = now - OVERDUE
        overdue = any(since <= latest for _site, _count, since in due)
        return {**_sum_up(due), "overdue": overdue}, _sum_up(waiting)

    @api.model
    def _read_sites(self):
        sites = self.env["exivo.site"].search([("active", "=", True)])
        called = sites._get_called()
        return {
            "called": len(called),
            "not_called": len(sites - called),
            "refused": len(sites.filtered(lambda site: site.state == "refused")),
            "paused": len(sites.filtered("outages")),
        }

    @api.model
    def _read_troubles(self):
        """Count what the lookout has found, by its kinds."""
        groups = self.env["exivo.trouble"]._read_group(
            [], ["kind"], ["__count", "since:min", "told:bool_or"]
        )
        return {
            kind: {"count": count, "since": _stamp(since), "told": told}
            for kind, count, since, told in groups
        }


def _get_interval(cron):
    """Return how often a scheduled action runs, as somebody may have set it.

    :rtype: relativedelta
    """
    return _intervalTypes[cron.interval_type](cron.interval_number)


def _sum_up(groups):
    """Count what some groups by site hold, and find since when."""
    return {
        "count": sum(count for _site, count, _since in groups),
        "since": _stamp(min((since for *_rest, since in groups), default=None)),
    }


def _stamp(moment):
    return moment and moment.replace(tzinfo=timezone.utc).isoformat(timespec="seconds")
