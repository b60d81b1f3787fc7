# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Holds the models, a room for each subject, listed from the ground up.

No room imports one after it in this list, or names a model of one, as `./dev lint`
checks; fields and methods of a model that several rooms extend are seen by all of them.
In a room each file is named by the model that it makes or extends (models without a
table drop the ``exivo``), or by what it does; the first lines of the room's
``__init__.py`` say what it is for.
"""

from . import mixins  # what several models have
from . import site  # sites, their connection and their locks
from . import rule  # who may open what, and by which method
from . import access  # the promise, and the credential that keeps it
from . import pins  # PINs: drawn, kept apart, shown
from . import app  # keys in an app
from . import community  # members, the persons that they are, weekly hours
from . import plan  # bookings, guests and members → accesses
from . import sync  # accesses → Exivo, and whose turn it is
from . import mails  # what holders are told; mails that come back
from . import doors  # what doors report; doors opened from afar
from . import staff  # what staff decide about an access
from . import alarms  # what is amiss, told once; health
from . import explain  # why can this person not enter?
from . import desk  # who is in and who comes next; how full rooms are
from . import privacy  # what is deleted and encrypted, and when
from . import portal  # customers book, move, cancel, bring guests, ask for help
from . import hooks  # what changes of others' models are reported by, or refused by
