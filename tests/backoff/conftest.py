# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Hypothesis tries the same examples in every run."""

from hypothesis import settings

settings.register_profile("backoff", derandomize=True, database=None, deadline=None)
settings.load_profile("backoff")
