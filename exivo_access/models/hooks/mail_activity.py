# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailActivity(models.Model):
    """Staff, and nobody else, see to the activities of records that they may only read.

    Odoo asks for the same right to an activity as to what was written about its record;
    the latter stays as it was written.
    """

    _inherit = "mail.activity"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if not result or operation not in ("write", "unlink"):
            return result
        forbidden = result[0].filtered(
            lambda activity: not activity.sudo()._is_of_readable_alarm_record(self.env)
        )
        if not forbidden:
            return None
        return forbidden, lambda: forbidden._make_access_error(operation)

    def write(self, vals):
        """Override of `mail` to move no activity to where the user may make none.

        Odoo asks for no right to the record that it is moved to, shows its name, and
        writes in its chatter when the activity is done.
        """
        result = super().write(vals)
        if {"res_model_id", "res_model", "res_id"} & vals.keys():
            self.check_access("create")
        return result

    def _is_of_readable_alarm_record(self, env):
        """Tell whether it is about a record for alarms that somebody may read.

        :param odoo.api.Environment env: that person's.
        :rtype: bool
        """
        self.ensure_one()
        mixin = env.registry["exivo.alarm.mixin"]
        model = env.registry.get(self.res_model)
        if model is None or not issubclass(model, mixin):
            return False
        return env[self.res_model].browse(self.res_id).exists().has_access("read")
