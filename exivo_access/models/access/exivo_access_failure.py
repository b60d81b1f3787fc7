# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ... import adapters
from .exivo_access import PENDING

FAILURE_TYPES = [
    ("unreachable", "Exivo cannot be reached"),
    ("unclear", "Exivo's answer is unclear"),
    ("site_refused", "Exivo refuses the site"),
    ("start_refused", "Exivo refused a start that is now"),
    ("rejected", "Exivo refused the access"),
    ("locks_gone", "None of its doors is at Exivo any more"),
    ("pins_taken", "All PINs of this length are taken at its doors"),
    ("no_link", "Exivo gave no usable link"),
    ("no_recipient", "The holder has no mobile number and no e-mail for the key"),
    ("person_exists", "Somebody of this name or address is at Exivo already"),
    ("person_shut_out", "Exivo does not let the person in"),
    ("zones_differ", "Exivo cannot open just these doors"),
    ("revoke_rejected", "Exivo refused the removal"),
    ("unreadable", "A stored secret cannot be read"),
    ("internal", "Odoo could not work on it; the log says why"),
]
#: After these failures nothing is tried again before a person has acted.
BLOCKING_FAILURES = (
    "rejected",
    "locks_gone",
    "pins_taken",
    "no_link",
    "no_recipient",
    "person_exists",
    "person_shut_out",
    "zones_differ",
)


class ExivoAccess(models.Model):
    """An access keeps why it is not in line with Exivo, and whether that blocks it.

    The words for staff are in ``exivo_access_advice.py``.
    """

    _inherit = "exivo.access"

    failure_type = fields.Selection(selection=FAILURE_TYPES, readonly=True, copy=False)
    last_failure_type = fields.Selection(
        selection=FAILURE_TYPES,
        readonly=True,
        copy=False,
        help="Stays when the failure has been overcome: figures count it.",
    )
    failure_reason = fields.Char(readonly=True, copy=False)
    tries = fields.Integer(
        readonly=True, copy=False, help="Failed tries in a row at Exivo."
    )
    retried_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When what was refused was last tried once more by itself.",
    )
    failure_facts = fields.Json(
        readonly=True,
        copy=False,
        help="What is needed to act: who may be meant or when they may come in, which "
        "doors come along, or how many orders in a row Exivo did not know what to do "
        "with.",
    )
    failure_advice = fields.Char(
        string="What to Do", compute="_compute_failure_advice", compute_sudo=True
    )

    @api.depends("failure_type", "failure_facts", "state", "site_id.state")
    @api.depends_context("lang")
    def _compute_failure_advice(self):
        """Compute what to do: nothing about what is over."""
        for access in self:
            access.failure_advice = access.state in PENDING and access._advise_to_wait()

    def _advise_to_wait(self):
        """Advise what to do, and to wait where it is tried again by itself.

        :rtype: str
        """
        advice, site = self._advise(), self.site_id
        is_called = site.state == "verified" and not site._get_hindrance()
        if not is_called or self.state == "failed":
            return advice
        again = self.env._("It is tried again by itself.")
        return f"{again} {advice}".strip()

    def _is_blocked(self):
        """Tell whether nothing is tried again before a person has acted.

        :rtype: bool
        """
        self.ensure_one()
        return self.failure_type in BLOCKING_FAILURES

    def _note_failure(self, failure_type, reason=False, facts=False):
        """Note why the access is not in line yet.

        A failure that blocks it is not overwritten.

        :param str failure_type: one of :data:`FAILURE_TYPES`.
        :param str reason: in words, if there is more to say.
        :param dict facts: see :meth:`_get_facts_of`.
        """
        self.ensure_one()
        if not self._is_blocked():
            self.write(
                {
                    "failure_type": failure_type,
                    "last_failure_type": failure_type,
                    "failure_reason": reason,
                    "failure_facts": facts,
                }
            )

    def _note_success(self):
        """Forget earlier failures, because something was made or taken away at Exivo.

        A failure that blocks the access stays: a good revocation does not undo that a
        creation was refused.
        """
        self.ensure_one()
        if not self._is_blocked():
            self._forget_failure()

    def _note_settled(self):
        """Forget a failure of Odoo's own.

        Nothing is left to do, so it has been overcome.
        """
        self.ensure_one()
        if self.failure_type == "internal":
            self._forget_failure()

    def _forget_failure(self):
        """Forget the failure: the planner or staff have changed something."""
        self.write(
            {
                "failure_type": False,
                "failure_reason": False,
                "failure_facts": False,
                "tries": 0,
                "due_at": fields.Datetime.now(),
            }
        )

    def _get_facts_of(self, call_name, error):
        """Return the part of an error that is needed later, as the database keeps it.

        :param str call_name: of the adapter's method.
        :param exivo.ExivoError error: what it raised.
        :rtype: dict | bool
        """
        self.ensure_one()
        if isinstance(error, adapters.PersonExists):
            return {"candidates": [one._asdict() for one in error.candidates]}
        if isinstance(error, adapters.PersonShutOut):
            return {"until": error.until.isoformat()} if error.until else False
        if isinstance(error, adapters.ZonesDiffer):
            return {
                "others": sorted(error.others),
                "uncovered": sorted(error.uncovered),
            }
        if isinstance(error, adapters.StartRefused):
            return {"late": True}
        denials = self._count_denials(call_name, error)
        return {"denials": denials} if denials else False

    def _count_denials(self, call_name, error):
        """Count how many orders in a row were answered with "not known" or "no".

        The site itself answers, so that may pass.

        :param str call_name: of the adapter's method; others change nothing of it.
        :param exivo.ExivoError error: what it has raised now.
        :rtype: int
        """
        before = (self.failure_facts or {}).get("denials", 0)
        if call_name != "grant":
            return before
        return before + 1 if error.status in (401, 403, 404, 410) else 0

    def _get_failed_locks(self, name):
        """Return the locks that keep the access from being made.

        :param str name: ``others`` or ``uncovered``, see ``adapters.ZonesDiffer``.
        :rtype: exivo.lock
        """
        self.ensure_one()
        remote_ids = (self.failure_facts or {}).get(name, ())
        locks = self.site_id.with_context(active_test=False).lock_ids
        return locks.filtered(lambda lock: lock.remote_id in remote_ids)
