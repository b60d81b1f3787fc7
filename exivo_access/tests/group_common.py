# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Members who are let in as persons in access groups."""

from datetime import timedelta

from freezegun import freeze_time

from .. import api as exivo
from ..tools.connection import ADAPTERS
from .common import NOW
from .member_common import MemberCase

MONDAYS = [(0, 0, {"weekday": "0", "hour_from": 9, "hour_to": 12})]


@freeze_time(NOW)
class GroupCase(MemberCase):
    """Members open the entrance, the club opens Aare: standing, by access groups."""

    method = "group"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_rule = cls.create_rule(cls.club, cls.aare)
        cls.entrance.has_keypad = True
        cls.manager = cls._create_user("exivo_manager", "exivo_access.group_manager")
        cls.env.cr.flush()

    def join(self, *categories, partner=None):
        partner = partner or self.customer
        for category in categories or [self.members]:
            partner.category_id |= category
        self.synchronise()
        return self.standing(partner)

    def leave(self, *categories, partner=None):
        for category in categories or [self.members]:
            (partner or self.customer).category_id -= category
        self.settle()

    def settle(self):
        """Replacements need a moment: the old one goes once the new one works."""
        self.synchronise()
        with freeze_time(NOW + timedelta(seconds=30)):
            self.synchronise()

    def standing(self, partner=None):
        return self.env["exivo.access"].search(
            [
                ("partner_id", "in", (partner or self.customer).ids),
                ("method", "=", "group"),
            ]
        )

    def inside(self):
        """The one person at Exivo who may enter somewhere."""
        (person,) = self.exivo.persons_inside()
        return person

    def live_credentials(self):
        return self.env["exivo.credential"].search([("state", "=", "live")])

    def run_cron(self, name):
        self.run_action(name)
        self.settle()

    def swiss(self):
        return self.env.ref("base.ch")

    def there(self, info="Janitor"):
        """Somebody of the customer's name is at Exivo already."""
        return self.exivo.create_person(exivo.PersonRequest("Anna", "Muster", info))

    def compare(self):
        self.run_cron("ir_cron_compare")

    def zones(self, remembered=False, **zones):
        """Give locks other zones at Exivo.

        :param bool remembered: whether those that were read before still are.
        """
        before = list(self.exivo.components)
        self.addCleanup(setattr, self.exivo, "components", before)
        self.exivo.components = [
            exivo.Component(
                *(one.id, one.name, "", one.kind, True, ""),
                zone_ids=zones.get(one.id, one.zone_ids),
            )
            for one in before
        ]
        if not remembered:
            ADAPTERS.clear()  # as after some minutes
