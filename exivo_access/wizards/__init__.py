# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Asks people before something is done, or shows what was found, in a dialog.

What they decide is done by models. Two are about models of others: what becomes of
accesses when contacts are merged, and when the add-on is taken away.
"""

from . import base_module_uninstall
from . import base_partner_merge
from . import exivo_explanation
from . import exivo_new_code
from . import exivo_new_members
from . import exivo_open_door
from . import exivo_person_choice
from . import exivo_personal_data
