# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import models
from . import wizards


def post_init_hook(env):
    """Know which memberships staff have ended before this was installed."""
    env["membership.membership_line"]._know_exivo_ends()


def uninstall_hook(env):
    """Take the tag from whoever has it by a membership only, and their accesses.

    Nobody would take it later, when the membership is over. It is planned at once:
    with the end of the transaction our models are gone.
    """
    env["exivo.paid.member"].search([])._leave()
    env.cr.flush()
