# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import alarm_mixin
from . import first_steps_mixin
from . import secret_mixin
from . import pin_mixin
from . import smart_buttons_mixin
