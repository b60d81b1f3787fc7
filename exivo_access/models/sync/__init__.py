# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Brings Exivo in line with the accesses: claim, carry out, record, settle.

The decision itself is pure (``pure/reconcile.py``). A run reads top to bottom in
``run.py``, which also says which site comes next; which of its accesses come first says
``turns.py``, how sites are divided among runs ``lanes.py``, and what is ordered or
revoked for a decision ``claims.py``. How many calls a site has
at once is set on it (``site/exivo_site_admin.py``) and kept by ``tools/calls.py``.
What became of a call is recorded on the credential (``exivo_credential.py``); when one
that failed is tried again, by ``pure/backoff.py`` (``exivo_access.py``). What may
live unnoticed, since an answer came late or was wrong, is searched for again
(``exivo_credential_looks.py``). Beside it are the comparison with Exivo's own list
(``exivo_site.py``, ``site_comparison.py``), and a clock that was wrong.

What Exivo denies twice while it knows the site (``api/client.py``) is gone;
``exivo_credential_gone.py`` says what follows. It is made again only if staff say so
(``staff``). Nothing in here asks why an access is wanted.
"""

from . import exivo_access
from . import exivo_credential
from . import exivo_credential_looks
from . import exivo_credential_gone
from . import exivo_site
from . import synchroniser
