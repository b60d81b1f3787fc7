# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import secrets
from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import adapters
from ...pure import reconcile
from ...tools.secret_char import SecretChar
from ..site.exivo_site import SYSTEMS


class ExivoCredential(models.Model):
    """A credential is what keeps a promise at the lock system, such as a visit.

    What it opens, when, and with which PIN never changes: it is replaced instead. Its
    life: see ``pure/reconcile.py``.

    ``token`` goes along with the order. It finds the thing again when we do not know
    whether a creation went through.
    """

    _name = "exivo.credential"
    _inherit = [
        "exivo.pin.mixin",
    ]
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
    system = fields.Selection(
        selection=SYSTEMS,
        default="exivo",
        required=True,
        readonly=True,
        help="The lock system that holds it.",
    )
    kind = fields.Selection(
        selection=[
            (adapters.VISIT, "Visit"),
            (adapters.KEY, "Key in the App"),
            (adapters.PERSON, "Person"),
        ],
        default=adapters.VISIT,
        required=True,
        readonly=True,
        help="What it is at the lock system.",
    )
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
    rights = fields.Json(readonly=True)
    holder_digest = fields.Char(readonly=True)
    app_recipient = fields.Char(
        string="Key Sent To",
        readonly=True,
        copy=False,
        help="The phone number or the e-mail address that the key went to.",
    )
    is_changed = fields.Boolean(
        string="Changed at Exivo",
        readonly=True,
        help="Somebody changed there what it opens, so it is replaced.",
    )
    is_lacking = fields.Boolean(
        string="Opens Less Than It Should",
        readonly=True,
        help="Doors or the PIN were taken away there. It stays until it is replaced.",
    )
    confirmed = fields.Boolean(
        string="Is Confirmed",
        default=True,
        readonly=True,
        copy=False,
        help="Whether the lock system says that it is there. A key in an app is only "
        "requested at first.",
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
    made_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it was first known to be at the lock system.",
    )
    revoked_at = fields.Datetime(readonly=True, copy=False)

    _token_unique = models.Constraint("UNIQUE(token)", "A token is used only once.")
    _one_creation = models.UniqueIndex(
        "(access_id) WHERE state = 'creating'",
        "There is already a credential being created for this access.",
    )

    # A PIN that opens doors is nobody else's, whatever its access wants by now.
    _pin_digest_idx = models.Index("(pin_digest) WHERE pin_digest IS NOT NULL")
    _logged_id_idx = models.Index("(split_part(remote_id, '/', 1))")
    _revoking_idx = models.Index("(access_id) WHERE state = 'revoking'")
    _expired_idx = models.Index("(stop) WHERE state = 'expired'")
    _made_idx = models.Index("(site_id, kind, id) WHERE made_at IS NOT NULL")
    _lease_idx = models.Index("(lease) WHERE lease IS NOT NULL")

    def _default_token(self):
        return self._get_mark() + secrets.token_hex(8)

    def _get_mark(self, uuid=None):
        """Return the prefix that all tokens of this database have.

        It tells our visits from those of another database, such as a test system that
        works at the same site.

        :param str uuid: of another database.
        :rtype: str
        """
        parameters = self.env["ir.config_parameter"].sudo()
        uuid = uuid or parameters.get_param("database.uuid", "")
        return hashlib.sha256(uuid.encode()).hexdigest()[:6]

    def _get_facts(self):
        """Return this credential in the form that the pure decision takes.

        :rtype: reconcile.Credential
        """
        rights = self.access_id._get_present_rights(self.rights)
        return replace(self._get_facts_without_rights(), rights=rights)

    def _get_facts_without_rights(self):
        """Return what can be told of it even if its weekly hours cannot be read.

        :rtype: reconcile.Credential
        """
        self.ensure_one()
        # A lock that is gone at Exivo is no difference while the access is wanted.
        locks = self.lock_ids - self.access_id._get_unlisted_locks()
        return replace(
            self._get_bare_facts(),
            lock_ids=frozenset(locks.ids),
            pin=str(self.pin_number),
            usable=self.state != "live" or self._is_usable(),
            holder=self.holder_digest or "",
            recipient=self.app_recipient or "",
            confirmed=self.confirmed,
            complete=not self.is_lacking,
            awaits_link=self._awaits_link(),
            ask=self.ask_at or None,
        )

    def _get_bare_facts(self):
        """Return what is needed to take it away, even if the rest cannot be read.

        :rtype: reconcile.Credential
        """
        self.ensure_one()
        return reconcile.Credential(
            id=self.id,
            state=self.state,
            start=self.start,
            stop=self.stop,
            lock_ids=frozenset(),
            pin="",
            lease=self.lease or None,
            look_again=self._get_moment_to_look_again(),
        )

    def _awaits_link(self):
        """Tell whether only the link is missing, which Exivo may yet give.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "live" and not (self.is_changed or self._is_usable())

    def _is_usable(self):
        """Tell whether its holder has all that is needed to open doors with it.

        :rtype: bool
        """
        self.ensure_one()
        needs_link = self.access_id._needs_link()
        if self.is_changed:
            return False
        return not needs_link or bool(self.link)

    def _get_remote_name(self):
        """Return the text by which staff find it at Exivo: the reference and our token.

        :rtype: str
        """
        self.ensure_one()
        return adapters.name_of(self.access_id.reference, self._get_ordered_token())

    def _count_alive(self):
        """Count the credentials that open doors at Exivo, or may do so.

        :rtype: int
        """
        alive = Domain("state", "in", reconcile.OPEN_STATES) & Domain(
            "stop", ">", fields.Datetime.now()
        )
        return self.search_count(alive | self._get_looked_for_domain())

    def _check_none_alive(self):
        """Refuse to go on while anything of the add-on opens doors.

        The context key ``exivo_leave_alive`` says that somebody has decided otherwise.

        :raise UserError: something is alive at Exivo, and nobody has decided.
        """
        count = self._count_alive()
        if count and not self.env.context.get("exivo_leave_alive"):
            raise UserError(
                self.env._(
                    "Accesses that still open doors at Exivo, and that nobody would "
                    "take away any more: %(count)s. Open Apps, Exivo Access, "
                    "Uninstall: there you can have them taken away first, or decide "
                    "to leave them.",
                    count=count,
                )
            )

    def _change_state(self, state, **vals):
        """Change the state. Nothing else writes it.

        :param str state: the new one.
        :param vals: what is written along with it.
        :raise ValueError: nothing comes from the present state into that one; so the
            code is wrong, and what is known of Exivo stays as it is.
        """
        wrong = {*self.mapped("state")} - reconcile.COMES_FROM[state]
        if wrong:
            raise ValueError(f"No credential becomes {state} that is {wrong}")
        self.write({"state": state, **vals})

    def _end(self, state):
        """Note that nothing of this credential is alive at Exivo any more.

        :param str state: ``revoked``, ``expired`` or ``void``.
        """
        revoked_at = fields.Datetime.now() if state == "revoked" else False
        self._change_state(state, lease=False, revoked_at=revoked_at)
