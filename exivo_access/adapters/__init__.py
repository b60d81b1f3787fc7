# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Keeps Odoo and the lock systems apart by a narrow seam, without any Odoo import.

:mod:`.seam` says what a lock system has to be able to do; each system has one module
that does it. How to add one, and where it is listed, says ``docs/adapters.md``.
"""

from .exivo import ExivoAdapter
from .naming import name_of
from .pool import Pool
from .seam import (
    ALARM,
    DENIED,
    KEY,
    KINDS,
    NOT_READY,
    OPENED,
    OTHER,
    PERSON,
    VISIT,
    Adapter,
    Candidate,
    DoorEvent,
    Grant,
    GrantGone,
    KeyOrder,
    Lock,
    LocksGone,
    PersonExists,
    PersonOrder,
    PersonShutOut,
    RevocationPending,
    Site,
    StartRefused,
    VisitOrder,
    ZonesDiffer,
)
