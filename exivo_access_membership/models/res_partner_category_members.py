# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says who belongs to communities by a membership, and has their tags follow."""

from odoo import models
from odoo.fields import Command, Domain

from odoo.addons.exivo_access.models.plan.collector import BOOKED_MEANWHILE
from odoo.addons.exivo_access.tools.transactions import isolated, together_or_each

from ..pure.spans import get_last_day


class ResPartnerCategory(models.Model):
    """Compares memberships with tags, in superuser mode.

    A contact who has a tag without a record of ``exivo.paid.member`` was tagged by
    hand, and is left alone.
    """

    _inherit = "res.partner.category"

    def _get_exivo_communities(self):
        """Return the communities that follow memberships, archived ones as well.

        :return: in superuser mode.
        :rtype: res.partner.category
        """
        categories = self.sudo().with_context(active_test=False)
        return categories.search([("exivo_by_membership", "=", True)])

    # === WHO IS A MEMBER === #

    def _get_exivo_members(self, within=Domain.TRUE):
        """Return who belongs to the community by a membership today.

        As in `membership`, whoever is associated with another member has the
        membership of that one, and none of their own.

        :param Domain within: of the contacts to look at, together with all whose
            membership decides about them.
        :return: the last day by the id of the contact; False if there is no end.
        :rtype: dict[int, date | bool]
        """
        if not self.exivo_by_membership:
            return {}
        today = self._get_exivo_today()
        alone = within & Domain("associate_member_id", "=", False)
        lines = self.env["membership.membership_line"].search(
            self._get_exivo_membership_domain(today)
            & Domain("partner_id", "any", alone)
        )
        days = {
            partner.id: last
            for partner, theirs in lines.grouped("partner_id").items()
            if (last := get_last_day((one._get_exivo_span() for one in theirs), today))
        }
        partners = self.env["res.partner"].with_context(active_test=False)
        if self.exivo_with_free:
            free = alone & Domain("free_member", "=", True)
            free &= self._get_exivo_sellers_domain()
            days.update(dict.fromkeys(partners.search(free)._ids, False))
        below = partners.search(
            [
                ("associate_member_id", "child_of", list(days)),
                ("associate_member_id", "!=", False),
            ]
        )
        return days | {one.id: days[one._get_exivo_heads().id] for one in below}

    # === TAGS FOLLOW === #

    def _follow_exivo(self, contacts=None, adopting=False):
        """Give and take tags as memberships want it. Idempotent.

        :param contacts: whose membership may have changed, with whom all are compared
            that depend on the same; everybody if left out.
        :param bool adopting: let memberships also decide about those who were tagged by
            hand and have one.
        :return: the communities whose members have changed.
        :rtype: res.partner.category
        """
        changed = self.browse()
        partners = self.env["res.partner"].with_context(active_test=False)
        within = Domain.TRUE
        if contacts is not None and self:
            there = partners.browse(contacts.ids).exists()
            heads = there._get_exivo_heads()
            below = partners.search([("associate_member_id", "child_of", heads.ids)])
            within = Domain("id", "in", (there | below).ids)
        for category in self:
            theirs = Domain("category_id", "=", category.id)
            rows = self.env["exivo.paid.member"].with_context(active_test=False)
            rows = rows.search(theirs & Domain("partner_id", "any", within))
            days = category._get_exivo_members(within)
            staying = rows.filtered_domain([("partner_id", "in", list(days))])
            leaving = rows - staying
            leaving._leave()
            # from some of them somebody has taken the tag
            untagged = days.keys() - {*partners.search(within & theirs)._ids}
            category._tag_exivo_members(Command.link, list(untagged))
            new = (days.keys() if adopting else untagged) - {*staying.partner_id.ids}
            back = staying.create(
                [
                    {
                        "category_id": category.id,
                        "partner_id": one.id,
                        "stop": days[one.id],
                        "told_stop": category in one.exivo_told_category_ids
                        and one.exivo_told_stop,
                    }
                    for one in partners.browse(new)
                ]
            ).filtered("told_stop")
            # the mail is gone: who is renewed by itself was asked for nothing
            for row in back:
                row.told_as_renewed = row._is_being_renewed()
            moved = staying.browse(
                one.id for one in staying if one.stop != days[one.partner_id.id]
            )
            # who was told, renewed and loses the renewal has to be told again
            told = moved.partner_id.filtered("exivo_told_stop")
            told.write({"exivo_told_category_ids": [Command.unlink(category.id)]})
            for row in moved:
                row.write({"stop": days[row.partner_id.id], "told_stop": False})
            if leaving or untagged or new or moved:
                changed |= category
        return changed

    def _follow_all_exivo(self):
        """Follow the memberships of all communities, in a scheduled action."""
        for category in self._get_exivo_communities():
            isolated(self.env, type(self)._follow_exivo_apart, category)

    def _follow_exivo_apart(self):
        """Follow a community's memberships; who is broken, or held, keeps no other."""
        if not together_or_each(self._follow_exivo, self._find_exivo_changing()):
            self.env["exivo.collector"]._plan_again_soon(BOOKED_MEANWHILE[:1])

    def _find_exivo_changing(self):
        """Return who has a tag, or a last day, that is not what the membership wants.

        :rtype: res.partner
        """
        partners = self.env["res.partner"].with_context(active_test=False)
        tagged = {*partners.search([("category_id", "=", self.id)])._ids}
        rows = self.env["exivo.paid.member"].search([("category_id", "=", self.id)])
        there = {
            one.partner_id.id: (one.stop, one.partner_id.id in tagged) for one in rows
        }
        days = self._get_exivo_members()
        wanted = {partner_id: (day, True) for partner_id, day in days.items()}
        by_hand = tagged - there.keys()
        return partners.browse(
            one
            for one in (there.keys() | wanted.keys()) - by_hand
            if there.get(one) != wanted.get(one)
        )
