# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Command

from ..models.explain.finding import LOOK, PROBLEM, VERDICTS


class ExivoExplanation(models.TransientModel):
    """Shows staff why a person can, or cannot, enter; the explainer knows."""

    _name = "exivo.explanation"
    _description = "Exivo Explanation"

    access_id = fields.Many2one(comodel_name="exivo.access")
    booking_id = fields.Many2one(
        comodel_name="resource.booking",
        compute="_compute_booking_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        compute="_compute_partner_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    occasion = fields.Char(
        string="Made for",
        compute="_compute_occasion",
        help="The room and when, in the time zone that all lines have.",
    )
    verdict = fields.Selection(selection=VERDICTS, compute="_compute_line_ids")
    summary = fields.Char(string="In Short", compute="_compute_line_ids")
    way = fields.Reference(
        selection="_selection_way",
        string="See",
        compute="_compute_line_ids",
        help="Where what is missing can be put right.",
    )
    line_ids = fields.One2many(
        comodel_name="exivo.explanation.line",
        inverse_name="explanation_id",
        compute="_compute_line_ids",
    )

    may_give_back = fields.Boolean(compute="_compute_may")
    may_retry = fields.Boolean(compute="_compute_may")
    may_resend = fields.Boolean(compute="_compute_may")
    may_new_code = fields.Boolean(compute="_compute_may")
    may_open_booking = fields.Boolean(compute="_compute_may")
    may_see_help = fields.Boolean(compute="_compute_may")

    def _selection_way(self):
        models = self.env["ir.model"].sudo().search([("transient", "=", False)])
        return [(model.model, model.name) for model in models]

    @api.constrains("access_id", "booking_id")
    def _check_subject(self):
        """Check that the user may see what is explained.

        Who may see an access need not be allowed to see its booking. What is stored is
        computed by Odoo itself: so the user is asked for when something is chosen.

        :raise AccessError: the user may not, and learns nothing of it.
        """
        for explanation in self:
            access = explanation.access_id._origin.sudo(False)
            booking = explanation.booking_id._origin.sudo(False)
            if access:
                access.check_access("read")
            if booking != access.sudo().booking_id:  # it was chosen, not computed
                booking.check_access("read")

    def _check_exivo_named(self):
        self._check_subject()
        return super()._check_exivo_named()

    @api.depends("access_id")
    def _compute_booking_id(self):
        for explanation in self.filtered("access_id"):
            explanation.access_id._origin.sudo(False).check_access("read")
            explanation.booking_id = explanation.access_id.booking_id

    @api.depends("access_id", "booking_id")
    def _compute_partner_id(self):
        """Compute whom it is about first: of those the user may see, the requester."""
        explainer = self.env["exivo.booking.explainer"]
        for explanation in self:
            explanation._check_subject()
            people = explanation.booking_id._origin.partner_ids
            booking = explainer._as_planned(explanation.booking_id._origin)
            requester = people & explainer._get_requester(booking)
            explanation.partner_id = (
                explanation.access_id.partner_id
                if explanation.access_id
                else requester or people[:1]
            )

    @api.depends("access_id", "booking_id")
    def _compute_occasion(self):
        """Compute the room and the time; a booking's own name has the user's zone."""
        for explanation in self:
            explanation._check_subject()
            booking = explanation.booking_id._origin.sudo()
            access = explanation.access_id._origin
            parts = [access._get_occasion() if access else booking.type_id.name]
            if access and not access.is_of_community:
                parts.append(access._format_booking_period())
            elif booking:
                parts.append(booking._format_exivo_booked())
            explanation.occasion = " · ".join(part for part in parts if part)

    @api.depends("access_id", "booking_id", "partner_id")
    def _compute_line_ids(self):
        explainer = self.env["exivo.explainer"]
        for explanation in self:
            partner = explanation.partner_id._origin
            if explanation.access_id:
                findings = explainer._explain_access(
                    explanation.access_id._origin, partner
                )
            else:
                findings = explainer._explain_booking(
                    explanation.booking_id._origin, partner
                )
            verdict, summary = explainer._summarise(findings)
            explanation.update({"verdict": verdict, "summary": summary})
            explanation.way = explanation._get_way(findings)
            explanation.line_ids = [Command.clear()] + [
                Command.create(
                    {"verdict": one.verdict, "title": one.title, "text": one.text}
                )
                for one in findings
            ]

    @api.depends("access_id", "booking_id", "partner_id")
    def _compute_may(self):
        for explanation in self:
            booking = explanation.booking_id._origin
            explanation.update(
                {
                    "may_give_back": explanation._get_accesses_to("give_back"),
                    "may_retry": explanation._get_accesses_to("retry"),
                    "may_resend": explanation._get_accesses_to_resend(),
                    "may_new_code": explanation._get_accesses_to("new_code"),
                    "may_open_booking": booking and booking.has_access("read"),
                    "may_see_help": explanation._get_accesses(),
                }
            )

    def _get_accesses(self):
        """Return the accesses that are explained.

        :rtype: exivo.access
        """
        explainer, partner = self.env["exivo.explainer"], self.partner_id._origin
        if self.access_id:
            return explainer._find_accesses_beside(self.access_id._origin, partner)
        return explainer._find_accesses_to_booking(self.booking_id._origin, partner)

    def _get_accesses_to(self, action):
        """Return those of them with which staff may do something now.

        :param str action: as the front desk's screen calls it.
        :rtype: exivo.access
        """
        return self._get_accesses().filtered(
            lambda one: action in one.sudo()._get_actions_for_desk()
        )

    def _get_accesses_to_resend(self):
        return self._get_accesses().filtered(
            lambda one: not one.sudo()._get_reason_not_to_resend()
        )

    def action_give_back(self):
        """Give back what staff have taken away, here or at Exivo."""
        self.ensure_one()
        return self._get_accesses_to("give_back").action_give_back()

    def action_retry(self):
        """Try what has failed again, at once."""
        self.ensure_one()
        return self._get_accesses_to("retry").action_retry()

    def action_resend(self):
        """Send link and PIN again."""
        self.ensure_one()
        # the dialog may be older than what it shows: then they say why not
        accesses = self._get_accesses_to_resend() or self._get_accesses()
        return accesses.action_resend()

    def action_new_code(self):
        """Ask why there shall be a new code, and have it made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "exivo_access.exivo_new_code_action"
        )
        accesses = self._get_accesses_to("new_code")
        context = {"active_model": accesses._name, "active_ids": accesses.ids}
        return {**action, "context": context}

    def action_see_help(self):
        """Open what the person sees at a door that stays shut."""
        self.ensure_one()
        accesses = self._get_accesses()
        shown = accesses & self.access_id._origin or accesses.filtered("is_wanted")
        return (shown or accesses)[:1].action_see_help()

    def action_open_booking(self):
        """Open the booking that this is about."""
        self.ensure_one()
        return {**self.booking_id.get_formview_action(), "context": {}}

    def _get_way(self, findings):
        """Return the first record of findings that the user may see, for the form.

        That of the gravest one that has any. The booking has a button already.

        :rtype: str | bool
        """
        amiss = [
            one for grave in (PROBLEM, LOOK) for one in findings if one.verdict == grave
        ]
        for record in (one.record for one in amiss if one.record):
            if record.with_env(self.env).has_access("read"):
                is_shown = record == self.booking_id._origin
                return not is_shown and f"{record._name},{record.id}"
        return False


class ExivoExplanationLine(models.TransientModel):
    """A line is one finding of the explainer. Without a verdict it is a heading."""

    _name = "exivo.explanation.line"
    _description = "Line of an Exivo Explanation"

    explanation_id = fields.Many2one(comodel_name="exivo.explanation")
    verdict = fields.Selection(selection=VERDICTS, readonly=True)
    title = fields.Char(string="About", readonly=True)
    text = fields.Text(string="What Was Found", readonly=True)
