# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Calls the Exivo REST API in plain Python, without any Odoo import.

One method per call (:mod:`.client`, :mod:`.access_log`, :mod:`.digital_keys`,
:mod:`.persons`), typed results (:mod:`.types`), typed errors (:mod:`.errors`),
which addresses are acceptable (:mod:`.addresses`), which machines may be called
(:mod:`.targets`), for how long (:mod:`.deadline`), and what time it is there
(:mod:`.server_clock`).
"""

from .access_log import LogEntry
from .addresses import check_api_url, is_page_url
from .client import ExivoClient
from .digital_keys import KeyVisit, KeyVisitRequest
from .errors import (
    Barred,
    ExivoError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    OtherSite,
    RateLimited,
    Broken,
    Rejected,
    ServerError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from .landmarks import Landmarks
from .persons import (
    ALWAYS,
    AccessGroup,
    Person,
    PersonRequest,
    TimeProfile,
    TimeRange,
)
from .server_clock import ServerClock
from .targets import Targets, read_targets
from .types import Component, SiteInfo, Visit, VisitRequest
