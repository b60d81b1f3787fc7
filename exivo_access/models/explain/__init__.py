# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import finding
from . import explainer
from . import booking_explainer
from . import access_explainer
from . import failure_words
