# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Says which access has which PIN, and gives PINs and links to those who may see them.

``pin_keeper.py`` decides when a PIN is kept and when it is drawn anew; how one is drawn
is in ``pure/pin.py``. ``handover.py`` hands PINs and links over. Both are functions,
because no method of a record may give a secret away.
"""

from . import base_import_import
from . import exivo_fixed_pin
from . import exivo_lock
from . import exivo_pin_reveal
from . import res_partner
