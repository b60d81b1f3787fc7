# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request

from .doors import ExivoDoorsPortal
from .routes import may_be_id, portal_route


class ExivoDoorHelpPortal(ExivoDoorsPortal):
    """*I cannot get in* says what is the matter, and what can be done."""

    @portal_route("/my/exivo/accesses/<int:access_id>/help", "GET")
    def portal_exivo_help(self, access_id, code=None, **kwargs):
        """Say why the doors may be shut for the visitor; changes nothing.

        Mails lead here, also once their access is over or was taken back.

        :param str code: whether a new code was just asked for: 1 if it is made.
        """
        self._keep_out_of_caches()
        access_sudo = self._find_my_access(access_id)
        if not access_sudo:
            raise request.not_found()
        current_sudo = self._get_my_accesses()
        booking_sudo = access_sudo.booking_id
        return request.render(
            "exivo_access.portal_door_help",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "exivo_help",
                "access": access_sudo,
                "named": access_sudo._format_title(),
                "help": access_sudo._get_help(),
                "others": access_sudo._get_siblings() & current_sudo - access_sudo,
                "openable": access_sudo._get_clickable_locks(),
                "link": self._get_links(access_sudo & current_sudo).get(access_sudo.id),
                "company": access_sudo.company_id or request.env.company.sudo(),
                "booking": booking_sudo
                & self._get_readable_bookings(access_sudo).sudo(),
                "code": code,
            },
        )

    @portal_route("/my/exivo/accesses/<int:access_id>/code", "POST")
    def portal_exivo_renew(self, access_id, **kwargs):
        """Have a new code made, once for each booking."""
        access_sudo = self._get_my_access(access_id)
        done = access_sudo._renew_code()
        return request.redirect(f"/my/exivo/accesses/{access_id}/help?code={int(done)}")

    def _find_my_access(self, access_id):
        """Return an access that the visitor holds or has held, if it is one."""
        accesses_sudo = request.env["exivo.access"].sudo()
        return accesses_sudo.search(
            [
                ("id", "=", may_be_id(access_id) and access_id),
                ("partner_id", "=", self._get_partner().id),
            ]
        )

    def _get_my_access(self, access_id):
        self._keep_out_of_caches()
        access_sudo = self._get_my_accesses().filtered(lambda one: one.id == access_id)
        if not access_sudo:
            raise request.not_found()
        return access_sudo
