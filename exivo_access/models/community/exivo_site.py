# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.period import FOREVER


class ExivoSite(models.Model):
    """A site says how long the links of standing accesses last, in its own time."""

    _inherit = "exivo.site"

    standing_days = fields.Integer(
        string="Links of Members Last (Days)",
        default=30,
        required=True,
        help="A link needs an end. That of a member is renewed for as long as the "
        "membership lasts.",
    )
    renew_days = fields.Integer(
        string="Renewed Before (Days)",
        default=5,
        required=True,
        help="How many days before its end the link of a member is renewed, and the "
        "new one is mailed.",
    )

    names_at_exivo = fields.Boolean(
        string="Names of Members at Exivo",
        default=True,
        help="Persons with an access group have the name, e-mail and phone of the "
        "contact at Exivo, so that whoever looks after the doors there knows whose a "
        "lost key is. Otherwise they have a reference only, such as M00042.",
    )

    @api.constrains("standing_days", "renew_days")
    def _check_standing_days(self):
        for site in self:
            if not 1 <= site.renew_days < site.standing_days:
                raise ValidationError(
                    self.env._(
                        "Links of members must be renewed at least one day before "
                        "their end, and last longer than that."
                    )
                )

    def _get_tz(self):
        """Return the zone of the site: as Exivo tells it, else that of its company.

        :return: the name of a zone.
        :rtype: str
        """
        self.ensure_one()
        known = pytz.all_timezones_set
        zones = self.remote_tz, self.company_id.partner_id.tz
        return next((zone for zone in zones if zone in known), "UTC")

    def _get_end_of_day(self, day):
        """Return the midnight at which a day ends at the site.

        :param date day: a day there; other systems write the year 9999 for no end.
        :return: naive UTC.
        :rtype: datetime
        """
        self.ensure_one()
        if day >= FOREVER.date():
            return FOREVER
        midnight = datetime.combine(day + timedelta(days=1), time.min)
        zone = pytz.timezone(self._get_tz())
        return zone.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)

    def _get_horizon(self):
        """Return until when a member's link lasts that is made now, in whole days.

        :return: naive UTC.
        :rtype: datetime
        """
        self.ensure_one()
        now = pytz.utc.localize(fields.Datetime.now())
        today = now.astimezone(pytz.timezone(self._get_tz())).date()
        return self._get_end_of_day(today + timedelta(days=self.standing_days))
