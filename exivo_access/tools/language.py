# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Chooses the language of what stays, and is read by others than who caused it."""

from odoo.tools import get_lang


def for_staff(records, company):
    """Return records whose words are in the language of the company's staff.

    A customer, or a scheduled action without any language, causes what staff read.

    :param company: whose staff read it; empty for the user's own one.
    """
    company = (company or records.env.company).sudo()
    code = get_lang(records.env, company.partner_id.lang or "en_US").code
    return records.with_context(lang=code)
