# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

"""A site that is connected twice is the same one, in whichever spelling of its ID."""


def migrate(cr, _version):
    """Keep site IDs in small letters, as they are kept from now on.

    A company that has connected a site in two spellings keeps both: which of them it
    goes on with is not ours to say.
    """
    cr.execute(
        """
        UPDATE exivo_site site
           SET remote_id = lower(remote_id)
         WHERE remote_id <> lower(remote_id)
           AND remote_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
           AND NOT EXISTS (
                SELECT 1 FROM exivo_site other
                 WHERE other.id <> site.id
                   AND other.company_id = site.company_id
                   AND lower(other.remote_id) = lower(site.remote_id)
               )
        """
    )
