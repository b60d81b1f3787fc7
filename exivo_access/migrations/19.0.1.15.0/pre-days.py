# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""Lets nothing be kept, and no link last, for more than a hundred years."""


def migrate(cr, _version):
    """Lower what may have been typed for ever."""
    cr.execute(
        """
        UPDATE exivo_site
           SET event_days = LEAST(event_days, 36500),
               secret_days = LEAST(secret_days, 36500),
               holder_days = LEAST(holder_days, 36500),
               renew_days = LEAST(renew_days, 36499),
               standing_days = LEAST(standing_days, 36500)
         WHERE GREATEST(event_days, holder_days, standing_days) > 36500
        """
    )
