# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import exivo_site
from . import exivo_lock
from . import lock_reader
from . import site_connection
from . import exivo_site_outage
from . import exivo_site_refusal
from . import exivo_site_address
from . import exivo_site_words
from . import exivo_site_admin
from . import exivo_site_steps
