# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps people from giving away doors of companies that they do not work for.

What is archived counts as well: it may come back.
"""

from odoo.exceptions import AccessError


def check_rooms(env, rooms):
    """Let only people of a room's company make its doors open to more bookings.

    Rooms without a company are shared by all, and those without rules have no doors.

    :param Environment env: of whoever makes the change.
    :param rooms: ``resource.resource`` records in superuser mode.
    :raise AccessError: a room belongs to another company.
    """
    if env.su:
        return
    companies = rooms.company_id - env.user.company_ids
    foreign = rooms.filtered(lambda room: room.company_id in companies)
    if foreign.with_context(active_test=False).exivo_rule_ids:
        raise AccessError(
            env._(
                "This would open doors of a company that you do not work for. Ask "
                "somebody who works there."
            )
        )


def check_communities(env, tags):
    """Let only people of the company of a community's doors say who its members are.

    :param Environment env: of whoever makes the change.
    :param tags: ``res.partner.category`` records whose members become others.
    :raise AccessError: a rule of a tag, or of one above it, belongs to another company;
        or only its members may book rooms of another company.
    """
    if env.su or not tags:
        return
    every = env(su=True, context={**env.context, "active_test": False})
    types = every["resource.booking.type"]
    types = types.search([("portal_category_ids", "in", tags.ids)])
    rules = every["exivo.access.rule"]
    rules = rules.search([("category_id", "parent_of", tags.ids)]).filtered(
        lambda rule: rule.with_children or rule.category_id in tags
    )
    foreign = (types.company_id | rules.company_id) - env.user.company_ids
    # nobody works for one that is archived: without doors it keeps nobody's members
    if foreign.filtered(lambda one: one.active or one._has_exivo_doors()):
        raise AccessError(
            env._(
                "Members of this community get into doors of a company that you do "
                "not work for. Ask somebody who works there."
            )
        )
