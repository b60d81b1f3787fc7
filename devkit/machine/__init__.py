# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sets up a machine without root: Odoo, PostgreSQL, Chromium, Python's packages.

All of it lies in the user's cache folder, and is fetched and checked once. Databases
are copies of a template with the add-ons installed. Standard library only.
"""
