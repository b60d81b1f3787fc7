# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from typing import Any, NamedTuple

from odoo import fields, models

#: Troubles are looked for so often without being asked to.
INTERVAL = timedelta(minutes=15)
#: Whoever has to do something before a start has at least an hour for it.
IMMINENT = timedelta(hours=1) + INTERVAL
#: A standing access may take so long: it may be one of ten thousand.
STANDING_PATIENCE = timedelta(hours=4)


class Known(NamedTuple):
    """Staff know of these troubles."""

    #: records that staff have been told of, now or before
    told: Any
    #: those of them that staff are told of now
    news: Any


class ExivoTrouble(models.Model):
    """A trouble is something that is amiss, and its row lasts for as long as it is.

    Thanks to these rows staff are told once: an alarm that somebody marks done is gone,
    while its trouble stays. Nobody else writes them.
    """

    _name = "exivo.trouble"
    _description = "Exivo Trouble"
    _rec_name = "kind"

    kind = fields.Char(required=True, readonly=True, help="See the kinds of troubles.")
    res_id = fields.Integer(
        string="Record", required=True, readonly=True, help="Its model goes by kind."
    )
    since = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it was first seen.",
    )
    told = fields.Boolean(readonly=True, help="Whether staff have been told.")

    _once = models.UniqueIndex("(kind, res_id)", "A trouble is noted only once.")

    def _note(self, kind, records, pressing, patience):
        """Bring the troubles of a kind in line with what is amiss now.

        :param str kind: see ``KINDS``.
        :param records: what is amiss, all of one model.
        :param pressing: those of them that staff are told of at once.
        :param timedelta patience: how long the others may last untold.
        :rtype: Known
        """
        troubles = self.search([("kind", "=", kind)])
        amiss, at_once = {*records.ids}, {*pressing.ids}
        over = troubles.filtered(lambda one: one.res_id not in amiss)
        over.unlink()
        troubles -= over
        noted = {*troubles.mapped("res_id")}
        troubles += self.create(
            [
                {"kind": kind, "res_id": record_id}
                for record_id in records.ids
                if record_id not in noted
            ]
        )
        latest = fields.Datetime.now() - patience
        news = troubles.filtered(
            lambda one: (
                not one.told and (one.res_id in at_once or one.since <= latest)
            )
        )
        news.told = True
        told = troubles.filtered("told")
        return Known(
            told=records & records.browse(told.mapped("res_id")),
            news=records & records.browse(news.mapped("res_id")),
        )
