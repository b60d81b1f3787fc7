# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Leaves the invitation to the page of a booking to our own mail."""

from . import portal_share
