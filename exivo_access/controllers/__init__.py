# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import portal
from . import booking_desk
from . import calendar
from . import doors
from . import door_help
from . import health
from . import key_callback
from . import self_service
from . import room_finder
from . import webhook
from . import staff
