# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A house whose members pay: memberships begin, end, are credited and renewed.

Who is a member is worked out here day by day, for one person after the other, and not
as the add-on does it.
"""

from datetime import timedelta

from till import Till

from odoo import fields
from odoo.fields import Command

#: The first and the last day of each membership that is sold, counted from the dawn.
SOLD = ((-30, 0), (0, 1), (1, 3), (2, 40))


class Club(Till):
    """What happens to memberships, and to the contacts who have them."""

    def __init__(self, *args):
        super().__init__(*args)
        with self.office.env() as env:
            self.products = [self._add_product(env, *days) for days in SOLD]
            self.cron = env.ref("exivo_access_membership.ir_cron_follow_memberships").id

    def _add_product(self, env, first, last):
        vals = {
            "name": "Some days",
            "type": "service",
            "list_price": 100,
            "taxes_id": False,
            "membership": True,
            "membership_date_from": self.dawn.date() + timedelta(days=first),
            "membership_date_to": self.dawn.date() + timedelta(days=last),
        }
        return env["product.product"].create(vals).id

    def begin(self):
        #: who was tagged by hand, by community
        self.by_hand = {one: set() for one in self.communities}
        #: memberships that staff have cancelled themselves
        self.thrown_out = set()
        with self.office.env() as env:
            self._get_people(env).write(
                {"free_member": False, "associate_member_id": False}
            )
            for number, category in enumerate(self._get_communities(env)):
                category.write(
                    {
                        "exivo_by_membership": number == 0,
                        "exivo_with_free": False,
                        "exivo_with_invoiced": False,
                        "exivo_product_ids": False,
                    }
                )
        super().begin()
        self.follow()

    def clear_up(self):
        self._forget_money()
        with self.office.env() as env:
            communities = self._get_communities(env)
            communities.exivo_by_membership = False
            communities.exivo_product_ids = False
            env["product.product"].browse(self.products).unlink()
            # a free member is one of the next house's community, too
            self._get_people(env).free_member = False
        super().clear_up()

    def _get_people(self, env):
        return env["res.partner"].browse(self.people)

    def _get_communities(self, env):
        return env["res.partner.category"].browse(self.communities)

    def _line(self, env, which):
        model, table = "membership.membership_line", "membership_membership_line"
        return self._pick(self._search(env, model, table), which)

    # === MEMBERSHIPS === #

    def buy(self, person, product, paid):
        """Staff invoice a membership, which may be paid at once."""
        with self._request() as env:
            partner = self._get_people(env)[person]
            product = env["product.product"].browse(self.products[product])
            invoice = partner.create_membership_invoice(product, 100)
            invoice.action_post()
            number = invoice.id
        if paid:
            with self._request() as env:
                wizard = env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=[number]
                )
                wizard.create({})._create_payments()

    def enter(self, person, product, state):
        """Staff enter a membership by hand, without an invoice."""
        with self._request() as env:
            product = env["product.product"].browse(self.products[product])
            env["membership.membership_line"].create(
                {
                    "partner_id": self.people[person],
                    "membership_id": product.id,
                    "member_price": 100,
                    "date_from": product.membership_date_from,
                    "date_to": product.membership_date_to,
                    "state": state,
                }
            )

    def end_membership(self, which, how):
        """Staff let a membership end today, throw a member out, or take it away."""
        with self._request() as env:
            line = self._line(env, which)
            if how == "cancel" and line:
                line.date_cancel = fields.Date.today()
            elif how == "throw out" and line:
                line.state = "canceled"
            elif line:
                line.unlink()
        if how == "throw out":
            self.thrown_out.update(line.ids)

    def set_free(self, person, is_free):
        """Somebody need not pay, or has to again."""
        with self._request() as env:
            self._get_people(env)[person].free_member = is_free

    def associate(self, person, other):
        """Somebody has the membership of somebody else, or their own again."""
        with self._request() as env:
            partner = self._get_people(env)[person]
            partner.associate_member_id = other != person and self.people[other]

    def choose(self, community, products, **values):
        """The administrator chooses which memberships count for a community."""
        chosen = [self.products[one] for one in products]
        values["exivo_product_ids"] = [(6, 0, chosen)]
        with self._request() as env:
            self._get_communities(env)[community].write(values)

    # === BY HAND === #

    def _change_membership(self, person, community, by_tag, command):
        number, category_id = self.people[person], self.communities[community]
        with self.office.env() as env:
            category = env["res.partner.category"].browse(category_id)
            is_tagged = number in category.partner_ids.ids
        super()._change_membership(person, community, by_tag, command)
        if command == Command.unlink:
            self.by_hand[category_id].discard(number)
        elif not is_tagged:
            self.by_hand[category_id].add(number)

    def keep_by_hand(self, person, community):
        """Staff let a member stay whatever becomes of the membership."""
        category = self.communities[community]
        domain = [("partner_id", "=", self.people[person])]
        with self._request() as env:
            rows = env["exivo.paid.member"].search(
                [*domain, ("category_id", "=", category)]
            )
            is_one = bool(rows)
            rows.action_keep_by_hand()
        if is_one:
            self.by_hand[category].add(self.people[person])

    def adopt(self, community):
        """Staff let memberships decide about those who were tagged by hand."""
        with self._request() as env:
            category = self._get_communities(env)[community]
            if not category.exivo_by_membership:
                return
            category.action_adopt_exivo_members()
            members = self._get_members(env, category)
        self.by_hand[category.id] -= members

    # === TIME === #

    def follow(self):
        """The add-on's own scheduled action runs."""
        with self.office.env() as env:
            env["ir.cron"].browse(self.cron).ir_actions_server_id.run()
            self.followed_on = self._get_today(env)

    def _get_today(self, env):
        return self._get_communities(env)[0]._get_exivo_today()

    def _run_woken(self):
        self.follow()
        super()._run_woken()

    # === THE END === #

    def calm_down(self):
        """As everywhere; and on the same day, tags follow without any action."""
        with self.office.env() as env:
            self._paid_is_paid(env)
            if self.followed_on == self._get_today(env):
                self._tags_follow(env)
        super().calm_down()

    def _come_to_rest(self):
        super()._come_to_rest()
        with self.office.env() as env:
            self._tags_follow(env)

    def _paid_is_paid(self, env):
        """Memberships are what their invoices are, less what was credited in full."""
        table = "membership_membership_line"
        for line in self._search(env, "membership.membership_line", table):
            invoice = line.account_invoice_id
            credits = invoice.reversal_move_ids.filtered(
                lambda one: one.state == "posted"
            )
            credited = sum(credits.mapped("amount_total"))
            if invoice.state == "posted" and (
                credited >= invoice.amount_total or invoice.payment_state == "reversed"
            ):
                assert line.state == "canceled"
            elif line.id in self.thrown_out:
                assert line.state == "canceled"
            elif invoice.state == "posted":
                is_paid = invoice.payment_state in ("paid", "in_payment")
                entries = invoice.line_ids.matched_credit_ids.credit_move_id.move_id
                states = set(entries.origin_payment_id.mapped("state"))
                is_paid &= states <= {"in_process", "paid"}
                is_paid &= set(entries.mapped("state")) <= {"posted"}
                assert line.state == ("paid" if is_paid else "invoiced")

    def _tags_follow(self, env):
        """Paid members have the tag, those who were tagged by hand, and nobody else."""
        for category in self._get_communities(env):
            wanted = set(self.by_hand[category.id])
            if category.exivo_by_membership:
                wanted |= self._get_members(env, category)
            assert set(category.partner_ids.ids) == wanted

    def _get_members(self, env, category):
        """The ids of those who have a membership today that counts."""
        return {
            partner.id
            for partner in self._get_people(env)
            if _is_member(category, partner)
        }


def _is_member(category, partner):
    while partner.associate_member_id:
        partner = partner.associate_member_id
    if partner.free_member and category.exivo_with_free:
        return True
    states = {"paid"}
    states |= {"free"} if category.exivo_with_free else set()
    states |= {"invoiced"} if category.exivo_with_invoiced else set()
    today = category._get_exivo_today()
    chosen = category.exivo_product_ids
    return any(
        line.state in states
        and line.date_from <= today <= (line.date_cancel or line.date_to)
        and today <= line.date_to
        and (not chosen or line.membership_id in chosen)
        for line in partner.member_line_ids
    )
