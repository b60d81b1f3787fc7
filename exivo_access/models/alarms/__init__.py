# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Finds what is amiss, and tells whoever is responsible once, until it is over.

``exivo_trouble_kinds.py`` names what is looked for (an access that is missing, a lock
that is not ready), and each larger kind has a file beside it. ``health.py`` looks for
scheduled actions that stand still, and answers machines. ``exivo_alarm.py`` chooses who
is told, by an activity; its words are in ``exivo_alarm_words.py``, those of sites,
locks and actions in ``exivo_alarm_words_of_sites.py``.
"""

from . import exivo_trouble
from . import exivo_trouble_kinds
from . import exivo_trouble_imminent
from . import exivo_trouble_lingering
from . import exivo_trouble_no_show
from . import exivo_trouble_stopped
from . import exivo_trouble_unready
from . import exivo_trouble_untold
from . import exivo_alarm
from . import exivo_alarm_words
from . import exivo_alarm_words_of_sites
from . import health
from . import exivo_site_log
from . import exivo_access
from . import exivo_door_event
from . import exivo_site
from . import mail_activity_type
from . import res_users
from . import synchroniser
