# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds the promise and what keeps it: accesses, and the credentials at Exivo.

The planners (``plan``) write what is wanted, the synchroniser (``sync``) what is there;
nobody edits either by hand. A credential's state is changed in one place only
(``exivo_credential.py``). Rooms that stand on this one hear of it by extending
``_state_changed``, ``_await_news``, ``_came_to_rest`` and ``_gone_at_exivo``.
"""

from . import exivo_access
from . import exivo_access_facts
from . import exivo_access_failure
from . import exivo_access_ways
from . import exivo_access_locks
from . import exivo_access_holder
from . import exivo_credential
from . import exivo_credential_looks
from . import exivo_lock
from . import exivo_site
from . import exivo_access_advice
from . import res_company
from . import res_partner
from . import calendar_event
from . import resource_booking
from . import resource_resource
