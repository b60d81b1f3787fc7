# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.notice import answer


class BaseModuleUninstall(models.TransientModel):
    """Uninstalling forgets what opens doors: this says so, and takes it away first."""

    _inherit = "base.module.uninstall"

    exivo_alive_count = fields.Integer(compute="_compute_exivo_alive_count")
    exivo_leave_alive = fields.Boolean(
        string="Leave them. They open their doors until they end, and only Exivo can "
        "take them away; installed again, this add-on does so once the site is "
        "verified.",
    )

    def _get_models(self):
        """Override of `base` to leave out our mixins: they hold no documents."""
        listed = super()._get_models()
        return listed.filtered(
            lambda one: not (one.abstract and one.model.startswith("exivo."))
        )

    @api.depends("module_ids")
    def _compute_exivo_alive_count(self):
        for wizard in self:
            leaves = "exivo_access" in wizard._get_modules().mapped("name")
            wizard.exivo_alive_count = leaves and (
                self.env["exivo.credential"].sudo()._count_alive()
            )

    def action_exivo_take_away(self):
        """Take every access away at Exivo, and every rule that would make new ones.

        :return: a notification for the user.
        :rtype: dict
        :raise AccessError: the user may not uninstall.
        """
        self.check_access("write")
        self.env["exivo.access.rule"].sudo()._archive_all()
        accesses, options = self.env["exivo.access"], {"sticky": True}
        if accesses.has_access("read"):
            context = {"search_default_current": 1}  # of all days, of members, too
            options["next"] = {**accesses._action_for([]), "context": context}
        text = self.env._(
            "All rules are archived, and the accesses are being taken away. Their "
            "holders are told. Uninstall once none is left: see Exivo, Accesses, with "
            "Now or later as the only filter."
        )
        return answer(text, "info", **options)

    def action_uninstall(self):
        """Override of `base` to go on if somebody has decided to leave accesses."""
        return super(
            BaseModuleUninstall,
            self.with_context(exivo_leave_alive=self.exivo_leave_alive),
        ).action_uninstall()
