# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import json
from contextlib import suppress

from odoo import fields, models
from odoo.exceptions import UserError

from ..rule.methods import GROUP

#: It is not known how long names at Exivo may be; this much is safe elsewhere.
NAME_LENGTH = 64
#: These can be decided about somebody of the same name who is there already.
DECISIONS = [
    ("adopted", "Was there before, and is this contact"),
    ("new", "Made anew, beside somebody of the same name"),
]


class ExivoPerson(models.Model):
    """A person at a site stands for a contact, who has its standing access by it.

    The person is made once and found again by ``member``, which only we know of; and by
    ``remote_id`` as soon as there is one. If somebody of the same name is there
    already, a manager decides who that is, and it is kept here who has decided.
    """

    _name = "exivo.person"
    _description = "Person at Exivo"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    site_id = fields.Many2one(
        comodel_name="exivo.site",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    member = fields.Char(
        required=True,
        readonly=True,
        help="By it the person is found again at Exivo, also if this row is lost.",
    )
    remote_id = fields.Char(string="ID at Exivo", readonly=True)
    decision = fields.Selection(
        selection=DECISIONS,
        readonly=True,
        help="What was decided about somebody of the same name or address who was at "
        "Exivo before. Empty if there was nobody.",
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users", string="Decided by", readonly=True
    )
    decided_at = fields.Datetime(readonly=True)

    _partner_unique = models.Constraint(
        "UNIQUE(site_id, partner_id)", "A contact is one person at a site."
    )

    def _ensure(self, site, partner):
        """Return the person of a contact at a site, if only in Odoo for now.

        :param site: an ``exivo.site`` record.
        :param partner: a ``res.partner`` record.
        :rtype: exivo.person
        """
        place = {"site_id": site.id, "partner_id": partner.id}
        found = self.search([(name, "=", value) for name, value in place.items()])
        if found:
            return found
        member = self._new_member(site, partner)
        same = [("member", "=", member), ("site_id.remote_id", "=", site.remote_id)]
        if self.search_count(same, limit=1):
            # the site went to another company, along with the person there
            member = self._new_member(site, partner, site.id)
        return self.create({**place, "member": member})

    def _new_member(self, site, partner, *beside):
        """Return a name for a contact that is always the same, and nobody else's.

        The moment of creation is part of it, because ids are used again after a backup
        was restored. So is the database: the same contact of a copied database is
        another member. So is the company, when several have the same site: a person
        there can be in one group only.

        :param beside: what tells it from another row of the same contact.
        :rtype: str
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid", "")
        company = site.company_id
        facts = (uuid, company.id, partner.id, partner.create_date, *beside)
        fact = " ".join(map(str, facts))
        digest = hashlib.sha256(fact.encode()).hexdigest()[:24]
        return f"{self.env['exivo.credential']._get_mark()}-{digest}"

    def _note(self, access, grant):
        """Note which person at the lock system the holder of an access is there.

        :param access: an ``exivo.access`` record in superuser mode.
        :param adapters.Grant grant: of one of its credentials.
        """
        if not (grant.person_id and access.partner_id):
            return
        person = self._ensure(access.site_id, access.partner_id)
        # A person who was ordered for a contact that has since been merged is another
        # one.
        is_other = grant.member and grant.member != person.member
        if person.remote_id != grant.person_id and not is_other:
            person.remote_id = grant.person_id

    def _merge(self, sources, destination):
        """Give contacts that become one a single person at each site.

        It is the person that somebody has adopted, else one that is known to be there.

        :param sources: ``res.partner`` records that are about to be deleted.
        :param destination: the ``res.partner`` record that they become.
        """
        partners = sources | destination
        accesses = self.env["exivo.access"].search(
            [("partner_id", "in", partners.ids), ("method", "=", GROUP)]
        )
        persons = self.search([("partner_id", "in", partners.ids)])
        for site, found in persons.grouped("site_id").items():
            *others, kept = found.sorted(
                lambda one: (
                    one.decision == "adopted",
                    bool(one.remote_id),
                    one.partner_id == destination,
                )
            )
            others = self.union(*others)
            accesses.filtered(
                lambda one, site=site, others=others: one.site_id == site
                and one.partner_id in others.partner_id
            )._give_to_other_person()
            others.unlink()
            kept.partner_id = destination
        # The holder is then told of all of them at once.
        accesses.reference = self._get_reference(destination)
        accesses._in_force()._reconsider()

    def _check_free(self, remote_id):
        """Refuse a person that another contact is already.

        :raise UserError: another contact is this person.
        """
        self.ensure_one()
        here = [("site_id", "=", self.site_id.id), ("remote_id", "=", remote_id)]
        taken = remote_id and self.search([*here, ("id", "!=", self.id)], limit=1)
        if taken:
            raise UserError(
                self.env._(
                    "This person at Exivo is %(contact)s already.",
                    contact=taken.partner_id.display_name or "?",
                )
            )

    def _decide(self, decision, remote_id=False):
        """Record which person at Exivo the contact is, and who says so.

        :param str decision: ``adopted`` or ``new``.
        :param str remote_id: of the person who was adopted.
        """
        self.write(
            {
                "decision": decision,
                "remote_id": remote_id,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    # === WHAT THE LOCK SYSTEM IS TOLD === #

    def _get_identity(self):
        """Return the facts by which the person is found at Exivo, or made there.

        :rtype: dict
        """
        self.ensure_one()
        partner = self.partner_id
        words = (partner.name or "").split()
        return {
            "member": self.member,
            "person_id": self.remote_id or "",
            "is_new": self.decision == "new",
            "known_as": (
                " ".join(words),
                " ".join([*words[-1:], *words[:-1]]),
                partner.email_normalized or "",
            ),
        }

    def _get_facts(self, site, partner):
        """Return what a site is told of a contact: the name, or else a reference.

        :rtype: dict[str, str]
        """
        reference = self._get_reference(partner)
        language = {"language": partner.lang or ""}
        words = (partner.name or "").split()
        if not site.names_at_exivo or not words:
            unnamed = {"first_name": "Member", "last_name": reference}
            return {**unnamed, **language, "email": "", "phone": ""}
        # Exivo wants both names
        *first, last = words if len(words) > 1 else [*words, reference]
        return {
            **language,
            "first_name": " ".join(first)[:NAME_LENGTH],
            "last_name": last[:NAME_LENGTH],
            "email": partner.email_normalized or "",
            "phone": self._get_phone(site, partner),
        }

    def _get_mark_of_facts(self, site, partner):
        """Return a mark that changes with what a site is told of a contact.

        :rtype: str
        """
        facts = json.dumps(self._get_facts(site, partner), sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()[:16]

    def _get_reference(self, partner):
        """Return the name of a member's access group, in Odoo and at Exivo."""
        return f"M{partner.id:05d}"

    def _get_phone(self, site, partner):
        with suppress(ValueError):
            return partner._get_exivo_phone(site.company_id)
        return ""
