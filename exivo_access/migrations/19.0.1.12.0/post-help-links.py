# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""*I cannot get in* in a mail is known by a token, no longer by a signature."""

from odoo import SUPERUSER_ID, api
from odoo.tools.misc import hmac


def migrate(cr, _version):
    """Let links in mails that were sent go on: their signature is the token."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT id FROM exivo_access")
    ids = [id for (id,) in cr.fetchall()]
    cr.execute(
        """
        UPDATE exivo_access
           SET help_token = signed.token
          FROM unnest(%s::int[], %s::text[]) AS signed (id, token)
         WHERE exivo_access.id = signed.id
        """,
        [ids, [hmac(env, "exivo_access.help", id) for id in ids]],
    )
