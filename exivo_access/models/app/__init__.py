# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Adds keys in an app to sites, rules, accesses and credentials.

A slice: each file extends the model that it is named by. Where a key is sent to is in
``access/res_partner.py``; it is ordered in ``sync/orders.py``, and confirmed in
``exivo_credential.py``.
"""

from . import exivo_site
from . import exivo_access_rule
from . import exivo_access
from . import exivo_credential
