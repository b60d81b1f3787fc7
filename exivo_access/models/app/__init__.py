# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import app_holder
from . import exivo_site
from . import exivo_access_rule
from . import exivo_access
from . import exivo_credential
