# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial

from odoo import models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from .base import DOOR_MODELS


class MailFollowers(models.Model):
    """Followers of a booking or an access are read by whoever may read that.

    Odoo lets every employee read who follows what.
    """

    _inherit = "mail.followers"

    def _search(self, domain, *args, bypass_access=False, **options):
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & self._get_exivo_readable()
        return super()._search(domain, *args, bypass_access=bypass_access, **options)

    def _get_exivo_readable(self):
        """Return the domain of what the user may read, one's own in any case.

        Each row is looked up by itself: there may be a million accesses.

        :rtype: Domain
        """
        followed = self._get_exivo_followed()
        readable = Domain("res_model", "not in", followed)
        readable |= Domain("partner_id", "=", self.env.user.partner_id.id)
        for name in followed:
            if self.env[name].has_access("read"):
                found = Domain.custom(to_sql=partial(_is_found, self.env[name]))
                readable |= Domain("res_model", "=", name) & found
        return readable

    @tools.ormcache()
    def _get_exivo_followed(self):
        """Return the models of ours that are followed, and those that lead to doors.

        :rtype: tuple[str, ...]
        """
        return tuple(
            name
            for name, model in self.env.items()
            if "message_follower_ids" in model._fields
            and (model._is_exivo_model() or name in DOOR_MODELS)
        )


def _is_found(followed, _followers, alias, _query):
    """Return the condition that what is followed is there for its reader.

    :param followed: its model, in the reader's environment.
    :param str alias: of the table of followers.
    :rtype: SQL
    """
    found = followed._search([], active_test=False)
    number = SQL.identifier(found.table, "id")
    found.add_where(SQL("%s = %s", number, SQL.identifier(alias, "res_id")))
    return SQL("EXISTS (%s)", found.select())
