# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what the front desk looks at: who is in which room now, and who comes next.

It reads what the rooms below have written. Its screen (``static/src/desk/``) looks
again when a run of the synchroniser, or what doors report, has changed something.
"""

from . import front_desk
from . import exivo_access
from . import exivo_door_event
from . import synchroniser
