# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import exivo_trouble
from . import lookout
from . import alarm
from . import alarm_words
from . import health
from . import exivo_site
