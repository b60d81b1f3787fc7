# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Tells customers before a closed door what is the matter, in their words."""

from typing import NamedTuple

from odoo import api, fields, models

from ...tools.serialise import serialise


class Help(NamedTuple):
    """What keeps the holder of an access outside, as far as we know."""

    #: ``early``, ``over``, ``phone``, ``made``, ``failed``, ``door`` or nothing.
    reason: str
    #: These doors do not answer, or are not ready.
    silent: models.BaseModel
    #: The holder may have a new code made now.
    may_renew: bool


class ExivoDoorHelper(models.AbstractModel):
    """Looks at the same facts as *Explain*, for the holder of an access.

    Callers have made sure that the visitor is the holder.
    """

    _name = "exivo.door.helper"
    _description = "Exivo Door Helper"

    @api.model
    def _help(self, access):
        """Find out what is the matter.

        :param access: ``exivo.access`` record in superuser mode.
        :rtype: Help
        """
        silent = self._get_silent(access)
        return Help(self._get_reason(access, silent), silent, self._may_renew(access))

    @api.model
    def _get_reason(self, access, silent):
        now = fields.Datetime.now()
        if access._is_over():
            return "over"
        if access._waits_for_phone():
            return "phone"
        if not access._working():
            return "failed" if access.state == "failed" else "made"
        if now < access.start:
            return "early"
        return "door" if silent else ""

    @api.model
    def _get_silent(self, access):
        """Return the doors that would not open now, whatever one does.

        :rtype: exivo.lock
        """
        site = access.site_id
        now = fields.Datetime.now()
        paused = site.paused_until and site.paused_until > now
        if site.state != "verified" or site.hindrance or paused:
            return access.lock_ids
        return access.lock_ids.filtered(lambda one: not (one.active and one.is_ready))

    @api.model
    def _may_renew(self, access):
        """Tell whether the holder may have a new code made: once for each booking.

        :rtype: bool
        """
        siblings = access._get_siblings()
        return bool(
            access.booking_id
            and access._shows_pin()
            and access in access._with_code()
            and not any(siblings.mapped("code_asked_at"))
        )

    @api.model
    def _renew(self, access):
        """Have a new code made for the holder of an access.

        Clicks wait for one another, so that several at once make one.

        :return: whether it is made.
        :rtype: bool
        """
        siblings = access._get_siblings()
        serialise(siblings)
        if not self._may_renew(access):
            return False
        siblings.code_asked_at = fields.Datetime.now()
        access._change_pin(self.env._("Asked for in the portal."))
        return True
