# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A pytest plug-in: durations are real, whatever clock a test has set, and shorter."""

import gc

import freezegun

# by default what pytest measures stands still with the clock that a test has frozen
freezegun.configure(extend_ignore_list=["_pytest.timing"])
# Odoo makes very many objects that do not refer to each other: looking for rings of
# them again and again takes a tenth of the time.
gc.set_threshold(100_000, 50, 1_000)
