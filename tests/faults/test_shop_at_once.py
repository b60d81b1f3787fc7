# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two people pay at the same moment, and neither waits for the other."""

import pytest
from club import Club
from playing import at_dawn


@pytest.fixture
def club(shop_registry, simulator_with_memory):
    with at_dawn(Club, shop_registry, simulator_with_memory) as club:
        club.begin()
        yield club


def enter(club, env, person):
    """Enter a paid membership, up to the point where it is committed."""
    env.cr.execute("SET LOCAL lock_timeout = '2s'")
    product = env["product.product"].browse(club.products[1])
    env["membership.membership_line"].create(
        {
            "partner_id": club.people[person],
            "membership_id": product.id,
            "member_price": 100,
            "date_from": product.membership_date_from,
            "date_to": product.membership_date_to,
            "state": "paid",
        }
    )
    env.cr.flush()


def test_two_who_become_members_of_a_community_at_once_both_do(club):
    with club.office.env() as env, club.office.env() as other_env:
        enter(club, env, 0)
        enter(club, other_env, 1)
    with club.office.env() as env:
        category = env["res.partner.category"].browse(club.communities[0])
        assert set(category.partner_ids.ids) == set(club.people[:2])
