# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds what is amiss, and tells whoever is responsible once, until it is over.

A trouble is found (``exivo_trouble_kinds.py``), which is a row; an alarm shows it as an
activity, to those whom ``exivo_alarm.py`` chooses. ``health.py`` says the same to
machines.
"""

from . import exivo_trouble
from . import exivo_trouble_kinds
from . import exivo_trouble_no_show
from . import exivo_alarm
from . import exivo_alarm_words
from . import exivo_alarm_words_of_sites
from . import health
from . import exivo_site_doors
from . import exivo_access
from . import exivo_door_event
from . import exivo_site
from . import synchroniser
