# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ExivoAccessHour(models.Model):
    """A rule opens its locks for some hours of a weekday, every week."""

    _name = "exivo.access.hour"
    _description = "Weekly Hours of an Exivo Rule"
    _order = "weekday, hour_from, id"
    _rec_name = "weekday"

    rule_id = fields.Many2one(
        comodel_name="exivo.access.rule",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    weekday = fields.Selection(
        selection=WEEKDAYS,
        required=True,
        default="0",
    )
    hour_from = fields.Float(string="From", required=True, default=8)
    hour_to = fields.Float(string="To", required=True, default=18)

    _hours_in_order = models.Constraint(
        "CHECK(0 <= hour_from AND hour_from < hour_to AND hour_to <= 24)",
        "Hours must lie within a day, and begin before they end. For hours beyond "
        "midnight, add a line for the next day.",
    )

    def _as_minutes(self):
        """Return the weekday, and the hours from and to as minutes of the day.

        :rtype: tuple[int, int, int]
        """
        self.ensure_one()
        return int(self.weekday), round(self.hour_from * 60), round(self.hour_to * 60)
