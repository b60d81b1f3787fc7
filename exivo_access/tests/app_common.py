# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A room, its locks and a customer for keys in the app."""

from datetime import timedelta

from freezegun import freeze_time

from .common import NOW, ExivoCase

SECOND = timedelta(seconds=1)
PHONE = "+41791234567"


class AppCase(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"app_id": "4711", "app_name": "House Keys"})
        (cls.entrance | cls.aare).has_mobile_access = True
        cls.rule.method = "app"
        cls.customer.write(
            {"phone": "079 123 45 67", "country_id": cls.env.ref("base.ch").id}
        )

    def order(self):
        (key,) = self.exivo.live_keys()
        return key["request"]

    def look_on(self, after, takes=False):
        """Some time later the synchroniser runs; the phone may have taken the key."""
        if takes:
            self.exivo.phone_takes_keys()
        with freeze_time(NOW + after):
            self.synchronise()

    def mail(self):
        return self.mails_to(self.customer)[-1]

    def compare(self):
        self.env.flush_all()
        with self._registry_in_test_mode():
            return self.site.sudo()._compare()
