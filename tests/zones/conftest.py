# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the tests of zones share."""

from hypothesis import settings

# The same examples in every run: what fails here fails for everybody.
settings.register_profile("zones", derandomize=True, database=None, deadline=None)
settings.load_profile("zones")
