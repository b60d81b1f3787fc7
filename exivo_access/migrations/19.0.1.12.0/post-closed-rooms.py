# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Troubles of rooms that are closed are noted by bookings, no longer by accesses."""


def migrate(cr, _version):
    """Forget the old ones: the next look finds those bookings, and more, anew."""
    cr.execute("DELETE FROM exivo_trouble WHERE kind = 'closed'")
