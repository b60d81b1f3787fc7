# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds decisions without Odoo, without a clock and without dice.

All that such a function needs is given to it, so that it is tried with thousands of
made-up histories. Nothing in here imports anything of Odoo.
"""
