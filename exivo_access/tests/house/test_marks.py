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
ASKED = re.compile(r"""context\.get\(\s*(?:"(exivo_\w+)"|([A-Z_]+))""")


@tagged("post_install", "-at_install")
class TestMarks(TransactionCase):
    def test_contexts_are_asked_by_marks_that_cannot_be_brought_along(self):
        """``tools/mark.py`` says how."""
        house = Path(__file__).parents[3]
        asked = {
            name or constant
            for path in house.glob("exivo_access*/*/**/*.py")
            if "tests" not in path.parts
            for name, constant in ASKED.findall(path.read_text())
        }
        self.assertEqual(asked, HARMLESS.keys())
