# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A lock that Exivo did not list for a while is listed again."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..common import NOW, ExivoCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestLocksBack(ExivoCase):
    def setUp(self):
        super().setUp()
        components = list(self.exivo.components)
        self.addCleanup(setattr, self.exivo, "components", components)
        self.exivo.components = components[:1]
        self.site.action_synchronise_locks()
        self.access = self.accesses(self.book())
        self.synchronise()
        self.exivo.components = components

    def opened(self):
        (visit,) = self.exivo.live_visits()
        return set(visit["request"].component_ids)

    def test_lock_that_is_back_is_added(self):
        self.assertEqual(self.opened(), {"entrance"})
        self.site.action_synchronise_locks()
        self.synchronise()
        self.assertEqual(self.opened(), {"entrance", "aare"})

    def test_lock_that_is_back_is_added_by_a_process_that_has_not_heard_of_it(self):
        """A run that is under way in another process is told nothing until its end."""
        with patch.object(type(self.env.registry), "clear_cache"):
            self.site.action_synchronise_locks()
            self.synchronise()
        self.env.registry.clear_cache()
        self.synchronise()
        self.assertEqual(self.opened(), {"entrance", "aare"})
        self.assertEqual(self.access.state, "created")

    def test_only_lock_that_goes_and_comes_back_is_believed_at_once(self):
        """Neither does settling go by what the process remembers."""
        self.rule.lock_ids = self.entrance
        self.site.action_synchronise_locks()
        self.synchronise()
        there = self.exivo.components
        for components, state in ((there[1:], "failed"), (there, "created")):
            self.exivo.components = components
            self.remember()
            with patch.object(type(self.env.registry), "clear_cache"):
                self.site.action_synchronise_locks()
                self.synchronise()
                self.assertEqual(self.access.state, state)
            self.env.registry.clear_cache()

    def remember(self):
        """Have the process remember which locks there are, as any transaction does."""
        self.env.cr.postcommit.data.clear()
        self.access._update_state()
