# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .common import ExivoCase


class StaffCase(ExivoCase):
    """Staff look at an access whose holder has been told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_user("exivo_staff", "exivo_access.group_user")

    def setUp(self):
        super().setUp()
        self.booking = self.book(hours=24)
        self.synchronise()
        self.access = self.accesses(self.booking).with_user(self.user)
        self.mails_to(self.customer).unlink()
