# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random

from odoo import fields, models
from odoo.fields import Domain

from ... import adapters
from ...pure import reconcile

#: Separates the token from a number, for another thing that came of the same order.
DOUBLE = "."


class ExivoCredential(models.Model):
    """A credential is looked at once more at certain moments, without any change.

    An answer is not final: an order that had no answer may be carried out late, or
    twice, and what Exivo does not know may live all the same. And what we believe to be
    live may have gone since, so Exivo is asked once more before the start.
    """

    _inherit = "exivo.credential"

    look_again_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="There was no answer when it was requested, or Exivo did not know it: "
        "then it is looked for again, and what is too much of it is taken away.",
    )
    looks_again = fields.Integer(
        readonly=True, copy=False, help="How often it was looked for again."
    )
    ask_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it is asked, once before its start, whether it is still there.",
    )

    _look_again_idx = models.Index("(look_again_at) WHERE look_again_at IS NOT NULL")
    _asked_idx = models.Index("(start) WHERE ask_at IS NOT NULL")

    def _is_looked_for(self):
        """Tell whether something of it may still come into being, or live unnoticed.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.filtered_domain(self._get_looked_for_domain()))

    def _get_moment_to_look_again(self):
        """Return when it is to be looked for; what is being revoked goes by itself.

        :rtype: datetime | None
        """
        self.ensure_one()
        goes = self.state == "revoking" and not self._came_back()
        return None if goes else self.look_again_at or None

    def _came_back(self):
        """Tell whether Exivo has denied to know it, and has listed it since.

        A list is the last word on it then; for a person it never is, since lists find
        persons by what somebody may have written over.

        :rtype: bool
        """
        self.ensure_one()
        is_owed_again = self.state == "revoking" and bool(self.revoked_at)
        return is_owed_again and self.kind != adapters.PERSON

    def _get_looked_for_domain(self):
        """Return the domain of what :meth:`_is_looked_for`."""
        return Domain("look_again_at", "!=", False) & Domain(
            "stop", ">", fields.Datetime.now()
        )

    def _get_asking_vals(self, start):
        """Return the moment at which a credential that is made now is asked for again.

        :param datetime start: naive UTC.
        :rtype: dict
        """
        now = fields.Datetime.now()
        return {"ask_at": reconcile.get_asking_moment(start, now, random.uniform)}

    def _note_looked(self, looks):
        """Note that it was looked for at Exivo.

        Plan to look again, unless that was enough.

        :param int looks: how often that was done since an answer that may be wrong.
        """
        self.ensure_one()
        moment = reconcile.get_next_look_again(looks, fields.Datetime.now())
        self.write({"looks_again": looks, "look_again_at": moment})

    def _take_in(self, grants):
        """Have everything revoked that lives by this order without a row of its own.

        Each such thing gets a row, so that it is not lost sight of until Exivo has
        confirmed that it is gone.

        :param list[adapters.Grant] grants: all that live under the token.
        """
        self.ensure_one()
        rows = self.access_id.credential_ids.filtered(lambda one: one.kind == self.kind)
        for grant in grants:
            row = rows.filtered(lambda one, grant=grant: one.remote_id == grant.id)[:1]
            if not row:
                row = self if not self.remote_id else self._create_double()
                row.remote_id = grant.id
                rows |= row
            if row.state not in reconcile.OPEN_STATES:
                row._change_state("revoking", lease=False)

    def _create_double(self):
        """Create the row of another thing that came of the same order and has to go.

        :rtype: exivo.credential
        """
        number = len(self.access_id.credential_ids) + 1
        token = f"{self.token}{DOUBLE}{number}"
        return self.copy({"token": token, "state": "revoking"})

    def _get_ordered_token(self):
        """Return the token by which it is found at the lock system.

        :rtype: str
        """
        self.ensure_one()
        return self.token.partition(DOUBLE)[0]
