# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds the sites and their locks: what Odoo connects to, and whether it may call it.

Everything that talks to Exivo asks here first. Whether a site may be called at all, or
this is a copy of its database, is in ``exivo_site_hindrance.py``; whether Exivo answers
in ``exivo_site_outage.py`` and ``exivo_site_refusal.py``. A site asks no rule and no
access; it keeps settings for them (``exivo_site_admin.py``). Rooms that stand on this
one add their part of it in an ``exivo_site.py`` of their own, as their next step to the
first ones (``exivo_site_steps.py``).
"""

from . import first_steps_mixin
from . import exivo_site
from . import exivo_site_address
from . import exivo_site_outage
from . import exivo_site_refusal
from . import exivo_site_words
from . import exivo_site_admin
from . import exivo_site_hindrance
from . import exivo_site_steps
from . import exivo_lock
from . import exivo_site_locks
