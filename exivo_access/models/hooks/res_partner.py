# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from .companies import check_communities

#: These fields of a contact decide which standing accesses there are, and what they
#: say.
MEMBER_FIELDS = {
    "category_id",
    "active",
    "name",
    "email",
    "phone",
    "country_id",
    "lang",
}
#: These fields decide where a key in an app is sent to.
RECIPIENT_FIELDS = {"email", "phone", "country_id"}
#: Whoever can change these fields has link, PIN and keys sent elsewhere.
ADDRESS_FIELDS = ("email", "phone")


class ResPartner(models.Model):
    """A contact that is changed changes bookings, memberships and where mails go."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Override to plan new contacts, who may already belong to a community.

        Tags and bookings may come from defaults as well, so both are looked at.
        """
        partners = super().create(vals_list)
        booked = self.browse(
            one.id
            for one, bookings in partners._get_exivo_bookings().items()
            if bookings
        )
        nothing = self.env["resource.booking"]
        self._note_other_exivo_bookings(dict.fromkeys(booked, nothing))
        every = partners.sudo().with_context(active_test=False)
        check_communities(self.env, every.category_id)
        collector = self.env["exivo.collector"]
        if collector._knows_communities():
            collector._members_changed(partners.filtered("category_id"))
        return partners

    def write(self, vals):
        """Override to plan archived contacts, and to tell of new addresses."""
        addresses = self.sudo()._get_exivo_addresses(vals)
        every = self.sudo().with_context(active_test=False)
        tags = {one: one.category_id for one in every if "category_id" in vals}
        booked = self._get_exivo_bookings() if "resource_booking_ids" in vals else {}
        families = {one: one._get_exivo_family() for one in self if "parent_id" in vals}
        result = super().write(vals)
        self._leave_exivo_families(families)
        self._note_other_exivo_bookings(booked)
        changed = (
            (before | partner.category_id) - (before & partner.category_id)
            for partner, before in tags.items()
        )
        no_tag = self.env["res.partner.category"]  # not by a contact: that reads them
        check_communities(self.env, no_tag.union(*changed))
        if not vals.get("active", True):
            self._end_exivo_powers()
        self._report_exivo_change(vals)
        readdressed = self._get_readdressed(addresses)
        if readdressed:
            held = self.env["exivo.access"].sudo()._search_mailed(readdressed)
            held._tell_at_new_address()
            readdressed._tell_exivo_bookings()
        if addresses:
            self.env["exivo.access"].sudo()._note_other_addresses(addresses)
        return result

    def _update_address(self, vals):
        """Override of `base` to report what a parent writes, past :meth:`write`."""
        result = super()._update_address(vals)
        self._report_exivo_change({*self._address_fields()} & vals.keys())
        return result

    def _report_exivo_change(self, names):
        """Plan what goes by the fields of these contacts that were written.

        :param names: of the fields.
        """
        collector = self.env["exivo.collector"]
        if "active" in names or (
            not RECIPIENT_FIELDS.isdisjoint(names)
            and self.env["exivo.access.rule"]._give_keys_in_app()
        ):
            for people in ("partner_ids", "exivo_guest_ids.partner_id"):
                collector._bookings_matching_changed(people, self.ids)
        if not MEMBER_FIELDS.isdisjoint(names):
            collector._members_changed(self)

    def _get_exivo_bookings(self):
        """Return all bookings of each contact, archived ones included.

        :rtype: dict
        """
        every = self.sudo().with_context(active_test=False)
        pairs = zip(self, every, strict=True)
        return {one: archived_too.resource_booking_ids for one, archived_too in pairs}

    def _note_other_exivo_bookings(self, before):
        """Plan bookings that contacts were put on, or taken off, from their own side.

        :param dict before: bookings by contact.
        :raise AccessError: the user may change contacts, and not these bookings.
        """
        partners = self.browse().union(*before)
        for partner, after in partners._get_exivo_bookings().items():
            (before[partner] - after)._end_exivo_powers(partner)
            changed = (
                before[partner]
                .browse({*before[partner].ids} ^ {*after.ids})
                .with_env(self.env)
            )
            changed.check_access("write")
            self.env["exivo.collector"]._bookings_changed(changed)

    def _end_exivo_powers(self):
        """Leave these contacts no way to move or to cancel what is still to come."""
        now = fields.Datetime.now()
        for partner, bookings in self._get_exivo_bookings().items():
            bookings.filtered(
                lambda one: not one.stop or one.stop > now
            )._end_exivo_powers(partner)

    def _get_exivo_family(self):
        """Return these contacts and all above them, who see their bookings.

        :rtype: res.partner
        """
        every = self.sudo().with_context(active_test=False)
        return every.search([("id", "parent_of", every.exists().ids)])

    def _leave_exivo_families(self, before):
        """Leave those above whom contacts were no way to what is still to come.

        :param dict before: see :meth:`_get_exivo_family`, by contact.
        """
        bookings = self.env["resource.booking"].sudo()
        to_come = Domain("stop", "=", False)
        to_come |= Domain("stop", ">", fields.Datetime.now())
        for partner, family in before.items():
            left = (family - partner._get_exivo_family()).filtered("user_ids")
            theirs = Domain("partner_ids", "child_of", partner.ids)
            for booking in bookings.search(theirs & to_come) if left else ():
                gone = left - booking.partner_ids._get_exivo_family()
                booking._end_exivo_powers(gone, were_on_it=False)

    def _get_exivo_addresses(self, vals):
        """Return the addresses that some values may change.

        :return: by contact, by the name of the field.
        :rtype: dict
        """
        names = [name for name in ADDRESS_FIELDS if name in vals]
        if not names:
            return {}
        return {partner: {name: partner[name] for name in names} for partner in self}

    def _get_readdressed(self, before):
        """Return the contacts that have another e-mail address now.

        :param dict before: see :meth:`_get_exivo_addresses`.
        :rtype: res.partner
        """
        is_other = self.env["exivo.access"]._is_other_address
        return self.browse().union(
            *(
                partner
                for partner, values in before.items()
                if partner.email
                and "email" in values
                and is_other("email", values["email"], partner.email)
            )
        )

    def _tell_exivo_bookings(self, domain=Domain.TRUE):
        """Have bookings without an access told at these contacts' new address, too.

        As with accesses, only some addresses a day; one more than that hears nothing.

        :param Domain domain: of bookings, others have been told there.
        """
        answers = self.env["exivo.awaited.answer"].sudo()
        answers.search([("partner_id", "in", self.ids)])._wake()
        to_come = Domain("stop", ">", fields.Datetime.now())
        to_come &= Domain("active", "=", True) & Domain("meeting_id.active", "=", True)
        to_come &= domain
        bookings = self.env["resource.booking"].sudo()
        theirs = defaultdict(bookings.browse)
        invited = Domain("partner_ids", "in", self.ids)
        invited |= Domain("meeting_id.partner_ids", "in", self.ids)
        for booking in bookings.search(invited & to_come):
            people = booking.partner_ids | booking.meeting_id.partner_ids
            for partner in people & self:
                theirs[partner] |= booking
        for partner, booked in theirs.items():
            mails = self.env["exivo.address.mail"]
            if mails._allow(partner, partner.email, "bookings"):
                for booking in booked:
                    booking._tell_exivo_again(partner)
                booked.meeting_id.attendee_ids._invite_exivo_again(partner)

    def signup_get_auth_param(self):
        """Override of `auth_signup` to give only those who may edit contacts a token.

        Odoo gives every employee a token to sign up as any contact. It would not be
        enough to protect contacts with an access: one without an access today may book
        tomorrow.
        """
        given = self
        if not (self.env.su or self.has_access("write")):
            given = self.browse()
        return super(ResPartner, given).signup_get_auth_param()

    def unlink(self):
        """Override to let accesses outlive their holder until they are gone.

        A merge of contacts ends here, too: bookings that both attended are planned.
        """
        accesses = self.env["exivo.access"].sudo()
        accesses.search([("partner_id", "in", self.ids)])._withdraw_and_wake()
        # Their guests go with them, in SQL; and others may come into their place.
        bookings = self.env["resource.booking"].sudo()
        bookings = bookings.search(
            Domain("partner_ids", "in", self.ids)
            | Domain("exivo_guest_ids.host_id", "in", self.ids)
            | Domain("exivo_guest_ids.partner_id", "in", self.ids)
        )
        self._end_exivo_powers()
        result = super().unlink()
        self.env["exivo.collector"]._bookings_changed(bookings.exists())
        return result
