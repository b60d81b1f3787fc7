# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many histories are tried: a few in every run, more by EXIVO_HISTORIES=5000."""

import os

from hypothesis import settings

MORE = os.environ.get("EXIVO_HISTORIES")

# In every run the same ones: what fails here fails for everybody.
settings.register_profile(
    "reconcile",
    derandomize=not MORE,
    database=None,
    deadline=None,
    max_examples=int(MORE or 300),
    stateful_step_count=40,
)
settings.load_profile("reconcile")
