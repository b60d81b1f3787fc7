# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.serialise import serialise

#: A person may look at so many PINs within the time below: customers at their own,
#: staff at anybody's. Staff need more at a busy desk, yet nobody needs all of them.
CUSTOMER_LOOKS = 10
STAFF_LOOKS = 60
PERIOD = timedelta(hours=1)


class ExivoPinReveal(models.Model):
    """A row records who got to know the PIN of an access, and when (``create_date``).

    That is whoever looked at it, or whoever has fixed it. A row without an access is a
    fixed PIN that was typed: one look, however many accesses get it.
    """

    _name = "exivo.pin.reveal"
    _description = "Look at an Exivo PIN"
    _order = "id desc"
    _rec_name = "user_id"

    access_id = fields.Many2one(
        comodel_name="exivo.access",
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        index=True,
        help="The company of the access, or in which a fixed PIN was typed.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Seen by",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    is_by_fixing = fields.Boolean(
        string="Has Fixed It",
        readonly=True,
        help="It is known to whoever has fixed it; this is no look.",
    )

    @api.depends("access_id.company_id")
    def _compute_company_id(self):
        for look in self:
            look.company_id = look.access_id.company_id or look.company_id

    def _note_typing(self, company):
        """Note, and commit, that the current member of staff types a fixed PIN.

        Whoever is refused knows that somebody has it, so each counts, whatever becomes
        of it.

        :param company: the ``res.company`` in which it counts.
        :raise UserError: this person has looked at very many PINs of late.
        """
        with self.env.registry.cursor() as cr:
            looks = self.with_env(self.env(cr=cr))
            looks._check_staff_may_look()
            looks.sudo().create({"user_id": self.env.uid, "company_id": company.id})

    def _check_staff_may_look(self):
        """Check that the current member of staff may get to know another PIN.

        :raise UserError: this person has looked at very many PINs of late.
        """
        if self._has_looked_too_often(self.env.user, STAFF_LOOKS, or_typed=True):
            raise UserError(
                self.env._(
                    "You have looked at or typed very many PINs within an hour. Please "
                    "wait a while."
                )
            )

    def _has_looked_too_often(self, user, looks, or_typed=False):
        """Tell whether a person has to wait before they see another PIN.

        Looks of one person wait for one another, so that several at once do not pass
        the limit.

        :param user: the ``res.users`` who wants to look.
        :param int looks: how often they may within the period.
        :param bool or_typed: whether fixed PINs that they typed count as well.
        :rtype: bool
        """
        serialise(user)
        since = self.env.cr.now() - PERIOD  # the clock that rows are stamped with
        domain = [
            ("user_id", "=", user.id),
            ("create_date", ">", since),
            ("is_by_fixing", "=", False),
        ]
        if not or_typed:
            domain.append(("access_id", "!=", False))
        return self.sudo().search_count(domain, limit=looks) >= looks
