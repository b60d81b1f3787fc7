# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import api, fields, models


class ExivoOpening(models.Model):
    """An opening records that somebody opened a door from Odoo.

    It says who, when (``create_date``), which door, and how it went. The row is there
    before Exivo is asked, so nothing that may open a door goes unrecorded. What stays
    *unclear* may have opened.
    """

    _name = "exivo.opening"
    _description = "Exivo Opening of a Door"
    _order = "id desc"

    lock_id = fields.Many2one(
        comodel_name="exivo.lock", required=True, readonly=True, ondelete="restrict"
    )
    site_id = fields.Many2one(related="lock_id.site_id", store=True, index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Opened by",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    access_id = fields.Many2one(
        comodel_name="exivo.access",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._default_token(),
        help="By it the event is found in Exivo's log.",
    )
    form_token = fields.Char(
        readonly=True,
        copy=False,
        help="Of the form that was sent: sent twice, it opens once.",
    )
    outcome = fields.Selection(
        selection=[
            ("unclear", "May have opened"),
            ("accepted", "Taken by Exivo"),
            ("refused", "Refused"),
        ],
        default="unclear",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)

    _token_unique = models.Constraint("UNIQUE(token)", "A token is used only once.")
    _form_once = models.Constraint(
        "UNIQUE(user_id, form_token)", "A form opens a door only once."
    )

    @api.depends("user_id", "lock_id")
    def _compute_display_name(self):
        for opening in self:
            opening.display_name = (
                opening.user_id.display_name or opening.lock_id.display_name
            )

    @api.model
    def _default_token(self):
        return self.env["exivo.credential"]._get_mark() + secrets.token_hex(8)

    def _get_reference(self):
        """Return what Exivo's log shows: the booking and our token, no person.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.access_id.reference or 'Odoo'} {self.token}"
