# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds what staff decide about an access: take it away, give it back, a new code.

They also give back what was gone at Exivo. They decide on the access; what follows at
Exivo is the synchroniser's.
"""

from . import exivo_access
