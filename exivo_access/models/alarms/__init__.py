# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds what is amiss, and tells whoever is responsible once, until it is over.

The lookout finds a trouble, which is a row; an alarm shows it as an activity.
``health.py`` says the same to machines.
"""

from . import exivo_trouble
from . import lookout
from . import alarm
from . import alarm_words
from . import health
from . import exivo_site_doors
from . import exivo_access
from . import exivo_door_event
from . import exivo_site
from . import synchroniser
