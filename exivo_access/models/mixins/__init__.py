# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what several models have: secrets, PINs, alarms, smart buttons.

Beside that, what several rooms ask of Odoo's scheduled actions: where to go on
(``ir_cron_progress.py``).

Stands on nothing but ``tools`` and ``pure``. A mixin with a single user does not belong
here: its user extends itself by ``_inherit`` in the room of the subject.
"""

from . import alarm_mixin
from . import ir_cron_progress
from . import secret_mixin
from . import pin_mixin
from . import smart_buttons_mixin
