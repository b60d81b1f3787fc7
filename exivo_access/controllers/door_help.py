# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request
from odoo.tools import consteq

from .doors import ExivoDoorsPortal
from .routes import is_form, may_be_id, portal_route


class ExivoDoorHelpPortal(ExivoDoorsPortal):
    """*I cannot get in* says what is the matter, and what can be done."""

    @portal_route("/my/exivo/accesses/<int:access_id>/help", "GET")
    def portal_exivo_help(self, access_id, code=None, **kwargs):
        """Say why the doors may be shut for the visitor; changes nothing.

        Mails lead those here who are logged in, also once their access is over or was
        taken back. Staff come from *Explain*.

        :param str code: whether a new code was just asked for: 1 if it is made.
        """
        access_sudo = self._find_my_access(access_id)
        if not access_sudo:
            return self._render_for_staff(self._find_access(access_id))
        current_sudo = self._get_my_accesses()
        return self._render_help(
            access_sudo,
            others=access_sudo._get_siblings() & current_sudo - access_sudo,
            openable=access_sudo._get_clickable_locks(),
            link=self._get_links(access_sudo & current_sudo).get(access_sudo.id),
            booking=self._get_readable_bookings(access_sudo),
            code=code,
        )

    @portal_route(
        "/my/exivo/accesses/<int:access_id>/help/<string:help_token>",
        "GET",
        auth="public",
    )
    def portal_exivo_help_by_mail(self, access_id, help_token, **kwargs):
        """Say the same to who is not logged in, and nothing that opens a door.

        :param str help_token: what stands in the holder's mail.
        """
        access_sudo = self._find_access(access_id)
        if not access_sudo or not consteq(
            help_token.encode(), (access_sudo.help_token or "").encode()
        ):
            raise request.not_found()
        if access_sudo == self._find_my_access(access_id):
            return request.redirect(f"/my/exivo/accesses/{access_id}/help")
        return self._render_by_mail(access_sudo)

    def _render_for_staff(self, access_sudo):
        """Say the same to staff whom a holder calls; they open no doors here either."""
        # a website has but its own company chosen, whichever staff have in Odoo
        access = access_sudo.with_user(request.env.user).with_context(
            allowed_company_ids=[]
        )
        is_staff = request.env.user.has_group("exivo_access.group_user")
        if not access or not is_staff or not access.has_access("read"):
            raise request.not_found()
        return self._render_by_mail(access_sudo, for_staff=True)

    def _render_by_mail(self, access_sudo, **values):
        siblings_sudo = access_sudo._get_siblings() - access_sudo
        current_sudo = access_sudo.partner_id._get_exivo_current_accesses()
        return self._render_help(
            access_sudo, others=siblings_sudo & current_sudo, by_mail=True, **values
        )

    def _render_help(self, access_sudo, **values):
        self._keep_out_of_caches()
        partner, booking = access_sudo.partner_id, access_sudo.booking_id
        # what the booking waits for is not for guests to know
        partner &= booking.partner_ids
        explainer = request.env["exivo.booking.explainer"]
        return self._render_page(
            "exivo_access.portal_door_help",
            "exivo_help",
            access=access_sudo,
            named=access_sudo._format_title(),
            help=access_sudo._get_help(),
            exivo_hindrances=partner
            and explainer._get_hindrances_of(booking, partner, partner),
            exivo_opens_some=True,
            exivo_way=self._get_way,
            company=access_sudo.company_id or request.env.company.sudo(),
            **values,
        )

    @portal_route("/my/exivo/accesses/<int:access_id>/code", "GET", "POST")
    def portal_exivo_renew(self, access_id, **kwargs):
        """Have a new code made, once for each booking.

        Who comes from the login is led to the page with the form.
        """
        if not is_form():
            return request.redirect(f"/my/exivo/accesses/{access_id}/help")
        access_sudo = self._get_my_access(access_id)
        done = access_sudo._renew_code()
        return request.redirect(f"/my/exivo/accesses/{access_id}/help?code={int(done)}")

    def _find_my_access(self, access_id):
        """Return an access that the visitor holds or has held, if it is one."""
        partner = self._get_partner()
        return self._find_access(access_id).filtered(
            lambda one: one.partner_id == partner
        )

    def _find_access(self, access_id):
        accesses_sudo = request.env["exivo.access"].sudo()
        return accesses_sudo.search([("id", "=", may_be_id(access_id) and access_id)])

    def _get_my_access(self, access_id):
        self._keep_out_of_caches()
        access_sudo = self._get_my_accesses().filtered(lambda one: one.id == access_id)
        if not access_sudo:
            raise request.not_found()
        return access_sudo
