# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import adapters
from ... import api as exivo
from ...pure import pin
from ...tools import envelope
from ...tools.remembered import forget
from ...tools.secret_char import SecretChar
from ...tools.transactions import wake
from . import site_connection

#: What Exivo calls a site by.
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)

#: There is an adapter for each of these lock systems.
SYSTEMS = [("exivo", "dormakaba Exivo")]
DEFAULT_API_URL = "https://api.exivo.io"
#: Whoever changes one of these has to verify again before doors are driven.
CONNECTION_FIELDS = {"system", "remote_id", "api_key", "api_secret", "api_url"}


class ExivoSite(models.Model):
    """A site is one Exivo installation, and how to reach it.

    A site starts as *draft*. Only *verified* sites are called by the synchroniser;
    Exivo refusing key and secret makes a site *refused* until it answers again, and
    its accesses wait meanwhile. An outage only pauses the site for a while
    (``paused_until``).
    """

    _name = "exivo.site"
    _inherit = [
        "exivo.alarm.mixin",
        "exivo.secret.mixin",
    ]
    _description = "Exivo Site"
    _order = "name, id"

    name = fields.Char(required=True)
    system = fields.Selection(selection=SYSTEMS, default="exivo", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        help="Is told by activities what needs a person. Odoo sends no mail about "
        "them.",
    )
    remote_id = fields.Char(
        string="Site ID",
        required=True,
        copy=False,
        help="Exivo calls it system ID or location ID; it is shown in its API "
        "settings.",
    )
    api_key = fields.Char(
        string="API Key",
        required=True,
        copy=False,
        groups="exivo_access.group_manager",
        help="Made in Exivo under API settings: Generate new API credentials.",
    )
    api_secret = fields.Char(
        string="API Secret",
        compute="_compute_api_secret",
        inverse="_inverse_api_secret",
        copy=False,
        groups="exivo_access.group_manager",
        help="Exivo shows it only once. It is stored and never shown again; "
        "type a new one to replace it.",
    )
    # Nobody can read this through any interface: only code in superuser mode.
    api_secret_stored = SecretChar(copy=False, groups=fields.NO_ACCESS)
    api_url = fields.Char(
        string="API Address",
        required=True,
        default=DEFAULT_API_URL,
        help="Only needs changing to work with a test system. https, or http to this "
        "very machine. A machine inside a network has to be allowed by whoever runs "
        "the server.",
    )
    pin_length = fields.Integer(
        string="PIN Digits",
        default=pin.DEFAULT_LENGTH,
        required=True,
        help="How many digits new PINs have: 4 to 6.",
    )
    patience_minutes = fields.Integer(
        string="Patience (Minutes)",
        default=5,
        required=True,
        help="If an access takes longer than this, a mail tells of the booking and "
        "says that the access follows.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Not Verified"),
            ("verified", "Verified"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    verified_at = fields.Datetime(readonly=True, copy=False)
    remote_name = fields.Char(string="Name at Exivo", readonly=True, copy=False)
    remote_tz = fields.Char(string="Time Zone", readonly=True, copy=False)
    remote_language = fields.Char(string="Language", readonly=True, copy=False)
    arrival_hint = fields.Text(
        translate=True,
        help="How to get in: customers read it in our mails and in the portal.",
    )
    lock_ids = fields.One2many(
        comodel_name="exivo.lock", inverse_name="site_id", readonly=True
    )
    lock_count = fields.Integer(compute="_compute_lock_count")

    _patience_positive = models.Constraint(
        "CHECK(patience_minutes >= 0)", "The patience cannot be negative."
    )
    _remote_id_unique = models.Constraint(
        "UNIQUE(remote_id, company_id)", "This site ID is connected already."
    )

    # === COMPUTE METHODS === #

    def _compute_api_secret(self):
        """Compute an empty field: the secret is never given back."""
        self.api_secret = False

    def _inverse_api_secret(self):
        for site in self.filtered("api_secret"):
            site.sudo().api_secret_stored = envelope.wrap(site.api_secret.strip())
        # What was typed must not stay on the record, where other code would see it.
        self.invalidate_recordset(["api_secret"], flush=False)

    @api.depends("lock_ids")
    def _compute_lock_count(self):
        for site in self:
            site.lock_count = len(site.lock_ids)

    # === CONSTRAINTS AND CRUD === #

    @api.constrains("api_url")
    def _check_api_url(self):
        explanations = {
            "no_url": self.env._(
                "The API address must look like %(url)s.", url=DEFAULT_API_URL
            ),
            "insecure": self.env._(
                "The API address must start with https: over http the API secret "
                "would travel readable through the network."
            ),
            "credentials": self.env._(
                "The API address must not hold a user or password: they belong in "
                "the fields API Key and API Secret."
            ),
        }
        for site in self:
            try:
                exivo.check_api_url(site.api_url)
            except ValueError as error:
                raise ValidationError(explanations[error.args[0]]) from None
            if site._leads_inside():
                raise ValidationError(site._explain_inside())

    @api.constrains("pin_length")
    def _check_pin_length(self):
        for site in self:
            if site.pin_length not in adapters.exivo.PIN_LENGTHS:
                raise ValidationError(
                    self.env._(
                        "A PIN has 4 to 6 digits, not %(length)s.",
                        length=site.pin_length,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._stripped(vals) for vals in vals_list])

    def write(self, vals):
        """Override to have a changed connection verified before it drives doors."""
        if CONNECTION_FIELDS & vals.keys():
            self._check_same_site(vals)
            vals = self._stripped(vals)
            super(ExivoSite, self.sudo()).write(
                {"state": "draft", "failure_facts": False, "ask_again_at": False}
            )
        if "company_id" in vals:
            # What is remembered of rules names the company.
            forget(self.env)
        return super().write(vals)

    def _check_same_site(self, vals):
        """Keep site ID and lock system while anything is alive under them.

        At another site our visits are unknown: their revocation would look done, and
        the doors would stay open.

        :raise ValidationError: another site, and credentials that are not ended.
        """
        place = {"remote_id", "system"} & vals.keys()
        vals = self._stripped(vals)
        moved = self.filtered(
            lambda site: any(vals[name] not in (False, site[name]) for name in place)
        )
        if moved._has_living_credentials():
            raise ValidationError(
                self.env._(
                    "There are accesses at this site, and they could not be removed "
                    "under another site ID or lock system. Create a new site instead."
                )
            )

    def _has_living_credentials(self):
        """Tell whether anything of ours is, or may be, alive at these sites.

        Rooms that stand on this one extend it: they know what is made there.

        :rtype: bool
        """
        return False

    def _stripped(self, vals):
        """Remove the blanks that pasted keys often carry around them.

        A site ID is a UUID: however it is typed, its doors are the same.
        """
        stripped = {
            key: value.strip()
            if key in CONNECTION_FIELDS and isinstance(value, str)
            else value
            for key, value in vals.items()
        }
        if UUID.match(stripped.get("remote_id") or ""):
            stripped["remote_id"] = stripped["remote_id"].lower()
        return stripped

    # === ACTIONS === #

    def action_verify(self):
        """Ask Exivo who this site is, and say which value it refused, if any.

        :return: a notification for the user.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        try:
            adapter = site_connection.get_adapter(self)
            info = adapter.test()
            doubt = self._is_in_doubt(adapter)
        except exivo.ExivoError as error:
            self.sudo()._note_failed_verification(error)
            return self._notification("danger", self._word_error(error))
        if doubt:
            self.sudo().failure_facts = {"kind": "doubt"}
            return self._notification("danger", self.failure_reason)
        if self.pin_length not in info.pin_lengths:
            return self._notification(
                "danger",
                self.env._(
                    "PINs have %(least)s to %(most)s digits there. Set PIN Digits to "
                    "one of these, and verify again.",
                    least=min(info.pin_lengths),
                    most=max(info.pin_lengths),
                ),
            )
        self.sudo().write(
            {
                "state": "verified",
                "verified_url": exivo.check_api_url(self.api_url),
                "database_uuid": self._get_uuid(),
                "failure_facts": False,
                "verified_at": fields.Datetime.now(),
                "remote_name": info.name,
                "remote_tz": info.time_zone,
                "remote_language": info.language,
                "ask_again_at": False,
                "paused_until": False,
                "outages": 0,
            }
        )
        if self.secret_variable:  # one that was typed before is not to be found
            self.sudo().api_secret_stored = False
        wake(self.env, "ir_cron_synchronise")
        wake(self.env, "ir_cron_watch")
        return self._notification(
            "success",
            self.env._(
                "Connected with %(name)s (%(zone)s, %(language)s).",
                name=info.name,
                zone=info.time_zone,
                language=info.language,
            ),
        )

    def _note_failed_verification(self, error):
        """Note that verifying failed.

        Only a refusal says anything about key and secret.

        :param exivo.ExivoError error: what Exivo, or the network, answered.
        """
        self.ensure_one()
        if error.transient and self.state == "verified":
            self._note_outage(error, fields.Datetime.now())
        elif error.transient:
            self.failure_facts = self._get_failure_facts(error)
        elif self.state == "verified":
            self._note_refusal(error)
        else:
            facts = self._get_failure_facts(error)
            self.write({"state": "refused", "failure_facts": facts})

    def action_synchronise_locks(self):
        """Fetch the locks of the site from Exivo.

        :return: a notification for the user that counts what was found.
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_hindrance()
        used = site_connection.get_connection(self)
        try:
            locks = site_connection.get_adapter(self).list_locks()
        except exivo.ExivoError as error:
            self.sudo()._note_failed_reading(error, used)
            return self._notification("danger", self._word_error(error))
        if not locks and self.lock_ids:  # hardly have all of them gone at once
            return self._notification(
                "warning",
                self.env._(
                    "Exivo lists no locks just now, so nothing was changed here. "
                    "Synchronise again later. If all doors are gone for good, archive "
                    "the rules that open them."
                ),
            )
        counts = self.env["exivo.lock"].sudo()._update_from_list(self, locks)
        if not counts["found"]:
            return self._notification(
                "warning",
                self.env._(
                    "Exivo lists no locks on this site. Assign the hardware to doors "
                    "in Exivo first, then synchronise again."
                ),
            )
        return self._notification(
            "success",
            self.env._(
                "Locks: %(found)s. New: %(new)s. No longer there: %(gone)s.", **counts
            ),
        )

    def action_open_locks(self):
        """Show the locks of the site."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "exivo_access.exivo_lock_action"
        )
        action["domain"] = [("site_id", "=", self.id)]
        return action
