# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Shows accesses as rows of rooms, in a view that stores nothing."""

from . import exivo_room_use
