# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Shows the house at a glance: who is in, who comes next, and how full rooms are.

It reads what the rooms below have written. The front desk's screen (``front_desk.py``;
a person's line, and what may be clicked: ``exivo_access.py``) looks again when a run of
the synchroniser, or what doors report, has changed something. The reports are read with
Odoo's own graphs, pivots and lists, and nobody's name is in them; ``exivo_figures.py``
(of ``exivo.room.report``) puts some of their figures on one page. They are queries,
without tables of their own, so that nothing has to be kept in step, and what is deleted
is no longer counted.
"""

from . import front_desk
from . import exivo_access
from . import exivo_access_figures
from . import exivo_door_event
from . import synchroniser
from . import exivo_room_report
from . import exivo_access_report
from . import exivo_door_report
from . import exivo_figures
