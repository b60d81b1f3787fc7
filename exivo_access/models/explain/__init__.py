# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Answers staff why a person can, or cannot, enter.

First why it should be, by the booking and its rules (``booking_explainer.py``) or by a
membership (``explainer.py``); then each access (``access_explainer.py``). It reads what
all rooms below have written, and changes nothing.
"""

from . import explainer
from . import booking_explainer
from . import access_explainer
from . import access_explainer_doors
from . import access_explainer_mail
from . import resource_booking
