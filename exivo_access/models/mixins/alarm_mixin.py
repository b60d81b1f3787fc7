# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ExivoAlarmMixin(models.AbstractModel):
    """Alarms can be raised on records of this kind (see ``exivo.alarm``).

    Activities need a thread in Odoo, which is told who does them, and when they are
    done. Staff may not write these records, and yet write about them and see to their
    activities (``mail.activity``): reading them is enough for that.
    """

    _name = "exivo.alarm.mixin"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Exivo Alarm Mixin"
    _mail_post_access = "read"
