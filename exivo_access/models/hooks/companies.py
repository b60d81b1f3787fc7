# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps people from giving away doors of companies that they do not work for."""

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
    rules_by_resource = env["exivo.access.rule"]._get_rules_by_resource()
    foreign = rooms.company_id - env.user.company_ids
    if any(
        room.company_id in foreign and room.id in rules_by_resource for room in rooms
    ):
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
    types = env["resource.booking.type"].sudo()
    companies = types.search([("portal_category_ids", "in", tags.ids)]).company_id
    rules = env["exivo.access.rule"].sudo()
    if rules._has_community_rules():
        rules = rules.search([("category_id", "parent_of", tags.ids)]).filtered(
            lambda rule: rule.with_children or rule.category_id in tags
        )
        companies |= rules.company_id
    if companies - env.user.company_ids:
        raise AccessError(
            env._(
                "Members of this community get into doors of a company that you do "
                "not work for. Ask somebody who works there."
            )
        )
