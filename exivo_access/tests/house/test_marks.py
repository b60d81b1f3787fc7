# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""What somebody says in a context from afar decides about nothing of ours."""

import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

#: Anybody may say these, for this reason.
HARMLESS = {
    "exivo_changes": "words of a mail, which our own code says anew",
    "exivo_community_id": "what a form is filled in with",
    "exivo_new_room": "what a form is filled in with",
    "exivo_leave_alive": "who uninstalls by a script answers so, see test_uninstall",
    "FROM_MAIL": "what it says only forbids, and is said anew for each mail",
}
NAME = r"""(?:"(exivo_\w+)"|\b([A-Z_]+)\b)"""
ASKED = re.compile(
    rf"(?<!q)context(?:\.get\(\s*|\[){NAME}"
    rf"|{NAME}\s+(?:not )?in\s+[\w.]*(?<!q)context\b"
)


@tagged("post_install", "-at_install")
class TestMarks(TransactionCase):
    def test_it_finds_all_ways_to_ask(self):
        for way in (
            'context.get("exivo_x")',
            'context["exivo_x"]',
            '"exivo_x" in self.env.context',
            '"exivo_x" not in env.context',
        ):
            self.assertTrue(ASKED.search(way), way)

    def test_contexts_are_asked_by_marks_that_cannot_be_brought_along(self):
        """``tools/mark.py`` says how."""
        house = Path(__file__).parents[3]
        asked = {
            "".join(names)
            for path in house.glob("exivo_access*/*/**/*.py")
            if "tests" not in path.parts
            for names in ASKED.findall(path.read_text())
        }
        self.assertEqual(asked, HARMLESS.keys())
