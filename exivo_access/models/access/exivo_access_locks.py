# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...pure import rights


class ExivoAccess(models.Model):
    """An access keeps its promise without those of its locks that Exivo no longer has.

    A lock that Exivo does not list is archived (see ``exivo.lock``). The credential
    that is there stays without it, and a new one opens the doors that are left.
    """

    _inherit = "exivo.access"

    def _get_unlisted_locks(self):
        """Return the locks of this access that Exivo does not list any more.

        :rtype: exivo.lock
        """
        self.ensure_one()
        unlisted = self.env["exivo.lock"]._get_unlisted_ids()
        return self.lock_ids.filtered(lambda lock: lock.id in unlisted)

    def _get_present_locks(self):
        """Return the locks of this access that can be opened at all.

        :rtype: exivo.lock
        """
        self.ensure_one()
        return self.lock_ids - self._get_unlisted_locks()

    def _get_shown_locks(self):
        """Return the locks that the holder is told of.

        :rtype: exivo.lock
        """
        self.ensure_one()
        return self._get_present_locks() or self.lock_ids

    def _lacks_locks(self):
        """Tell whether none of its locks is left to be opened.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.lock_ids) and not self._get_present_locks()

    def _get_present_rights(self, stored):
        """Return the hours of the week by lock, without locks that are gone.

        :param stored: ``rights`` as a record has them.
        :rtype: tuple
        """
        self.ensure_one()
        unlisted = self._get_unlisted_locks().ids
        return tuple(one for one in rights.from_json(stored) if one[0] not in unlisted)
