# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells an operator's monitoring whether accesses are being made and taken away.

Nothing in it is about a person, a room or a booking: counts and moments, as plain
values. It costs the same number of queries however much there is.
"""

import os
from datetime import timezone

from odoo import fields
from odoo.tools import config

from odoo.addons.base.models.ir_cron import _intervalTypes

from ..sync import lanes, synchroniser
from .exivo_trouble import IMMINENT

TOKEN_VARIABLE = "EXIVO_ACCESS_HEALTH_TOKEN"
TOKEN_OPTION = "exivo_access_health_token"
#: The scheduled actions; the synchroniser may have more lanes. Odoo itself switches off
#: one that fails for a week, and at first nobody misses what it did.
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
GRAVE = ("imminent", "stopped", "lingering")


def get_token():
    """Return the token of monitoring, set by whoever runs the server.

    :rtype: str
    """
    return os.environ.get(TOKEN_VARIABLE) or config.get(TOKEN_OPTION) or ""


def describe(env):
    """Describe how everything is now. In superuser mode.

    ``status`` is *fail* where somebody has to act soon, *warn* where something is
    amiss that may pass by itself, else *pass*.

    :rtype: dict
    """
    crons = get_actions(env, get_names(env))
    actions, failing = _read_actions(env, crons), get_failing(env, crons)
    troubles = _read_troubles(env)
    due, waiting = _read_due(env)
    gone = _read_gone(env)
    sites = _read_sites(env)
    credentials = env["exivo.credential"]
    return {
        "status": _judge(env, actions, failing, troubles, due, gone, sites),
        "actions": actions,
        "failing_actions": failing,
        "due": due,
        "gone": gone,
        "waiting_for_site": waiting,
        "revocations": credentials.search_count([("state", "=", "revoking")]),
        "sites": sites,
        "troubles": troubles,
    }


def _judge(env, actions, failing, troubles, due, gone, sites):
    """Return the status: see :func:`describe`.

    A door counts as shut, too, for somebody who has neither link nor PIN, until staff
    mark the alarm done: so they say that these people know.
    """
    stands_still = any(one["stands_still"] for one in actions.values())
    grave = any(troubles[kind]["told"] for kind in GRAVE if kind in troubles)
    grave = grave or env["exivo.alarm"]._find_all("untold")
    if stands_still or due["overdue"] or gone["soon"] or grave:
        return "fail"
    amiss = troubles.keys() - set(STAFFS_OWN)
    warns = amiss or gone["count"] or sites["not_called"] or failing
    return "warn" if warns else "pass"


def _read_gone(env):
    """Count accesses that were taken away at Exivo and are still undecided."""
    now = fields.Datetime.now()
    ((count, first),) = env["exivo.access"]._read_group(
        [
            ("gone_at_exivo", "=", True),
            ("is_wanted", "=", True),
            ("stop", ">", now),
        ],
        [],
        ["__count", "start:min"],
    )
    return {"count": count, "soon": bool(first and first <= now + IMMINENT)}


def get_names(env):
    """Return the names of the scheduled actions that have to run.

    That is all lanes of the synchroniser that are switched on, in place of the first,
    and those of our other add-ons, by their whole names.

    :rtype: list[str]
    """
    active = [name.removeprefix("ir_cron_") for name in lanes.find_active(env)]
    others = [name for name in ACTIONS if name != "synchronise"]
    rows = env["ir.model.data"].search_fetch(
        [("model", "=", "ir.cron"), ("module", "=like", r"exivo\_access\_%")],
        ["module", "name"],
    )
    of_add_ons = sorted(f"{row.module}.{row.name}" for row in rows)
    return [*(active or ["synchronise"]), *others, *of_add_ons]


def get_amiss(env, names=()):
    """Return the scheduled actions that are off, late, gone or failing.

    :param names: those to look at; if left out, all that have to run.
    :rtype: list[str]
    """
    names = names or get_names(env)
    crons = get_actions(env, names)
    actions, failing = _read_actions(env, crons), get_failing(env, crons)
    return [one for one in names if actions[one]["stands_still"] or one in failing]


def _read_actions(env, actions):
    """Read when scheduled actions last began, even if they were cut off.

    :param dict actions: see :func:`get_actions`.
    """
    now = fields.Datetime.now()
    crons = env["ir.cron"].union(*(one for one in actions.values() if one))
    # what a clock that was ahead has noted says nothing
    latest = now + synchroniser.REGULAR_INTERVAL
    began = dict(
        env["ir.cron.progress"]._read_group(
            [("cron_id", "in", crons.ids), ("create_date", "<=", latest)],
            ["cron_id"],
            ["create_date:max"],
        )
    )
    found = {}
    for name, cron in actions.items():
        # Odoo forgets after a week how an action began, but not when it last ran
        last = cron and (
            began.get(cron)
            or (cron.lastcall and min(max(cron.lastcall, cron.write_date), latest))
            or cron.write_date
        )
        found[name] = {
            "last_run": _stamp(last),
            "stands_still": not (
                cron
                and cron.active
                and now <= _get_missed_after(cron, last)
                and cron.nextcall <= _get_missed_after(cron, now)
            ),
        }
    return found


def find_put_off(env):
    """Find our scheduled actions that a clock that was ahead has put off for long.

    :rtype: ir.cron
    """
    now = fields.Datetime.now()
    actions = get_actions(env, get_names(env)).values()
    return env["ir.cron"].union(
        *(one for one in actions if one and one.nextcall > _get_missed_after(one, now))
    )


def _get_missed_after(cron, last):
    """Return when a scheduled action has missed its turns, having run at a moment."""
    return max(last + MISSED_TURNS * _get_interval(cron), last + OVERDUE)


def get_failing(env, actions):
    """Return the names of the scheduled actions whose last run failed, even in part.

    :param dict actions: see :func:`get_actions`.
    :rtype: list[str]
    """
    undone = env["ir.config_parameter"].get_param(synchroniser.UNDONE)
    return [
        name
        for name, cron in actions.items()
        if cron and (cron.failure_count or f"ir_cron_{name}" == undone)
    ]


def get_actions(env, names):
    """Return the scheduled actions by their names; False where one is gone.

    All are looked up together: the synchroniser asks after each of its runs.

    :rtype: dict
    """
    get_id = env["ir.model.data"]._xmlid_to_res_id
    ids = {
        name: get_id(name if "." in name else f"exivo_access.ir_cron_{name}")
        for name in names
    }
    crons = env["ir.cron"].browse(filter(None, ids.values())).exists()
    by_id = {cron.id: cron for cron in crons}
    return {name: by_id.get(cron_id, False) for name, cron_id in ids.items()}


def _read_due(env):
    """Read what waits to be worked on, at sites that are called and at others."""
    now = fields.Datetime.now()
    groups = env["exivo.access"]._read_group(
        [("due_at", "<=", now)], ["site_id"], ["__count", "due_at:min"]
    )
    called = set(env["exivo.site"]._get_called().ids)
    due, waiting = (
        [one for one in groups if (one[0].id in called) == is_called]
        for is_called in (True, False)
    )
    latest = now - OVERDUE
    overdue = any(since <= latest for _site, _count, since in due)
    return {**_sum_up(due), "overdue": overdue}, _sum_up(waiting)


def _read_sites(env):
    sites = env["exivo.site"].search([("active", "=", True)])
    called = sites._get_called()
    return {
        "called": len(called),
        "not_called": len(sites - called),
        "refused": len(sites.filtered(lambda site: site.state == "refused")),
        "paused": len(sites.filtered("outages")),
    }


def _read_troubles(env):
    """Count troubles, by its kinds."""
    groups = env["exivo.trouble"]._read_group(
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
