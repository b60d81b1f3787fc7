# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import pin_keeper
from . import exivo_fixed_pin
from . import exivo_pin_reveal
from . import handover
