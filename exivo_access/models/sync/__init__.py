# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import synchroniser
from . import recorder
from . import settler
from . import second_looks
from . import clock_mender
from . import comparer
