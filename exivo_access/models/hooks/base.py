# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Enforces on the server what is read-only, and keeps mails from opening doors.

And it shows nobody a name of ours for a number that they put into a form, or save.
"""

from odoo import api, models, tools

#: Add-ons of this project have this name, or one that goes on from it.
OURS = "exivo_access"
#: Says in the context that values come from a mail, or from whoever hands one in.
FROM_MAIL = "exivo_from_mail"
#: These fields are for our code alone, on each of our models, and as ours on others'.
TECHNICAL_FIELDS = set(
    """
    ask_at booking_start booking_stop changed_at due_at exivo_planned_up_to
    failure_facts form_token gone_noted_at gone_since held_since holder_digest lease
    log_known_since log_paused_until log_reread_at look_again_at looked_at looks
    looks_again mail_due_at mail_tries member missed_since outages pin_number resent_at
    retried_at rights rooms told_booking told_credential_id token tries zone_ids
    """.split()
)
#: These models of others lead to doors, so no mail writes them.
DOOR_MODELS = {
    "resource.booking",
    "resource.booking.combination",
    "resource.booking.type",
    "resource.booking.type.combination.rel",
    "resource.resource",
    "res.partner.category",
}
#: Odoo makes these for bookings and accesses: they say as much, or bring the token.
STAND_INS = {"calendar.attendee", "calendar.event", "ir.attachment", "mail.message"}


class Base(models.AbstractModel):
    """Refuses by RPC what only the add-on's own code may write.

    ``readonly=True`` is a matter of the screen in Odoo: anybody with the right to write
    a record may write all of it by RPC. On our models, and on our fields of others'
    models, it holds on the server: such a field is written in superuser mode only. That
    is what our code does, after it has asked whether the user may.

    It stands here and not in a mixin so that no model can be forgotten.
    """

    _inherit = "base"

    def _has_field_access(self, field, operation):
        if operation == "write" and (
            self._is_exivo_code_only(field) or self._is_kept_from_mail(field)
        ):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override to offer nobody technical fields to filter, group or export by."""
        descriptions = super().fields_get(allfields, attributes)
        for name in TECHNICAL_FIELDS & descriptions.keys():
            if self._is_exivo_field(self._fields[name]):
                for offer in ("searchable", "groupable", "sortable", "exportable"):
                    if offer in descriptions[name]:
                        descriptions[name][offer] = False
        return descriptions

    @api.model_create_multi
    def create(self, vals_list):
        """Override to leave out defaults of a call for what is read-only.

        Odoo would refuse such a default as if it had been given, although it may be
        meant for a record of another model.
        """
        is_asked = self._is_exivo_asked()
        given = set().union(*vals_list) if is_asked else ()
        creating = self
        if self._is_exivo_model():
            context = self._without_exivo_defaults()
            creating = self.with_env(self.env(context=context))
        records = super(Base, creating).create(vals_list).with_env(self.env)
        if is_asked:
            self._check_exivo_saved(records._get_exivo_named(given, every=True))
        records._check_exivo_rated()
        return records

    def _without_exivo_defaults(self):
        """Return the context without defaults for what is read-only.

        :rtype: dict
        """
        return {
            key: value
            for key, value in self.env.context.items()
            if not (
                key.startswith("default_")
                and self._is_read_only(key.removeprefix("default_"))
            )
        }

    def write(self, vals):
        """Override to ask for the right to our records again, as they are afterwards.

        Odoo asks only before, so that a record could be moved to another company, or
        below a record of one.
        """
        is_asked = self._is_exivo_asked()
        before = self._get_exivo_named(vals) if is_asked else set()
        result = super().write(vals)
        if is_asked:
            self._check_exivo_saved(self._get_exivo_named(vals) - before)
        if self._is_exivo_model() and not self.env.su:
            self.check_access("write")
        self._check_exivo_rated()
        return result

    def _check_exivo_rated(self):
        """Let nobody rate bookings, records of ours, or lines there, but who may write.

        Every employee makes ratings of anything in `rating`, on which we do not depend.
        It shows whose it is, and whoever has a rating's token writes there by it, as
        anybody, and over what was logged.

        :raise AccessError: what is rated is not the user's to change.
        """
        if self._name != "rating.rating" or self.env.su:
            return
        for one in self.sudo():
            for name, number in (
                (one.res_model, one.res_id),
                (one.parent_res_model, one.parent_res_id),
                (one.message_id.model, one.message_id.res_id),
            ):
                check_not_withheld(self.env, name, number, "write")

    def web_read(self, specification):
        """Override of `web` to show no name of what was only put into a form."""
        if not self.env.su and not all(self._ids):  # in memory records have none
            self._check_exivo_named()
        return super().web_read(specification)

    def _check_exivo_named(self):
        """Let nobody put into a form what they may not read, but leave what was there.

        :raise AccessError: it is not the user's to read.
        """
        for one in self.filtered(lambda one: not one.id):
            before = one._origin._get_exivo_named(every=True)
            for name, number in one._get_exivo_named(every=True) - before:
                check_not_withheld(self.env, name, number, "read")

    def _check_exivo_saved(self, named):
        """Let nobody save a link to what they may not read: they read its name by it.

        :param set named: see :meth:`_get_exivo_named`.
        :raise AccessError: it is not the user's to read.
        """
        named = {(name, number) for name, number in named if number}
        for name in {name for name, _number in named if is_guarded(self.env, name)}:
            # Rooms and the like are nobody's, and stand on products that are copied.
            if name in DOOR_MODELS and name != "resource.booking":
                continue
            numbers = [number for about, number in named if about == name]
            linked = self.env[name].browse(numbers)
            if name == "mail.message":  # guests, too, say what they have read in a chat
                linked = linked.filtered(
                    lambda one: one.sudo().model != "discuss.channel"
                )
            linked.check_access("read")

    def _is_exivo_asked(self):
        """Tell whether links that are saved are looked at: messages do so themselves.

        :rtype: bool
        """
        return not self.env.su and self._name != "mail.message"

    def _get_exivo_named(self, given=(), every=False):
        """Return the models and ids of what these records lead to by such fields.

        What is computed, people are shown on purpose.

        :param given: the names of fields that somebody has given a value.
        :param bool every: whether to go by all others that are not computed as well.
        :rtype: set[tuple[str, int]]
        """
        named = set()
        for name, moved_by, is_computed in self._get_exivo_pointers():
            if not moved_by.isdisjoint(given) or (every and not is_computed):
                field = self._fields[name]
                for one in self.sudo():
                    if field.type == "many2one":
                        named.add((field.comodel_name, one[name]._origin.id))
                    else:
                        named.add((one[field.model_field], one[name]))
        if self._name == "sms.composer":  # writes by its template, of any model
            for one in self.sudo():
                for name in (one.res_model, one.template_id.model):
                    named.add((name, one.res_id))
        return named

    @tools.ormcache()
    def _get_exivo_pointers(self):
        """Return the fields that may lead to what tells of a booking or access.

        :return: their names; by a change of which fields they lead elsewhere; whether
            they are computed.
        :rtype: tuple
        """
        pointers = []
        for name, field in self._fields.items():
            model = self._fields.get(getattr(field, "model_field", None))
            if field.type == "many2one_reference" and model:
                roots = (model.related or "").split(".")[:1]
                moved_by = frozenset({name, model.name, *roots})
                pointers.append((name, moved_by, False))
            elif field.type == "many2one" and is_guarded(self.env, field.comodel_name):
                pointers.append((name, frozenset({name}), bool(field.compute)))
        return tuple(pointers)

    def _is_exivo_model(self):
        """Tell whether the model is one of this project's add-ons.

        :rtype: bool
        """
        return (self._original_module or "").startswith(OURS)

    def _is_exivo_field(self, field):
        return self._is_exivo_model() or (field._module or "").startswith(OURS)

    def _is_read_only(self, name):
        return name in self._fields and self._fields[name].readonly

    def _is_from_mail(self):
        """Tell whether what is done now is done with values from a mail.

        :rtype: bool
        """
        return bool(self.env.context.get(FROM_MAIL))

    def _is_exivo_code_only(self, field):
        """Tell whether only our code writes a field, and this is somebody else.

        :param odoo.fields.Field field: of this model.
        :rtype: bool
        """
        return (
            field.readonly
            and not self.env.su
            and field.name not in models.MAGIC_COLUMNS  # Odoo's own, as in imports
            and self._is_exivo_field(field)
        )

    def _is_kept_from_mail(self, field):
        """Tell whether a value comes from a mail, and must not: it could open doors.

        :param odoo.fields.Field field: of this model.
        :rtype: bool
        """
        return self._is_from_mail() and (
            self._is_exivo_field(field)
            or self._name in DOOR_MODELS
            or (self._name, field.name) == ("res.partner", "category_id")
        )


def is_guarded(env, name):
    """Tell whether records of a model tell of a booking or access.

    :param str name: of any model, or nothing.
    :rtype: bool
    """
    return name in env and (
        env[name]._is_exivo_model() or name in DOOR_MODELS or name in STAND_INS
    )


def is_withheld(env, name, number, operation):
    """Tell whether somebody may not read or change what tells of a booking or access.

    :param odoo.api.Environment env: that person's.
    :param str name: of any model, or nothing.
    :param int number: of its record, or nothing.
    :param str operation: ``read`` or ``write``.
    :rtype: bool
    """
    return (
        bool(number)
        and is_guarded(env, name)
        and not env[name].browse(number).has_access(operation)
    )


def check_not_withheld(env, name, number, operation):
    """Check the same as :func:`is_withheld`.

    :raise AccessError: it is withheld.
    """
    if is_withheld(env, name, number, operation):
        env[name].browse(number).check_access(operation)
