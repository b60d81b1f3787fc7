# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, models


class ExivoFirstStepsMixin(models.AbstractModel):
    """An empty list leads on to the next step, as long as the sites are not set up."""

    _name = "exivo.first.steps.mixin"
    _description = "Exivo First Steps Mixin"

    @api.model
    def get_empty_list_help(self, help_message):
        """Override to say first what is missing before anything can be listed here."""
        sites = self.env["exivo.site"].sudo(False)  # actions are read by the superuser
        if not sites.has_access("read") or sites._is_set_up():
            return super().get_empty_list_help(help_message)
        # The client keeps this text for a while, also when all is set up: so it says
        # nothing that would be wrong then, and the link finds out where to go.
        if self.env.user.has_group("exivo_access.group_manager"):
            way = Markup(
                "<a class='btn btn-primary o_exivo_first_steps'"
                " href='/odoo/action-exivo_access.exivo_next_step_action'>%s</a>"
            ) % self.env._("Go on with setting up")
        else:
            way = self.env._("A manager of Exivo does that.")
        return Markup(
            "<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p><p>%s</p>"
        ) % (
            self.env._("There is nothing here yet"),
            self.env._(
                "It begins with setting up: a site is connected, its locks are "
                "fetched, and a rule says which room opens which locks."
            ),
            way,
        )
