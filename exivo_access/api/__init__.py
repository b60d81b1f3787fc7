# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Client of the Exivo REST API: plain Python, no Odoo import.

One method per call (:mod:`.client`), typed results (:mod:`.types`), typed errors
(:mod:`.errors`).
"""

from .client import ExivoClient, check_api_url
from .errors import (
    ExivoError,
    Forbidden,
    InvalidAnswer,
    NotFound,
    RateLimited,
    Rejected,
    ServerError,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from .types import Component, SiteInfo, Visit, VisitRequest

__all__ = [
    "Component",
    "ExivoClient",
    "ExivoError",
    "Forbidden",
    "InvalidAnswer",
    "NotFound",
    "RateLimited",
    "Rejected",
    "ServerError",
    "SiteInfo",
    "TimedOut",
    "Unauthorized",
    "Unreachable",
    "Visit",
    "VisitRequest",
    "check_api_url",
]
