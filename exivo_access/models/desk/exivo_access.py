# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..access.exivo_access import OVER, PENDING
from ..rule.methods import APP
from .front_desk import FrontDesk

#: Words and colour of these say it all.
TONES = {"created": "success", "in_progress": "info", "failed": "danger"}
#: The holder does not have the mail with link and PIN, and none is on its way.
UNTOLD = ("no_email", "failed", "invalid", "bounced")


class ExivoAccess(models.Model):
    """An access is one line on the front desk's screen: whose it is, and how it stands.

    PIN and link are never part of it.
    """

    _inherit = "exivo.access"

    @api.model
    def get_front_desk(self):
        """Return what the front desk's screen shows: who is where, and who comes next.

        :rtype: dict
        :raise AccessError: the user is none of the staff.
        """
        return FrontDesk(self.env).get_rooms()

    def _describe_for_desk(self):
        """Return what the front desk sees of an access, and may do about it by a click.

        :rtype: dict
        """
        self.ensure_one()
        access = self.sudo()
        holder = access.partner_id
        state, tone = access._describe_state()
        return {
            "id": access.id,
            "holder": holder.display_name or "",
            "doors": ", ".join(access.lock_ids.mapped("name")),
            "state": state,
            "tone": tone,
            "troubles": access._get_troubles_for_desk(),
            "actions": access._get_actions_for_desk(),
        }

    def _describe_state(self):
        """Return how the access stands, in words, and the colour that goes with them.

        :rtype: tuple[str, str]
        """
        self.ensure_one()
        if self.state in PENDING and (not self._is_granted() or self._is_over()):
            tone = TONES["failed" if self.failure_type else "in_progress"]
            return self.env._("Being removed"), tone
        if self.withheld:
            name = "gone_at_exivo" if self.gone_at_exivo else "withheld"
            return self._fields[name]._description_string(self.env), "muted"
        states = dict(self._fields["state"]._description_selection(self.env))
        tone = TONES.get(self.state, "muted")
        if self.state in PENDING and self.start <= fields.Datetime.now():
            # Somebody may stand at the door, or has what opens it all the while.
            opens = self._opens_now()
            if opens == (self.state == "failed"):
                tone = "warning"
        return states[self.state], tone

    def _get_troubles_for_desk(self):
        """Return what is amiss with an access: Exivo, its doors now, the holder's mail.

        :rtype: list[str]
        """
        self.ensure_one()
        now = fields.Datetime.now()
        troubles = [self._describe_failure(), self._advise()]
        if self.state in PENDING and self.start <= now:
            troubles.insert(0, self._describe_renewal())
        silent = self.lock_ids.filtered(lambda one: not (one.active and one.is_ready))
        if silent and self.state == "created" and self.start <= now < self.stop:
            doors = ", ".join(silent.mapped("name"))
            troubles.append(self.env._("Not ready: %(doors)s.", doors=doors))
        if self.mail_state in UNTOLD and self._is_granted():
            label = self._fields["mail_state"]._description_string(self.env)
            troubles.append(f"{label}: {self._describe_mail()}.")
        return [one for one in troubles if one]

    def _get_actions_for_desk(self):
        """Return what staff may do, by the same measure as the form of an access.

        :rtype: list[str]
        """
        self.ensure_one()
        stands = self.is_wanted and not self.withheld
        over = self.state in OVER
        may = {
            "explain": True,
            "pin": self.can_show_pin,
            "new_code": stands
            and self.method != APP
            and self.state in ("created", "failed"),
            "open": stands and not over and self.opens_from_afar,
            "give_back": self.withheld and self.is_wanted and self.state != "expired",
            "retry": self.state == "failed",
        }
        return [action for action, allowed in may.items() if allowed]
