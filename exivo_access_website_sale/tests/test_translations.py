# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""The tests of translations once more, for the add-ons beside the core."""

from odoo.addons.exivo_access.tests.house.test_translations import (
    TestTranslations,  # noqa: F401
)
