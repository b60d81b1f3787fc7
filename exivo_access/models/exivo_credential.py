# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import secrets
from datetime import timezone

from odoo import api, fields, models

from .. import api as exivo
from .. import reconcile
from ..secret_char import SecretChar


class ExivoCredential(models.Model):
    """The thing at Exivo that keeps a promise: for now always a *visit*.

    What it opens, when, and with which PIN never changes; it is replaced. Its life::

        creating -> live -> revoking -> revoked
            |         `-> expired
            `-> void (we know that nothing came into being)

    ``token`` is part of the visit's name at Exivo: by it a visit is found again when
    we do not know whether a creation went through.
    """

    _name = "exivo.credential"
    _inherit = ["exivo.pin.mixin"]
    _description = "Exivo Credential"
    _order = "id desc"
    _rec_name = "token"

    access_id = fields.Many2one(
        comodel_name="exivo.access",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    site_id = fields.Many2one(
        comodel_name="exivo.site", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    state = fields.Selection(
        selection=[
            ("creating", "Being created"),
            ("live", "Live"),
            ("revoking", "Being revoked"),
            ("revoked", "Revoked"),
            ("expired", "Expired"),
            ("void", "Never made"),
        ],
        default="creating",
        required=True,
        readonly=True,
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._default_token(),
    )
    remote_id = fields.Char(
        string="ID at Exivo", readonly=True, copy=False, index="btree_not_null"
    )
    start = fields.Datetime(string="From", required=True, readonly=True)
    stop = fields.Datetime(string="Until", required=True, readonly=True)
    lock_ids = fields.Many2many(
        comodel_name="exivo.lock",
        string="Locks",
        readonly=True,
        context={"active_test": False},
    )
    pin = SecretChar(string="PIN", readonly=True, copy=False, groups=fields.NO_ACCESS)
    pin_number = fields.Integer(
        readonly=True, copy=False, help="Which of the PINs of its access this is."
    )
    link = SecretChar(readonly=True, copy=False, groups=fields.NO_ACCESS)
    lease = fields.Datetime(
        readonly=True,
        copy=False,
        help="Until then somebody is at work on it; after that its outcome is unknown.",
    )
    revoked_at = fields.Datetime(readonly=True, copy=False)

    _token_unique = models.Constraint("UNIQUE(token)", "A token is used only once.")
    _one_creation = models.UniqueIndex(
        "(access_id) WHERE state = 'creating'",
        "There is already a credential being created for this access.",
    )

    _revoking_idx = models.Index("(access_id) WHERE state = 'revoking'")

    @api.model
    def _default_token(self):
        return self._get_mark() + secrets.token_hex(8)

    @api.model
    def _get_mark(self):
        """What all tokens of this database begin with.

        It tells our visits from those of another database, such as a test system that
        works at the same site.

        :rtype: str
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid", "")
        return hashlib.sha256(uuid.encode()).hexdigest()[:6]

    def _get_facts(self):
        """This credential as the pure decision takes it.

        :rtype: reconcile.Credential
        """
        self.ensure_one()
        return reconcile.Credential(
            id=self.id,
            state=self.state,
            start=self.start,
            stop=self.stop,
            lock_ids=frozenset(self.lock_ids.ids),
            pin=str(self.pin_number),
            lease=self.lease or None,
            usable=self.state != "live" or self._fields["link"].is_filled(self),
        )

    def _get_visit_name(self):
        """The visitor's name at Exivo: a booking reference and our token, no person's.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.access_id.reference} {self.token}"

    def _get_visit_request(self):
        """This credential as it is ordered at Exivo.

        :rtype: exivo.VisitRequest
        """
        self.ensure_one()
        return exivo.VisitRequest(
            name=self._get_visit_name(),
            code=self.pin,
            valid_from=self.start.replace(tzinfo=timezone.utc),
            valid_to=self.stop.replace(tzinfo=timezone.utc),
            component_ids=tuple(self.lock_ids.mapped("remote_id")),
        )

    def _end(self, state):
        """Nothing of it is alive at Exivo any more.

        :param str state: ``revoked``, ``expired`` or ``void``.
        """
        self.write(
            {
                "state": state,
                "lease": False,
                "revoked_at": fields.Datetime.now() if state == "revoked" else False,
            }
        )
