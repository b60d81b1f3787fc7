# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says who belongs to communities by a membership, and has their tags follow."""

from odoo import api, models
from odoo.fields import Command, Domain

from odoo.addons.exivo_access.models.hooks.companies import check_communities
from odoo.addons.exivo_access.tools.transactions import isolated

from ..pure.spans import get_last_day


class ExivoPaidMemberships(models.AbstractModel):
    """Compares memberships with tags. In superuser mode, but for the check.

    A contact who has a tag without a record of ``exivo.paid.member`` was tagged by
    hand, and is left alone.
    """

    _name = "exivo.paid.memberships"
    _description = "Exivo Paid Memberships"

    # === WHO IS A MEMBER === #

    @api.model
    def _get_communities(self):
        """Return the communities that follow memberships, archived ones as well.

        :rtype: res.partner.category
        """
        categories = self.env["res.partner.category"].sudo()
        return categories.with_context(active_test=False).search(
            [("exivo_by_membership", "=", True)]
        )

    @api.model
    def _get_members(self, category, heads=None):
        """Return who belongs to a community by a membership today.

        As in `membership`, whoever is associated with another member has the
        membership of that one, and none of their own.

        :param heads: contacts without an associated member; everybody if left out.
        :return: the last day by the id of the contact; False if there is no end.
        :rtype: dict[int, date | bool]
        """
        if not category.exivo_by_membership:
            return {}
        today = category._get_exivo_today()
        within = Domain.TRUE if heads is None else Domain("id", "in", heads.ids)
        alone = within & Domain("associate_member_id", "=", False)
        lines = self.env["membership.membership_line"].search(
            category._get_exivo_membership_domain(today)
            & Domain("partner_id", "any", alone)
        )
        days = {}
        for partner, theirs in lines.grouped("partner_id").items():
            last = get_last_day(map(get_span, theirs), today)
            if last:
                days[partner.id] = last
        if category.exivo_with_free:
            free = alone & Domain("free_member", "=", True)
            free &= Domain("company_id", "in", (False, category.exivo_seller_id.id))
            days.update(dict.fromkeys(self._search_contacts(free)._ids, False))
        return self._spread(days)

    @api.model
    def _get_heads(self, partner_ids):
        """Return whose membership decides about some contacts.

        :rtype: res.partner
        """
        contacts = seen = self._search_contacts([("id", "in", list(partner_ids))])
        while above := contacts.associate_member_id - seen:
            contacts = contacts.filtered(lambda one: not one.associate_member_id)
            contacts |= above
            seen |= above
        return contacts

    @api.model
    def _spread(self, values):
        """Give what some contacts have to all who are associated with them, too.

        :param dict values: by the id of a contact.
        :rtype: dict
        """
        everybody, level = dict(values), values
        while level:
            below = self._search_contacts(
                [
                    ("associate_member_id", "in", list(level)),
                    ("id", "not in", list(everybody)),
                ]
            )
            level = {one.id: level[one.associate_member_id.id] for one in below}
            everybody.update(level)
        return everybody

    @api.model
    def _search_contacts(self, domain):
        return self.env["res.partner"].with_context(active_test=False).search(domain)

    # === TAGS FOLLOW === #

    @api.model
    def _compare(self, category, partner_ids=None):
        """Compare the tags of a community with memberships.

        :param partner_ids: of contacts whose membership may have changed, with whom
            all are compared that depend on the same; everybody if left out.
        :return: the last day (or False) of all members by the id of the contact, the
            ``exivo.paid.member`` records, and the ids of all who have the tag.
        :rtype: tuple[dict, exivo.paid.member, set]
        """
        heads, of_them, with_tag = None, Domain.TRUE, Domain.TRUE
        if partner_ids is not None:
            heads = self._get_heads(partner_ids)
            ids = list(self._spread(dict.fromkeys(heads._ids)))
            of_them, with_tag = Domain("partner_id", "in", ids), Domain("id", "in", ids)
        days = self._get_members(category, heads)
        rows = self.env["exivo.paid.member"].search(
            of_them & Domain("category_id", "=", category.id)
        )
        with_tag &= Domain("category_id", "in", category.ids)
        return days, rows, set(self._search_contacts(with_tag)._ids)

    @api.model
    def _follow(self, categories, partner_ids=None):
        """Give and take tags of communities as memberships want it. Idempotent.

        :param partner_ids: see :meth:`_compare`.
        """
        for category in categories:
            days, rows, tagged = self._compare(category, partner_ids)
            staying = rows.filtered(lambda one, days=days: one.partner_id.id in days)
            (rows - staying)._leave()
            # from some of them somebody has taken the tag
            category._tag_exivo_members(Command.link, list(days.keys() - tagged))
            new = days.keys() - tagged - {*staying.partner_id.ids}
            self._remember(category, {number: days[number] for number in new})
            for row in staying:
                if row.stop != days[row.partner_id.id]:
                    row.stop = days[row.partner_id.id]

    @api.model
    def _adopt(self, category):
        """Have memberships decide about those who were tagged by hand and have one."""
        days = self._get_members(category)
        by_hand = category._search_exivo_by_hand() & days.keys()
        self._remember(category, {number: days[number] for number in by_hand})

    @api.model
    def _remember(self, category, days):
        self.env["exivo.paid.member"].create(
            [
                {"category_id": category.id, "partner_id": number, "stop": day}
                for number, day in days.items()
            ]
        )

    @api.model
    def _cron_follow(self):
        """Entry point of the scheduled action: memberships begin and end by the day."""
        self._follow_all()
        self.env["exivo.paid.member"]._tell_in_time()

    @api.model
    def _follow_all(self):
        """Follow the memberships of all communities, in a scheduled action."""
        for category in self._get_communities():
            isolated(self.env, self._follow, category)

    # === WHO MAY === #

    @api.model
    def _check(self, partners):
        """Let only people of the company of a community's doors make members by hand.

        As with tags. Whoever sells memberships for that company is not asked.

        :param partners: contacts whose membership somebody has just changed by hand.
        :raise AccessError: a community's doors belong to another company.
        """
        memberships = self.sudo()
        if partners and not self.env.su:
            communities = memberships._get_communities().filtered(
                lambda one: memberships._changes_by(one, partners.ids)
            )
            check_communities(self.env, communities)

    @api.model
    def _changes_by(self, category, partner_ids):
        """Tell whether tags are still to follow the memberships of some contacts."""
        days, rows, tagged = self._compare(category, partner_ids)
        return bool(days.keys() - tagged) or any(
            row.stop != days.get(row.partner_id.id) for row in rows
        )


def get_span(line):
    """Return the first and the last day of a membership."""
    return line.date_from, min(line.date_to, line.date_cancel or line.date_to)
