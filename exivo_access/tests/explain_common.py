# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Staff who open *Explain*, and a guest they ask about."""

from .common import ExivoCase


class ExplainCase(ExivoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user = cls._create_user(
            "exivo_desk", "exivo_access.group_user,resource_booking.group_manager"
        )
        cls.guest = cls.env["res.partner"].create(
            {"name": "Bert Beispiel", "email": "bert@example.com"}
        )

    def explain_in_short(self, booking):
        """Open the screen, and read its top.

        :return: the verdict, the line, and what it is about.
        """
        form = self.open_explanation(booking)
        return form.verdict, form.summary, form.occasion

    def assertLine(self, lines, verdict, title, text):
        """There is exactly one line of a title with this verdict; it says a text."""
        found = [line for line in lines if line[:2] == (verdict, title)]
        self.assertEqual(len(found), 1, lines)
        self.assertIn(text, found[0][2])

    def assertNoLine(self, lines, title):
        self.assertNotIn(title, [line[1] for line in lines])
