# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A pytest plug-in: durations are real, whatever clock a test has set."""

import freezegun

# by default what pytest measures stands still with the clock that a test has frozen
freezegun.configure(extend_ignore_list=["_pytest.timing"])
