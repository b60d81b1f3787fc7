# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IrCronProgress(models.Model):
    """Odoo's account of a run also says what the run has left to the next one.

    Odoo asks a scheduled action to stop after ten seconds, and runs it again for what
    is left. Whoever then begins with the first one anew never comes to the last.
    """

    _inherit = "ir.cron.progress"

    exivo_left = fields.Json(
        readonly=True, help="From where the next run of the scheduled action goes on."
    )

    def _take_over_exivo(self):
        """Return what the last run has left, and leave the next one the same for now.

        :return: what was given to :meth:`_leave_exivo`, None if all was reached.
        """
        run = self._get_exivo_run()
        last = run.search(
            [("cron_id", "=", run.cron_id.id), ("id", "<", run.id)],
            order="id desc",
            limit=1,
        )
        self._leave_exivo(last.exivo_left)
        return last.exivo_left or None

    def _leave_exivo(self, left):
        """Leave something to the next run.

        :param left: what can be kept as JSON; nothing once all was reached.
        """
        self._get_exivo_run().exivo_left = left or False

    def _get_exivo_run(self):
        """Return the run that is going on; none if it is not the scheduler's."""
        return self.sudo().browse(self.env.context.get("ir_cron_progress_id"))
