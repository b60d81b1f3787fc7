# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Explains in plain words, from the database, why a person can or cannot enter."""

from odoo import models

from ..access.exivo_access import OVER
from .finding import FINE, LOOK, PROBLEM, Finding


class ExivoExplainer(models.AbstractModel):
    """Looks at a booking or a member as somebody would before a closed door.

    Calls nobody and changes nothing; PIN and link are never part of a finding. It
    checks what the user may see. What concerns the booking is in
    ``exivo.booking.explainer``, what concerns one access in ``exivo.access.explainer``.
    """

    _name = "exivo.explainer"
    _description = "Exivo Explainer"

    def _explain_booking(self, booking, partner):
        """Explain whether a person can enter because of a booking.

        :param booking: ``resource.booking`` record.
        :param partner: ``res.partner`` record; may be somebody who did not book.
        :rtype: list[Finding]
        :raise AccessError: the user may not see the booking.
        """
        return self._explain(
            booking, partner, self._find_accesses_to_booking(booking, partner)
        )

    def _find_accesses_to_booking(self, booking, partner):
        """Return what a person has because of a booking, or had last.

        :rtype: exivo.access
        :raise AccessError: the user may not see the booking.
        """
        booking.check_access("read")
        domain = [("booking_id", "=", booking.id), ("partner_id", "=", partner.id)]
        accesses = self.env["exivo.access"].search(domain, order="start, id")
        return self._get_relevant(accesses) or accesses[-1:]

    def _get_relevant(self, accesses):
        """Return the accesses that are wanted, or of which something may still live."""
        return accesses.filtered(lambda one: one.is_wanted or one.sudo()._may_live())

    def _explain_access(self, access, partner):
        """Explain whether a person can enter for the reason that an access has.

        That is a booking, or communities. Who may see an access need not be allowed to
        see its booking.

        :param access: ``exivo.access`` record.
        :param partner: ``res.partner`` record; may be another one than its holder.
        :rtype: list[Finding]
        :raise AccessError: the user may not see the access.
        """
        accesses = self._find_accesses_beside(access, partner)
        return self._explain(access.sudo().booking_id, partner, accesses)

    def _find_accesses_beside(self, access, partner):
        """Return what a person has for the same reason as somebody has an access.

        :rtype: exivo.access
        :raise AccessError: the user may not see the access.
        """
        access.check_access("read")
        domain = [
            ("reference", "=", access.reference),
            ("partner_id", "=", partner.id),
        ]
        found = access.search(domain, order="start, id")
        return self._get_relevant(found) | (found & access)

    def _get_first_problem(self, booking):
        """Return what keeps the requester of a booking without any access.

        :param booking: ``resource.booking`` record that the user may see.
        :return: one line; empty if an access stands, or if no rule wants one.
        :rtype: str
        """
        if any(
            access.is_wanted and access.state not in OVER
            for access in booking.sudo().exivo_access_ids
        ):
            return ""
        explainer = self.env["exivo.booking.explainer"]
        planned = explainer._as_planned(booking)
        if not explainer._get_rules_of_reader(planned):
            return ""
        findings = self._explain_booking(booking, explainer._get_requester(planned))
        problems = (
            f"{one.title}: {one.text}" for one in findings if one.verdict == PROBLEM
        )
        return next(problems, "")

    def _summarise(self, findings):
        """Say in one line what matters most among findings: the first that is amiss.

        :param list[Finding] findings: in the order of the screen.
        :return: the worst verdict, and the line.
        :rtype: tuple[str, str]
        """
        for verdict in (PROBLEM, LOOK):
            found = [one for one in findings if one.verdict == verdict]
            if not found:
                continue
            text = f"{found[0].title}: {found[0].text}"
            if len(found) > 1:
                more = self.env._(
                    "And more of it below: %(count)s.", count=len(found) - 1
                )
                text = f"{text} {more}"
            return verdict, text
        text = self.env._("Nothing was found that would keep the doors shut.")
        return FINE, text

    def _explain(self, booking, partner, accesses):
        """Return what the screen shows: what is wanted, then what is there.

        :raise AccessError: the user may not see a person who is not known from here.
        """
        accesses = accesses.sudo()
        people = self.env["exivo.booking.explainer"]._as_planned(booking).partner_ids
        (partner - people - accesses.partner_id).check_access("read")
        if booking:
            explainer = self.env["exivo.booking.explainer"]
            findings = explainer._explain(
                explainer._as_planned(booking), partner.sudo(), accesses
            )
        elif accesses[:1].is_of_community:
            findings = [self._explain_membership(partner.sudo(), accesses)]
        else:
            text = self.env._(
                "The booking has been deleted, so its accesses are taken away."
            )
            findings = [Finding(PROBLEM, self.env._("Booking"), text)]
        for access in accesses:
            findings += self.env["exivo.access.explainer"]._explain(
                access, with_heading=len(accesses) > 1
            )
        return findings

    def _explain_membership(self, partner, accesses):
        """Explain whether a person belongs to the communities of standing accesses."""
        title = self.env._("Community")
        if not any(access.is_wanted for access in accesses):
            hindrances = self._get_hindrances_of_member(partner, accesses.category_ids)
            if hindrances:
                explainer = self.env["exivo.booking.explainer"]
                return explainer._find_hindered(PROBLEM, title, "", hindrances)
            text = self.env._(
                "%(name)s no longer belongs to it, or it has no rule for these doors "
                "any more. Give the contact its tag, or look at its rules.",
                name=partner.name,
            )
            return Finding(PROBLEM, title, text, partner)
        text = self.env._(
            "%(name)s is a member of %(community)s.",
            name=partner.name,
            community=", ".join(accesses.category_ids.mapped("name")),
        )
        return Finding(FINE, title, text)

    def _get_hindrances_of_member(self, partner, communities):
        """Return why a contact does not belong to communities any more; for add-ons.

        :param partner: ``res.partner`` record in superuser mode.
        :rtype: list[Hindrance]
        """
        return []
