# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.notice import answer
from ..pins import pin_keeper

#: Whoever presses Resend once more so soon did not mean to send twice.
A_MOMENT = timedelta(minutes=1)
#: A notification names so many holders; of more, it says how many there are.
NAMED = 3
#: … and so many of those who did not get what was sent to others.
NAMED_UNWRITTEN = 20


class ExivoAccess(models.Model):
    """Staff can decide about an access, and help its holder."""

    _inherit = "exivo.access"

    new_code_reason = fields.Char(
        string="Reason of the Last New Code", readonly=True, copy=False
    )

    resent_at = fields.Datetime(
        readonly=True, copy=False, help="When staff last sent link and PIN again."
    )

    site_state = fields.Selection(related="site_id.state", string="Site's State")
    opens_from_afar = fields.Boolean(
        compute="_compute_opens_from_afar",
        help="One of its doors at least can be opened from Odoo now.",
    )
    can_show_pin = fields.Boolean(
        string="PIN Can Be Shown",
        compute="_compute_can_show_pin",
        help="The PIN is at Exivo, and stays there: a new one, or that of an access "
        "that is going, would be read out in vain.",
    )
    reveal_ids = fields.One2many(
        comodel_name="exivo.pin.reveal", inverse_name="access_id", readonly=True
    )

    @api.depends("lock_ids.active", "lock_ids.has_remote_opening", "site_id.state")
    def _compute_opens_from_afar(self):
        for access in self:
            access.opens_from_afar = (
                bool(access.lock_ids._filter_remote_opening())
                and access.sudo().site_id._is_called()
            )

    @api.depends(
        "state", "is_wanted", "withheld", "method", "lock_ids.has_keypad", "pin_number"
    )
    def _compute_can_show_pin(self):
        for access in self:
            access.can_show_pin = access._has_working_pin()

    def _action_for(self, domain):
        """Override to show the latest access first to whoever comes from a record."""
        action = super()._action_for(domain)
        latest_first = (self.env.ref("exivo_access.exivo_access_view_list").id, "list")
        views = [latest_first, *(one for one in action["views"] if one[1] != "list")]
        return {**action, "views": views}

    def action_retry(self):
        """Try a failed access again, at once."""
        self.check_access("read")
        failed = self.filtered(lambda access: access.state == "failed")
        if not failed:
            raise UserError(
                self.env._(
                    "Only failed accesses can be tried again. Explain says what the "
                    "others wait for."
                )
            )
        failed.sudo()._reconsider()
        count = len(failed)
        return answer(
            self.env._("Accesses that are tried again now: %(count)s.", count=count)
        )

    def action_resend(self):
        """Send link and PIN again; makes no new access.

        Not twice within a moment: a second click says so. Of several it leaves out
        those of which there is nothing to send, or nobody to send it to. One whose mail
        cannot be written does not keep the others from theirs.
        """
        self.check_access("read")
        for site in self.sudo().site_id:
            if not site._is_of_this_database():
                site._check_hindrance()
        reasons = {access: access._get_reason_not_to_resend() for access in self}
        fitting = self.filtered(lambda one: not reasons[one])
        if not fitting:
            nothing = self.env._(
                "There is nothing to send now. Explain says what it waits for."
            )
            raise UserError(reasons[self[0]] if self else nothing)
        now = fields.Datetime.now()
        due = fitting.sudo().filtered(
            # a moment to come was written while the clock was ahead
            lambda one: not (one.resent_at and now - A_MOMENT < one.resent_at <= now)
        )
        if not due:
            text = self.env._("It was sent again a moment ago, and is not sent twice.")
            return answer(text, "info")
        unwritten = self.env["exivo.notifier"]._resend(due)
        said = []
        if sent := due - unwritten:
            sent._get_siblings().resent_at = now
            holders = sent._name_holders()
            said.append(self.env._("Sent again to %(holders)s.", holders=holders))
        if unwritten:
            text = self.env._(
                "Not sent, because no mail could be written: %(holders)s. Odoo's log "
                "says why.",
                holders=unwritten._name_holders(NAMED_UNWRITTEN),
            )
            said.append(text)
        if twice := len(fitting - due):
            text = self.env._(
                "Sent a moment ago, and not sent twice: %(count)s.", count=twice
            )
            said.append(text)
        if left := len(self - fitting):
            text = self.env._(
                "Left out, not created or without an address: %(count)s.", count=left
            )
            said.append(text)
        return answer(" ".join(said), "warning" if unwritten else "success")

    def _get_reason_not_to_resend(self):
        """Return why no mail can bring link and PIN again.

        :return: nothing if one can.
        :rtype: str
        """
        self.ensure_one()
        if not self._working():
            return self.env._(
                "%(access)s is not Created, so there is nothing to send. Explain says "
                "what it waits for.",
                access=self.display_name,
            )
        if not self.partner_id.email_normalized:
            return self.env._(
                "%(holder)s has no e-mail address that works. Add one to the contact.",
                holder=self.partner_id.display_name,
            )
        return ""

    def _name_holders(self, most=NAMED):
        """Name the holders, or say how many there are.

        :param int most: so many are named.
        :rtype: str
        """
        holders = self.partner_id
        if len(holders) > most:
            return self.env._("%(count)s people", count=len(holders))
        return ", ".join(holders.mapped("display_name"))

    def action_remove(self):
        """Take the access away, though booking or membership go on.

        Of what was taken away at Exivo it decides that it stays so. Whatever is over,
        or taken away already, stays as it is.
        """
        self.check_access("read")
        going = self._in_force().filtered(lambda one: one._is_granted())
        left = self._in_force().filtered("gone_at_exivo")
        decided = going | left
        leaving = self.sudo().filtered(
            lambda one: not one._is_granted() and one._get_open_credentials()
        )
        if leaving:
            leaving._reconsider()
        if not decided and leaving:
            text = self.env._("It is being removed already. Exivo is asked again now.")
            return answer(text, "warning")
        if not decided:
            return answer(self.env._("Nothing of this opens a door any more."), "info")
        decided._decide_by_staff(withheld=True)
        said = []
        if going:
            text = self.env._(
                "Accesses that are being taken away: %(count)s.", count=len(going)
            )
            said.append(text)
        if left:
            text = self.env._("Accesses that stay removed: %(count)s.", count=len(left))
            said.append(text)
        if leaving:
            text = self.env._(
                "Being removed already, and Exivo is asked again: %(count)s.",
                count=len(leaving),
            )
            said.append(text)
        return answer(" ".join(said))

    def action_give_back(self):
        """Let an access that staff took away follow its booking again."""
        count = len(self.filtered("withheld"))
        self._decide_by_staff(withheld=False)
        # What was taken away before would keep the next ones away, too.
        self.sudo()._get_taken_away_before().withheld = False
        if not count:
            text = self.env._(
                "Nothing was taken away, so there is nothing to give back."
            )
            return answer(text, "info")
        return answer(
            self.env._(
                "Accesses given back: %(count)s. They are made again where the booking "
                "or the membership goes on.",
                count=count,
            )
        )

    def _get_taken_away_before(self):
        """Return the accesses that ended when taken away, made for the same as these.

        Those of the company's other sites as well: the doors may have moved from there.

        :rtype: exivo.access
        """
        ended = Domain("is_wanted", "=", False) & Domain("withheld", "=", True)
        return self.search(
            ended
            & Domain.OR(
                Domain("partner_id", "=", access.partner_id.id)
                & Domain("company_id", "=", access.company_id.id)
                & access._get_reason_domain()
                for access in self
                if access.partner_id
            )
        )

    def _decide_by_staff(self, withheld):
        self.check_access("read")
        self.sudo().write({"withheld": withheld, "gone_at_exivo": False})
        self.sudo()._await_news()
        self.sudo()._reconsider()

    def _with_code(self):
        """Return what can get a new code: neither over nor taken away, and no key.

        :rtype: exivo.access
        """
        return self._in_force().filtered(
            lambda access: access._is_granted() and not access._is_key()
        )

    def _change_pin(self, reason):
        """Draw a new PIN, the same for all accesses of a holder to a booking.

        All of them must be among those :meth:`_with_code`. What was taken away gets it,
        too, in case it is given back.

        :param str reason: why, as staff have written it down.
        """
        together = self.grouped(lambda one: one._get_occasion_key())
        for accesses in together.values():
            siblings = accesses[0]._get_siblings()._in_force()
            siblings = siblings.filtered(lambda one: not one._is_key())
            siblings.new_code_reason = reason
            pin_keeper.replace(siblings)
            siblings._reconsider()

    def action_open_at_exivo(self):
        """Open Exivo's own page for the site, in a new tab."""
        self.ensure_one()
        return self.site_id.action_open_at_exivo()

    def action_open_site(self):
        """Open the site of the access."""
        self.ensure_one()
        return {**self.site_id.get_formview_action(), "context": {}}

    def action_open_booking(self):
        """Open the booking that the access was made for."""
        self.ensure_one()
        return {**self.booking_id.get_formview_action(), "context": {}}
