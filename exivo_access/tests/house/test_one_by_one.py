# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW, pin_of
from ..member_common import MemberCase

#: Stands for what an error may quote.
QUOTED = "PIN 4711"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestOneByOne(MemberCase):
    """A scheduled action goes on with all others where one record is broken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._connect_once_more()
        cls.bert = cls.env["res.partner"].create({"name": "Bert", "email": "b@x.ch"})

    @contextmanager
    def broken(self, model, name, is_broken):
        """Have a method of a model fail where its arguments are the broken ones."""
        cls = type(self.env[model])
        method = getattr(cls, name)

        def maybe(records, *args):
            if is_broken(records, *args):
                raise ValueError(QUOTED)
            return method(records, *args)

        with (
            patch.object(cls, name, maybe),
            self.assertLogs("odoo.addons.exivo_access", "ERROR") as logs,
        ):
            yield
        self.assertNotIn(QUOTED, str(logs.output))

    def test_log_of_every_site_is_read(self):
        self.exivo.report("aare", 1)
        with self.broken(
            "exivo.door.event", "_keep", lambda _events, site, _new: site == self.site
        ):
            self.read_events(timedelta(minutes=5))
        self.assertFalse(self.site.log_read_at)
        self.assertTrue(self.other.log_read_at)
        self.read_events(timedelta(minutes=10))
        self.assertEqual(
            self.env["exivo.door.event"].search([]).site_id, self.site | self.other
        )

    def test_locks_of_every_site_are_read(self):
        both = self.site | self.other
        self.env["exivo.lock"].search([]).seen_at = False
        with (
            patch.object(
                type(self.env["exivo.trouble"]),
                "_get_sites_to_ask",
                lambda trouble: both.with_env(trouble.env),
            ),
            self.broken(
                "exivo.lock",
                "_update_from_list",
                lambda _locks, site, _listed: site == self.site,
            ),
        ):
            self.run_action("ir_cron_watch")
        locks = self.env["exivo.lock"].search([("seen_at", "!=", False)])
        self.assertEqual(locks.site_id, self.other)

    def test_every_site_is_compared(self):
        with self.broken(
            "exivo.site", "_find_differences", lambda site, *_args: site == self.site
        ):
            self.run_action("ir_cron_compare")
        self.assertFalse(self.site.compared_at)
        self.assertTrue(self.other.compared_at)

    def test_every_member_is_planned(self):
        at_once = "odoo.addons.exivo_access.models.plan.community_planner_marks.AT_ONCE"
        with patch(at_once, 0):
            (self.customer | self.bert).category_id = self.members
            self.plan()
        with self.broken(
            "exivo.community.planner",
            "_compare",
            lambda _planner, partner_ids: self.customer.id in partner_ids,
        ):
            self.run_action("ir_cron_plan_members")
        self.assertEqual(self.accesses().partner_id, self.bert)

    def test_everything_else_that_is_old_is_cleared(self):
        self.book(hours=1)
        cleared = self.accesses(self.book(hours=3, partners=self.bert))
        self.synchronise()
        with freeze_time(NOW + timedelta(days=1)):
            self.synchronise()  # they are over
        kept = self.accesses() - cleared
        with (
            freeze_time(NOW + timedelta(days=400)),
            self.broken(
                "exivo.credential",
                "_forget_secrets",
                lambda credentials: kept in credentials.access_id,
            ),
        ):
            self.run_action("ir_cron_clear")
        self.assertTrue(pin_of(kept.credential_ids))
        self.assertFalse(pin_of(cleared.credential_ids))
        self.assertFalse(cleared.partner_id, "what comes later is cleared too")
