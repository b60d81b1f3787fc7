# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ExivoOpenDoor(models.TransientModel):
    """Asks staff which door they want to open from afar, and opens it."""

    _name = "exivo.open.door"
    _description = "Open an Exivo Door"

    access_id = fields.Many2one(comodel_name="exivo.access")
    allowed_lock_ids = fields.Many2many(
        comodel_name="exivo.lock", compute="_compute_allowed_lock_ids"
    )
    lock_id = fields.Many2one(
        comodel_name="exivo.lock",
        string="Door",
        compute="_compute_lock_id",
        compute_sudo=False,
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        domain="[('id', 'in', allowed_lock_ids)]",
    )

    is_not_ready = fields.Boolean(compute="_compute_is_not_ready")

    @api.constrains("access_id")
    def _check_may_see(self):
        """Check that the user may see the access: its locks are offered.

        :raise AccessError: the user may not.
        """
        self.access_id.sudo(False).check_access("read")

    def _check_exivo_named(self):
        """Override to ask for the door, too: it is computed, and people choose it."""
        self.lock_id._origin.sudo(False).check_access("read")
        return super()._check_exivo_named()

    @api.depends("access_id")
    def _compute_allowed_lock_ids(self):
        for wizard in self:
            wizard.allowed_lock_ids = wizard.access_id.lock_ids._filter_remote_opening()

    @api.depends("access_id")
    def _compute_lock_id(self):
        for wizard in self:
            ready_first = wizard.allowed_lock_ids._origin.sorted(
                lambda lock: not lock.is_ready
            )
            wizard.lock_id = wizard.lock_id or ready_first[:1]

    @api.depends("lock_id")
    def _compute_is_not_ready(self):
        for wizard in self:
            wizard.is_not_ready = wizard.lock_id and not wizard.lock_id.is_ready

    def action_open(self):
        """Open the door; only one that the user may see, and one of the access.

        :return: a notification for the user.
        :rtype: dict
        """
        self.ensure_one()
        self.access_id.check_access("read")
        lock = self.lock_id
        lock.check_access("read")
        if self.access_id:
            lock &= self.access_id.lock_ids
        lock.ensure_one()
        return lock._open_by_staff(self.access_id)
