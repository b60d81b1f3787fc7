# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Communities whose members have standing access."""

from .common import ExivoCase


class MemberCase(ExivoCase):
    """A tag *Members*, whose rule opens the entrance, and a tag *Club* without one."""

    #: of the rules that are made
    method = "link"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.members, cls.club = cls.env["res.partner.category"].create(
            [{"name": "Members"}, {"name": "Club"}]
        )
        cls.member_rule = cls.create_rule(cls.members, cls.entrance)
        cls.env.cr.flush()

    @classmethod
    def create_rule(cls, category, locks, **vals):
        return cls.env["exivo.access.rule"].create(
            {
                "category_id": category.id,
                "lock_ids": [(6, 0, locks.ids)],
                "method": cls.method,
                **vals,
            }
        )
