# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Brings Exivo in line with the accesses: claim, carry out, record, settle.

The decision itself is pure (``pure/reconcile.py``). A run reads top to bottom in
``run.py``; whose turn it is says ``turns.py``, which sites run side by side
``lanes.py``. What became of a call is recorded on the credential. Beside it are the
comparison with Exivo's own list, and a clock that was wrong. Nothing in here asks why
an access is wanted.
"""

from . import exivo_access
from . import exivo_credential
from . import exivo_credential_looks
from . import exivo_credential_comparison
from . import exivo_site
from . import synchroniser
