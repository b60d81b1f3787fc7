# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import fields, models
from odoo.tools.urls import urljoin

from ...pure import reconcile
from ...tools.language import for_staff
from ...tools.serialise import serialise
from .room_finder import get_url_to_repeat


class Help(NamedTuple):
    """Help for the holder of an access who stands outside, as far as we know why."""

    #: ``gone``, ``over``, ``phone``, ``made``, ``failed``, ``early``, ``door``, or
    #: nothing.
    reason: str
    #: These doors do not open at this hour of the week. If none does, it is early.
    shut: models.BaseModel
    #: These doors do not answer, or are not ready.
    silent: models.BaseModel
    #: What the holder has until it is renewed does not open these doors.
    coming: models.BaseModel
    #: The holder may have a new code made now.
    may_renew: bool


class ExivoAccess(models.Model):
    """The portal says of an access when doors open only while they really do."""

    _inherit = "exivo.access"

    code_asked_at = fields.Datetime(
        string="New Code by the Holder",
        readonly=True,
        copy=False,
        help="When the holder had a new code made in the portal; possible once.",
    )

    def _get_portal_standing(self):
        """Return whether the access opens its doors in its time, or is only to do so.

        A page that says when doors open claims that something is there to open them.

        :return: ``opens``, ``planned``, or nothing: it has no time that counts.
        :rtype: str
        """
        self.ensure_one()
        if self._is_over() or not self._is_granted():
            return ""
        if self._working() or (self.is_of_community and self._opens_now()):
            return "opens"
        return "planned" if self.state in ("in_progress", "failed") else ""

    def _is_at_hand(self):
        """Tell whether pages have link and PIN for the holder.

        Until it is renewed, those of what is there: not of what opens other doors only.

        :rtype: bool
        """
        self.ensure_one()
        is_there = self.state == "created" and not self._is_over()
        is_there = is_there or self._is_renewed()
        return is_there and self._has_working_pin()

    def _get_move_url(self):
        """Override to lead to no page that refuses to move it once more."""
        booking = self.sudo().booking_id
        return "" if booking._is_exivo_moved_often() else super()._get_move_url()

    def action_see_help(self):
        """Open what the holder sees at a door that stays shut."""
        self.ensure_one()
        path = f"/my/exivo/accesses/{self.id}/help"
        return {"type": "ir.actions.act_url", "url": path, "target": "new"}

    def _get_again_url(self):
        """Override to lead to where the holder may book it: by a login, or without.

        A login that was never used may be one that nobody has the password of.
        """
        booking, partner = self.sudo().booking_id, self.sudo().partner_id
        if not self._has_booking_to_come() or self._is_guests():
            return ""
        company = booking.type_id.company_id
        users = partner.user_ids.filtered("login_date")
        if users and not company <= users.company_ids:
            return ""  # logged in they would see the rooms of their own
        booking = booking.with_company(company)
        url = get_url_to_repeat(booking, partner if users else partner.browse())
        if url and users:
            url = booking._get_exivo_page_path(suffix="/again")
        return url and urljoin(self.get_base_url(), url)

    def _has_dead_entry(self):
        """Override to leave it to what staff answer, which says the same."""
        return super()._has_dead_entry() and not self._get_awaited_answers()

    def _note_calendar_entry(self, entry):
        """Override to be the one that knows of it: see ``exivo.awaited.answer``."""
        if not entry.is_cancelled:
            answers = self._get_awaited_answers()
            answers.filtered(lambda one: not one.is_awaited).unlink()
        return super()._note_calendar_entry(entry)

    def _get_awaited_answers(self):
        """Return what the holder has been promised to hear of the booking, or was told.

        :rtype: exivo.awaited.answer
        """
        return (
            self.env["exivo.awaited.answer"]
            .sudo()
            .search(
                [
                    ("reference", "in", self.filtered("reference").mapped("reference")),
                    ("partner_id", "in", self.partner_id.ids),
                ]
            )
        )

    def _format_title(self):
        """Write what an access is for, as somebody looks for it among several.

        :rtype: str
        """
        self.ensure_one()
        period = self.booking_start and self._format_booking_period()
        return ", ".join(filter(None, (self._get_occasion(), period)))

    # === I CANNOT GET IN === #

    def _get_help(self):
        """Find out what is the matter, from the facts that *Explain* looks at.

        :rtype: Help
        """
        self.ensure_one()
        has_begun = self.start <= fields.Datetime.now()
        shut = self.lock_ids.browse()
        if has_begun:
            shut = self._get_locks_shut_by_hours()
        silent = self._get_silent_locks() - shut
        reason = self._get_reason(shut, silent)
        coming = self._get_coming_locks()
        return Help(reason, shut, silent, coming, self._may_renew_code())

    def _get_reason(self, shut, silent):
        now = fields.Datetime.now()
        if self.state != "expired" and not self._is_granted():
            return "gone"
        if self._is_over():
            return "over"
        # What is renewed opens until then; of a member's doors perhaps not all. Who
        # waits for a new code knows no other.
        waits_for_code = self.code_asked_at and self._shows_pin()
        is_renewed = self._is_renewed() and (
            not waits_for_code or self._has_working_pin()
        )
        if not is_renewed and not self._working():
            if self._waits_for_phone():
                return "phone"
            return "failed" if self.state == "failed" else "made"
        if now < self.start:
            return "early"
        if shut and shut == self.lock_ids:
            return "early"
        return "door" if silent else ""

    def _takes_long(self):
        """Tell whether it is not simply being made: nobody is asked to wait a minute.

        :rtype: bool
        """
        return not self.env["exivo.trouble"]._under_way(self)

    def _get_coming_locks(self):
        """Return the doors that do not open by what the holder has until it is renewed.

        :rtype: exivo.lock
        """
        if not self._is_renewed():
            return self.lock_ids.browse()
        opening = self._find_opening(reconcile.opens_some)
        opened = set().union(*(one.lock_ids for one in opening))
        return self._get_present_locks().filtered(lambda one: one.id not in opened)

    def _get_silent_locks(self):
        """Return the doors that would not open now, whatever one does.

        Link, PIN and key open without us: it does not matter whether Odoo calls a site.

        :rtype: exivo.lock
        """
        return self.lock_ids.filtered(lambda one: not (one.active and one.is_ready))

    def _may_renew_code(self):
        """Tell whether the holder may have a new code made: once for each booking.

        None could be made while its site is not called, and the portal would no longer
        show the old one, which opens until then. Nor while another one is refused: who
        got none would lose what opens. All sites of a booking get the same.

        :rtype: bool
        """
        siblings = self._get_siblings()
        get_it = self | siblings._with_code()._working()
        return bool(
            self.booking_id
            and all(one.site_id._is_called() for one in get_it)
            and self._shows_pin()
            and self in self._with_code()
            and not any(siblings.mapped("code_asked_at"))
            and not any(one._is_renewed() for one in siblings)
        )

    def _renew_code(self):
        """Have a new code made for the holder.

        Clicks wait for one another, so that several at once make one.

        :return: whether it is made.
        :rtype: bool
        """
        siblings = self._get_siblings()
        serialise(siblings)
        if not self._may_renew_code():
            return False
        siblings.code_asked_at = fields.Datetime.now()
        ours = for_staff(self, self.company_id)
        self._change_pin(ours.env._("Asked for in the portal."))
        return True
