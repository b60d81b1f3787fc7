# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ExivoLock(models.Model):
    """A lock is a door component of a site, as Exivo lists it.

    Nobody types locks: they come from *Synchronise locks*, and only what they can do is
    marked by hand. A lock that Exivo no longer lists is archived and never deleted,
    because accesses may refer to it.
    """

    _name = "exivo.lock"
    _inherit = ["exivo.first.steps.mixin"]
    _description = "Exivo Lock"
    _order = "site_id, name, id"

    name = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    site_id = fields.Many2one(
        comodel_name="exivo.site",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    remote_id = fields.Char(string="ID at Exivo", required=True, readonly=True)
    labelling = fields.Char(readonly=True)
    kind = fields.Char(
        readonly=True, help="Exivo's own word for the kind of component."
    )
    is_alarm = fields.Boolean(
        string="Alarm Door",
        readonly=True,
        help="Opening this door while its alarm is armed can set off a false alarm.",
    )
    is_ready = fields.Boolean(string="Ready", readonly=True)
    mode = fields.Char(readonly=True)
    zone_ids = fields.Json(
        string="Access Zones",
        readonly=True,
        help="The ids of the zones at Exivo that hold the lock. Standing access is "
        "given to zones.",
    )
    seen_at = fields.Datetime(
        string="Last Seen", readonly=True, help="When Exivo last listed this lock."
    )

    # Exivo does not tell these: managers mark them, and "Synchronise locks" leaves
    # them.
    has_remote_opening = fields.Boolean(
        string="Opens From Afar",
        default=True,
        help="The lock is online: it opens by a link, and by a click in Odoo.",
    )
    has_keypad = fields.Boolean(
        string="Keypad", help="A PIN can be typed at the door itself."
    )
    has_mobile_access = fields.Boolean(
        string="Mobile Access", help="The lock reads keys from an app on a phone."
    )

    _remote_id_unique = models.Constraint(
        "UNIQUE(site_id, remote_id)", "A lock exists only once in a site."
    )

    def write(self, vals):
        """Override to keep a lock the one that it is. Rules would open another door.

        :raise ValidationError: another site, or another id there.
        """
        place = {"site_id", "remote_id"} & vals.keys()
        if any(
            self._fields[name].convert_to_write(lock[name], lock) != vals[name]
            for lock in self
            for name in place
        ):
            raise ValidationError(
                self.env._(
                    "A lock does not become another one. Synchronise the locks of its "
                    "site."
                )
            )
        return super().write(vals)

    def _get_same_doors_domain(self):
        """Return the domain of these doors, by whichever site they are connected.

        :rtype: Domain
        """
        return (
            Domain("remote_id", "in", self.mapped("remote_id"))
            & Domain("site_id.remote_id", "in", self.site_id.mapped("remote_id"))
            & Domain("active", "in", (True, False))
        )

    def _filter_remote_opening(self):
        """Return the locks that can be opened from afar.

        :rtype: exivo.lock
        """
        return self.filtered(lambda lock: lock.active and lock.has_remote_opening)

    def _update_from_list(self, site, listed):
        """Bring the locks of a site in line with what Exivo lists.

        :param site: the ``exivo.site`` record.
        :param list[adapters.Lock] listed: all locks of that site.
        :return: how many locks there are, are new, and are gone.
        :rtype: dict
        """
        known = {
            lock.remote_id: lock
            for lock in self.with_context(active_test=False).search(
                [("site_id", "=", site.id)]
            )
        }
        now = fields.Datetime.now()
        new_vals, seen = [], self.browse()
        for one in listed:
            vals = {
                "name": one.name,
                "active": True,
                "labelling": one.labelling,
                "kind": one.kind,
                "is_alarm": one.is_alarm,
                "is_ready": one.is_ready,
                "mode": one.mode,
                "zone_ids": list(one.zone_ids),
                "seen_at": now,
            }
            lock = known.get(one.id)
            if lock:
                lock.write(vals)
                seen |= lock
            else:
                new_vals.append({**vals, "site_id": site.id, "remote_id": one.id})
        gone = self.browse().union(*known.values()) - seen
        gone = gone.filtered("active")
        gone.write({"active": False})
        new = self.create(new_vals)
        return {"found": len(seen) + len(new), "new": len(new), "gone": len(gone)}
