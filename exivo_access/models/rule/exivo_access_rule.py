# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.remembered import forget, remembered
from .methods import METHODS

MAX_MINUTES = 1440


class RoomRule(NamedTuple):
    """A plain copy of a rule tells the planner all it needs, without a query."""

    method: str
    minutes_before: int
    minutes_after: int
    holders: str
    booking_state: str
    invitation: str
    company_id: int
    lock_ids_by_site: dict
    #: what add-ons ask of a booking beside its state, by the names of their fields
    conditions: dict
    #: what else rooms above this one ask of the rule, by the names of their fields
    others: dict


#: These fields of a rule decide which accesses there are.
RULE_FIELDS = (
    "active",
    "lock_ids",
    "method",
    "minutes_before",
    "minutes_after",
    "holders",
    "booking_state",
)


class ExivoAccessRule(models.Model):
    """A rule opens some locks to whoever books a room, with minutes before and after.

    Or it opens them to the members of a community. Several rules of one room, or of one
    community, add up.
    """

    _name = "exivo.access.rule"
    _inherit = [
        "exivo.first.steps.mixin",
    ]
    _description = "Exivo Access Rule"
    _order = "resource_id, category_id, sequence, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    resource_id = fields.Many2one(
        comodel_name="resource.resource",
        string="Room",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    category_id = fields.Many2one(
        comodel_name="res.partner.category",
        string="Community",
        index="btree_not_null",
        ondelete="restrict",
    )
    lock_ids = fields.Many2many(
        comodel_name="exivo.lock",
        string="Locks",
        required=True,
        context={"active_test": False},
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_company_id",
        store=True,
        index=True,
    )
    method = fields.Selection(selection=METHODS, default="link", required=True)
    minutes_before = fields.Integer(
        default=15,
        required=True,
        help="How long before the booking starts the doors open.",
    )
    minutes_after = fields.Integer(
        default=15,
        required=True,
        help="How long after the booking ends the doors still open.",
    )
    holders = fields.Selection(
        selection=[("requester", "Requester"), ("attendees", "Every attendee")],
        string="Who",
        default="requester",
        required=True,
    )
    booking_state = fields.Selection(
        selection=[
            ("confirmed", "Booking confirmed"),
            ("scheduled", "Booking scheduled or confirmed"),
        ],
        string="From",
        default="confirmed",
        required=True,
        help="The state that a booking must have reached.",
    )

    _minutes_in_range = models.Constraint(
        f"CHECK(minutes_before BETWEEN 0 AND {MAX_MINUTES} "
        f"AND minutes_after BETWEEN 0 AND {MAX_MINUTES})",
        f"Minutes before and after must be between 0 and {MAX_MINUTES}.",
    )

    # === COMPUTE METHODS === #

    @api.depends("lock_ids.company_id", "resource_id.company_id")
    def _compute_company_id(self):
        """Compute the company. Without locks, it decides which ones can be chosen."""
        for rule in self:
            rule.company_id = (
                rule.lock_ids.company_id[:1]
                or rule.resource_id.company_id
                or self.env.company
            )

    @api.depends("resource_id", "category_id", "lock_ids")
    def _compute_display_name(self):
        for rule in self:
            locks = ", ".join(rule.lock_ids.mapped("name"))
            place = rule.resource_id.display_name or rule.category_id.display_name
            rule.display_name = place and f"{place}: {locks}"

    # === CONSTRAINTS AND CRUD === #

    @api.constrains("minutes_before", "minutes_after")
    def _check_minutes(self):
        """Check the same as the database does, in words that name the field."""
        for rule in self:
            for field in ("minutes_before", "minutes_after"):
                if not 0 <= rule[field] <= MAX_MINUTES:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(value)s is not between 0 and %(most)s "
                            "(one day).",
                            field=rule._fields[field]._description_string(self.env),
                            value=rule[field],
                            most=MAX_MINUTES,
                        )
                    )

    @api.constrains("lock_ids", "method")
    def _check_locks(self):
        # "method" is always in the values, so this also runs when locks are left out.
        for rule in self:
            if not rule.lock_ids:
                raise ValidationError(
                    self.env._("Choose at least one lock that the rule opens.")
                )

    @api.constrains("active", "lock_ids", "method")
    def _check_sites(self):
        """Refuse doors of archived sites: these are not called, so none would open."""
        for rule in self.filtered("active"):
            for site in rule.lock_ids.site_id.filtered(lambda one: not one.active):
                raise ValidationError(
                    self.env._(
                        "%(site)s is archived, so its doors would not open. Unarchive "
                        "the site first, or choose other locks.",
                        site=site.name,
                    )
                )

    @api.constrains("active")
    def _check_room(self):
        """Refuse a rule whose room went to another company while it was archived."""
        self.filtered("active")._check_company()

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._rules_changed(rules.resource_id, rules.category_id)
        return rules

    def write(self, vals):
        resources, categories = self.resource_id, self.category_id
        result = super().write(vals)
        self._rules_changed(resources | self.resource_id, categories | self.category_id)
        return result

    def unlink(self):
        resources, categories = self.resource_id, self.category_id
        result = super().unlink()
        self._rules_changed(resources, categories)
        return result

    def _get_condition_fields(self):
        """Return the fields with which add-ons ask more of a booking than its state.

        Whether a booking fulfils them, the planner's ``_reached`` says.

        :return: names of fields with plain values.
        :rtype: tuple[str]
        """
        return ()

    def _get_other_fields(self):
        """Return the fields that rooms above this one add, and that plan no booking.

        :return: names of fields with plain values.
        :rtype: tuple[str]
        """
        return ()

    def _get_effective_fields(self):
        """Return the fields that decide which accesses there are.

        :rtype: tuple[str]
        """
        return (*RULE_FIELDS, *self._get_condition_fields())

    def _archive_all(self):
        """End everywhere and for good what rules give."""
        self.search([("active", "=", True)]).action_archive()

    def _rules_changed(self, resources, categories):
        """Let rooms that stand on this one follow what rules say now.

        :param resources: rooms that have, or had, these rules.
        :param categories: communities that have, or had, them.
        """
        forget(self.env)

    @remembered
    def _get_rules_by_resource(self):
        """Return all rules of rooms as plain values.

        Remembered: every booking asks for them.

        :return: see :meth:`_read_rules_by_resource`.
        :rtype: dict[int, tuple[RoomRule]]
        """
        return self._read_rules_by_resource()

    def _read_rules_by_resource(self):
        """Read all rules of rooms as plain values, as they are now.

        :return: the rules of each room, by the room's id.
        :rtype: dict[int, tuple[RoomRule]]
        """
        rules = self.sudo().with_context(active_test=False)
        rules = rules.search([("active", "=", True), ("resource_id", "!=", False)])
        return {
            resource.id: tuple(rule._as_room_rule() for rule in resource_rules)
            for resource, resource_rules in rules.grouped("resource_id").items()
        }

    def _as_room_rule(self):
        self.ensure_one()
        return RoomRule(
            method=self.method,
            minutes_before=self.minutes_before,
            minutes_after=self.minutes_after,
            holders=self.holders,
            booking_state=self.booking_state,
            invitation=self.invitation,
            company_id=self.company_id.id,
            lock_ids_by_site={
                site.id: frozenset(locks.ids)
                for site, locks in self.lock_ids._origin.grouped("site_id").items()
            },
            conditions={name: self[name] for name in self._get_condition_fields()},
            others={name: self[name] for name in self._get_other_fields()},
        )
