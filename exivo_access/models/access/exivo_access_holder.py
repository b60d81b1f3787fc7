# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.language import for_staff


class ExivoAccess(models.Model):
    """An access records in its log what happens to the contact who holds it.

    Our mails, and so link and PIN, follow the contact. Whoever may edit contacts can
    have mails sent elsewhere and tidy up the contact's own chatter, but not that of an
    access.
    """

    _inherit = "exivo.access"

    def _search_held(self, partners):
        """Return the accesses in force that these contacts hold.

        :param partners: ``res.partner`` records.
        """
        held = Domain("partner_id", "in", partners.ids) & Domain("is_wanted", "=", True)
        return self.search(held)._in_force()

    def _note_other_addresses(self, before):
        """Record that holders have new addresses, and write to the old ones about it.

        :param dict before: e-mail address and phone number, as far as they may be
            different now, by ``res.partner`` record.
        """
        partners = self.env["res.partner"].union(*before)
        held = self._search_held(partners)
        for partner, accesses in held.grouped("partner_id").items():
            other = {
                name: value
                for name, value in before[partner].items()
                if self._is_other_address(name, value, partner[name])
            }
            for name, value in other.items():
                accesses._write_down_address(name, value, partner[name])

    def _is_other_address(self, name, before, after):
        if name == "email":
            before, after = (email_normalize(one) or one for one in (before, after))
        return (before or "") != (after or "")

    def _write_down_address(self, name, before, after):
        """Record on these accesses that their holder had another address before.

        :param str name: of the contact's field.
        """
        self = for_staff(self, self[:1].company_id)
        nothing = self.env._("none")
        facts = {
            "holder": self.partner_id.display_name,
            "before": before or nothing,
            "after": after or nothing,
        }
        if name == "email":
            text = self.env._(
                "The e-mail address of %(holder)s, to which link and PIN are sent, was "
                "changed from %(before)s to %(after)s.",
                **facts,
            )
        else:
            text = self.env._(
                "The phone number of %(holder)s was changed from %(before)s to "
                "%(after)s.",
                **facts,
            )
        self._write_down(text)

    def _write_down_merge(self, name):
        """Record on these accesses that their holder was another contact before.

        :param str name: of that contact.
        """
        self = for_staff(self, self[:1].company_id)
        self._write_down(
            self.env._(
                "The contacts %(before)s and %(holder)s were merged: the access is "
                "%(holder)s's now.",
                before=name,
                holder=self.partner_id.display_name,
            )
        )

    def _write_down(self, text):
        """Log a line on these accesses, by whoever changed something.

        Nobody gets a mail.
        """
        self._message_log_batch(bodies=dict.fromkeys(self.ids, text))
