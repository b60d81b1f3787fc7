# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Outside their weekly hours, nobody says that doors open."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from ..common import NOW, ExivoPortalCase
from ..group_common import MONDAYS, GroupCase

OPEN = "the doors open for you now"
MORNING = timedelta(minutes=5)  # NOW is Monday, 10:00 in Zurich
EVENING = timedelta(hours=10)


@freeze_time(NOW, tick=True)
@tagged("post_install", "-at_install")
class TestToldInHours(GroupCase, ExivoPortalCase):
    def setUp(self):
        super().setUp()
        self.member_rule.hour_ids = MONDAYS
        self.access = self.join(partner=self.holder.partner_id)

    def _help(self, after=MORNING):
        with freeze_time(NOW + after, tick=True):
            self.log_in(self.holder)
            page = self.url_open(f"/my/exivo/accesses/{self.access.id}/help")
        return " ".join(html.document_fromstring(page.content).text_content().split())

    def _explain(self, after=MORNING):
        """Open the explanation; return its verdict, and what it says of the time."""
        with freeze_time(NOW + after):
            form = self.open_explanation(self.access, user=self.manager)
            (line,) = form.save().line_ids.filtered(
                lambda one: one.title == "Window and now"
            )
            return form.verdict, f"{line.verdict}: {line.text}"

    def test_member_reads_in_the_evening_that_it_is_not_the_hour(self):
        self.assertIn(OPEN, self._help())
        page = self._help(EVENING)
        self.assertNotIn(OPEN, page)
        self.assertIn("The doors do not open for you at this hour.", page)
        self.assertIn("Entrance: Monday 09:00 – 12:00 (Europe/Zurich)", page)

    def test_door_without_hours_opens_while_the_other_does_not(self):
        self.join(self.club, partner=self.holder.partner_id)
        self.settle()
        page = self._help(EVENING)
        self.assertIn(OPEN, page)
        self.assertIn("Not at this hour: Entrance.", page)
        self.aare.is_ready = False
        page = self._help(EVENING)
        self.assertIn("A door is not answering. It is: Aare.", page)
        self.aare.is_ready, self.entrance.is_ready = True, False
        self.assertIn(OPEN, self._help(EVENING), "the entrance is shut anyhow")

    def test_staff_read_that_it_is_not_the_hour(self):
        verdict, text = self._explain()
        self.assertIn("fine: It is open now.", text)
        verdict, text = self._explain(EVENING)
        self.assertNotEqual(verdict, "fine")
        self.assertIn("look: These doors do not open at this hour: Entrance.", text)
        self.assertIn("Entrance: Monday 09:00 – 12:00.", text)
