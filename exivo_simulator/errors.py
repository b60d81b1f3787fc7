# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one way in which the API says no."""


class Refusal(Exception):
    """Exivo refuses a request: a status and a sentence (reference §6)."""

    def __init__(self, message: str, status: int = 400):
        super().__init__(message)
        self.message = message
        self.status = status
