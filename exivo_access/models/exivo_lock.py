# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ExivoLock(models.Model):
    """A door component of a site, as Exivo lists it.

    Nobody types locks: they come from *Synchronise locks*. A lock that Exivo no longer
    lists is archived and never deleted, because accesses may refer to it.
    """

    _name = "exivo.lock"
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
    seen_at = fields.Datetime(
        string="Last Seen", readonly=True, help="When Exivo last listed this lock."
    )

    _remote_id_unique = models.Constraint(
        "UNIQUE(site_id, remote_id)", "A lock exists only once in a site."
    )

    @api.model
    def _update_from_components(self, site, components):
        """Bring the locks of a site in line with what Exivo lists.

        Gateways are no doors and are left out; kinds that are not known are kept.

        :param site: the ``exivo.site`` record.
        :param list[exivo.Component] components: all components of that site.
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
        for component in components:
            if component.is_gateway:
                continue
            vals = {
                "name": component.name,
                "active": True,
                "labelling": component.labelling,
                "kind": component.kind,
                "is_alarm": component.is_alarm,
                "is_ready": component.ready,
                "mode": component.mode,
                "seen_at": now,
            }
            lock = known.get(component.id)
            if lock:
                lock.write(vals)
                seen |= lock
            else:
                new_vals.append({**vals, "site_id": site.id, "remote_id": component.id})
        gone = self.browse().union(*known.values()) - seen
        gone = gone.filtered("active")
        gone.write({"active": False})
        new = self.create(new_vals)
        return {"found": len(seen) + len(new), "new": len(new), "gone": len(gone)}
