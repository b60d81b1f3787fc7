# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All that is old enough is deleted, however much is kept beside it.

Beside accesses that are kept with their holders and what was written about them, as
many others are old enough to be forgotten at either size.
"""

import time
from datetime import timedelta
from unittest.mock import patch

from .figures import Result, Row, Verdict, ratio, seconds
from .past import fill_past
from .workplace import measured

#: So much of the time goes into deleting, and not into looking for what to delete.
LEAST_SHARE = 0.8
YEARS = timedelta(days=4000)

#: Something was written about each of the accesses.
WRITE = """
INSERT INTO mail_message (model, res_id, message_type, body, date)
SELECT 'exivo.access', access.id, 'comment', 'Somebody called', access.stop
  FROM exivo_access AS access
 WHERE NOT EXISTS (
       SELECT FROM mail_message
        WHERE model = 'exivo.access' AND res_id = access.id)
"""


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    few, many = workplace.size((22_583, 225_834), (100, 1000))
    due = workplace.size(5000, 50)
    with workplace.office_with_access() as (office, access):
        taken = []
        for first, last in ((1, few), (few + 1, many)):
            fill_past(office, access["id"], first, last)
            fill_past(office, access["id"], many + first, many + first + due, YEARS)
            with office.env() as env:
                # at both sizes secrets are kept, so that none are looked for in vain
                env["exivo.site"].browse(office.site_id).secret_days = 3650
                env["exivo.site"].browse(office.site_id).holder_days = 3650
                env.cr.execute(WRITE)
            with office.registry.cursor() as cursor:
                cursor.execute("ANALYZE")
            taken.append(_clear(office))
    rows = [
        Row(
            f"forgetting {due:,} accesses beside {size:,} that are kept",
            f"{seconds(whole)}, of which {deleting / whole:.0%} to delete",
            f"{seconds(taken[0][0])} beside {few:,}",
            ratio(whole, taken[0][0]),
        )
        for size, (whole, deleting) in zip((few, many), taken, strict=True)
    ]
    whole, deleting = taken[-1]
    verdict = Verdict(
        f"At least {LEAST_SHARE:.0%} of the time of retention goes into deleting",
        f"{deleting / whole:.0%}",
        deleting >= LEAST_SHARE * whole,
    )
    return Result(rows, [verdict])


def _clear(office):
    """Run the scheduled action once.

    :return: how long it took, and how much of that the deleting itself.
    :rtype: tuple[float, float]
    """
    deleting = []

    def timed(clear):
        def work(rows):
            started = time.perf_counter()
            clear(rows)
            rows.env.flush_all()
            deleting.append(time.perf_counter() - started)

        return work

    def work(env):
        sites = type(env["exivo.site"])
        get_stages = sites._get_stages_to_clear

        def get_timed(site):
            return [one._replace(clear=timed(one.clear)) for one in get_stages(site)]

        with patch.object(sites, "_get_stages_to_clear", get_timed):
            env["exivo.site"]._cron_clear()

    whole = measured(office.registry, work).seconds
    return whole, sum(deleting)
