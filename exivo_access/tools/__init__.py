# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what models use and is no model itself.

Calls to Exivo, transactions, secrets in the database, periods in words. It knows no
model of ours by name.
"""
