# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import base_module_uninstall
from . import base_partner_merge
from . import exivo_explanation
from . import exivo_new_code
from . import exivo_open_door
from . import exivo_person_choice
from . import exivo_personal_data
