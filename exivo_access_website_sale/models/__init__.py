# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Does for rooms in the web shop what its cart and checkout leave out.

Who holds a booking is in ``resource_booking_holder.py``, and if nobody was named in
``sale_order_line_holder.py``. How long a cart waits for its money is in
``resource_booking_unpaid.py``. In ``resource_booking_cancelled.py`` one can be
cancelled whatever became of its room, and in ``sale_order_line_closed_rooms.py`` a cart
gets another time. That a cart opens no door is in ``sale_order.py``, and that nobody
answers for it in ``calendar_attendee.py``; who is named meanwhile says
``booking_explainer.py``.
"""

from . import booking_explainer
from . import calendar_attendee
from . import resource_booking_cancelled
from . import resource_booking_holder
from . import resource_booking_unpaid
from . import sale_order
from . import sale_order_line
from . import sale_order_line_closed_rooms
from . import sale_order_line_holder
