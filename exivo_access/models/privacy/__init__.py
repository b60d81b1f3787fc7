# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Deletes what need not be kept any longer, and encrypts what is.

How long is set on the site: for PINs and holders in ``site/exivo_site_admin.py``, for
door events in ``doors/exivo_site.py``; ``exivo_site_retention.py`` goes by it. No row
that stands for something at Exivo goes before it is gone there.
"""

from . import encryption
from . import exivo_access
from . import exivo_credential
from . import exivo_guest
from . import exivo_site
from . import exivo_site_retention
