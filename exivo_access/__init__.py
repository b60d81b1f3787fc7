# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets who books a room, or belongs to a community, open its doors by dormakaba Exivo.

``models/`` is a house of rooms, one for each subject: begin at its ``__init__.py``.
``controllers/`` and ``wizards/`` are its doors for people, ``adapters/`` and ``api/``
the way to Exivo, ``pure/`` decisions without Odoo, and ``tools/`` what models and
controllers use. ``views/``, ``data/`` and ``tests/`` have the same rooms as
``models/``.
"""

from . import controllers
from . import models
from . import wizards
