# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds the models, a room for each subject, listed from the ground up.

A room knows those before it in this list, and none after, as `./dev lint` checks. In a
room each file is named by the model that it makes or extends, or by what its functions
do; the first lines of the room's ``__init__.py`` say what it is for.
"""

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
