# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import exivo_access
from . import exivo_credential
from . import orders
from . import exivo_access_failure
from . import exivo_access_ways
from . import exivo_access_locks
from . import exivo_access_holder
from . import exivo_credential_looks
from . import exivo_lock
