# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Counts what happens in the house: rooms, accesses, doors. Nobody's name is in it.

The reports are read with Odoo's own graphs, pivots and lists; ``exivo_figures.py`` puts
some of their figures on one page. They are queries, without tables of their own, so
that nothing has to be kept in step, and what is deleted is no longer counted.
"""

from . import exivo_access
from . import exivo_room_report
from . import exivo_access_report
from . import exivo_door_report
from . import exivo_figures
