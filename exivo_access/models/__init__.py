# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import mixins
from . import site
from . import rule
from . import access
from . import pins
from . import app
from . import community
from . import plan
from . import sync
from . import mails
from . import doors
from . import staff
from . import alarms
from . import explain
from . import privacy
from . import portal
from . import hooks
