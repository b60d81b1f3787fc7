# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Client of the Exivo REST API: plain Python, no Odoo import.

One method per call (:mod:`.client`), typed results (:mod:`.types`), typed errors
(:mod:`.errors`), and which addresses are acceptable (:mod:`.addresses`).
"""

from .addresses import check_api_url, is_page_url
from .client import ExivoClient
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
    "is_page_url",
]
