# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import adapters
from ...pure import reconcile
from ..rule.methods import GROUP
from .exivo_person import DECISIONS


class ExivoAccess(models.Model):
    """An access of an access group is kept by a person at the lock system."""

    _inherit = "exivo.access"

    person_decision = fields.Selection(
        selection=DECISIONS,
        string="Person at Exivo",
        compute="_compute_person_decision",
        compute_sudo=True,
    )
    person_decided_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        compute="_compute_person_decision",
        compute_sudo=True,
    )
    person_decided_at = fields.Datetime(
        string="Decided at", compute="_compute_person_decision", compute_sudo=True
    )

    @api.depends("partner_id.exivo_person_ids.decision", "method", "site_id")
    def _compute_person_decision(self):
        """Compute who has decided who the holder is at Exivo, if anybody had to."""
        for access in self:
            person = access.partner_id.exivo_person_ids.filtered(
                lambda one, access=access: one.site_id == access.site_id
                and access.method == GROUP
            )
            access.person_decision = person.decision
            access.person_decided_by_id = person.decided_by_id
            access.person_decided_at = person.decided_at

    def _withdraw(self):
        """Override to take who leaves out of the group, whoever has barred the person.

        Staff at Exivo, or *Remove*, had ended the access: who is only barred there is
        in the group still, and is let in again one day.
        """
        barred = self.filtered(lambda one: one.is_wanted and one.withheld)
        result = super()._withdraw()
        for access in barred:
            persons = access.credential_ids.filtered(
                lambda one: one.kind == adapters.PERSON
            )
            last = persons.sorted("id")[-1:]
            if last.remote_id and last.state == reconcile.REVOKED:
                last._change_state("revoking", lease=False)
                access.due_at = fields.Datetime.now()
                access._update_state()
        return result

    def _is_person_in_doubt(self):
        """Tell whether another access's order may just be making the holder's person.

        An order of this access would not find that person yet, and would make a second
        one. It happens when a member whose order was cut off leaves and comes back at
        once.

        :rtype: bool
        """
        self.ensure_one()
        return self.method == GROUP and bool(
            self.env["exivo.credential"].search_count(
                [
                    ("state", "=", "creating"),
                    ("kind", "=", adapters.PERSON),
                    ("site_id", "=", self.site_id.id),
                    ("access_id.partner_id", "=", self.partner_id.id),
                    ("access_id", "!=", self.id),
                ],
                limit=1,
            )
        )

    def _get_last_person(self):
        """Return the credential that lets the holder in, whatever is wanted by now.

        The next order replaces it. If somebody took the person out at Exivo, that
        counts although the credential is outdated.

        :rtype: exivo.credential
        """
        self.ensure_one()
        persons = self.credential_ids.filtered(
            lambda one: one.kind == adapters.PERSON and one.state == reconcile.LIVE
        )
        return persons.sorted("id")[-1:]

    def _is_person_changed(self):
        """Tell whether somebody changed at Exivo what the last made person opens.

        :rtype: bool
        """
        self.ensure_one()
        made = self.credential_ids.filtered(
            lambda one: one.kind == adapters.PERSON
            and one.state not in (reconcile.CREATING, "void")
        )
        last = made.sorted("id")[-1:]
        return last.is_changed or last.is_lacking

    def _is_person_taken_over(self):
        """Tell whether an order under way may have taken the holder over already.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            one.kind == adapters.PERSON and one.state == reconcile.CREATING
            for one in self.credential_ids
        )

    def _give_to_other_person(self):
        """Forget whom open credentials name. The holder is another person there now."""
        open_ones = self.credential_ids.filtered(
            lambda one: one.state in reconcile.OPEN_STATES
        )
        open_ones.holder_digest = False

    def _get_candidates(self):
        """Return the persons at the lock system who may be the holder.

        A manager decides.

        :rtype: list[adapters.Candidate]
        """
        self.ensure_one()
        facts = self.failure_facts or {}
        return [adapters.Candidate(**one) for one in facts.get("candidates", ())]

    def _advise_person_exists(self):
        return self.env._(
            "Exivo has %(names)s, who may be this member and was not made by Odoo. "
            "Nothing was changed there. A manager opens the access, presses Who is "
            "it? and decides.",
            names=", ".join(one.name for one in self._get_candidates()),
        )

    def action_choose_person(self):
        """Ask a manager whether the holder is one of those who are at Exivo."""
        self.ensure_one()
        self.check_access("read")
        wizard = self.env["exivo.person.choice"].create({"access_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Is It?"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _decide_person(self, decision, remote_id=False):
        """Record who somebody at Exivo is, and go on.

        :param str decision: see ``exivo.person``.
        :param str remote_id: of the person who was adopted.
        :raise UserError: that is no longer in question.
        """
        self.ensure_one()
        self.check_access("read")
        access = self.sudo()
        candidates = access._get_candidates()
        if access.failure_type != "person_exists" or (
            remote_id and remote_id not in [one.id for one in candidates]
        ):
            raise UserError(self.env._("This is no longer in question."))
        person = self.env["exivo.person"].sudo()
        person = person._ensure(access.site_id, access.partner_id)
        person._check_free(remote_id)
        person._decide(decision, remote_id)
        labels = dict(person._fields["decision"]._description_selection(self.env))
        self.message_post(
            body=self.env._(
                "Decided who %(holder)s is at Exivo: %(decision)s.",
                holder=access.partner_id.display_name,
                decision=labels[decision],
            )
        )
        access._reconsider()
