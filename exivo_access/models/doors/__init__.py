# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what doors report, and opens doors from afar.

The log at Exivo is what counts (``exivo_site_log.py``); its webhook only wakes the
reading of it. Whose an event is, is found in ``exivo_door_event_match.py``. How often
somebody may open a door is decided in ``exivo_opening.py``.
"""

from . import exivo_door_event
from . import exivo_opening
from . import exivo_webhook_call
from . import exivo_site
from . import exivo_site_log
from . import exivo_door_event_match
from . import exivo_lock
from . import exivo_access_rule
from . import exivo_access
from . import res_partner
from . import resource_booking
