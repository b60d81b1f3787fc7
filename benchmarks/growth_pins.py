# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""PINs of four digits at one door of which nearly all, or all, are taken."""

from odoo.addons.exivo_access.models.pins import pin_keeper
from odoo.addons.exivo_access.pure import pin
from odoo.addons.exivo_access.tools.secret_char import get_vault

from .figures import Result, Row, Verdict, ratio, seconds
from .workplace import measured

LENGTH = 4
#: What drawing one PIN may take.
MOST_QUERIES = 5


def run(workplace):
    """Measure it.

    :rtype: Result
    """
    every = [f"{number:04d}" for number in range(10**LENGTH)]
    usable = [one for one in every if not pin.is_trivial(one)]
    rows, most = [], 0
    with workplace.office(latency=0) as office:
        access_id = _prepare(office)
        usual = _measure(office, access_id)
        filled = 0
        for count in (9000, len(usable) - 1, len(usable)):
            _take(office, access_id, usable[filled:count])
            filled = count
            cost = _measure(office, access_id)
            most = max(most, cost.queries)
            rows.append(
                Row(
                    f"drawing a PIN, {count:,} of {len(usable):,} being taken",
                    f"{cost.queries} queries, {seconds(cost.seconds)}",
                    f"{usual.queries} queries, {seconds(usual.seconds)} when none is",
                    ratio(cost.queries, usual.queries),
                )
            )
    verdict = Verdict(
        f"A PIN is drawn, or none is found, with at most {MOST_QUERIES} queries",
        f"at most {most}",
        most <= MOST_QUERIES,
    )
    return Result(rows, [verdict])


def _prepare(office):
    """Make an access that has no PIN yet."""
    with office.env() as env:
        env["exivo.site"].browse(office.site_id).pin_length = LENGTH
    booking_id = office.book()
    (access,) = office.accesses(booking_id)
    return access["id"]


def _take(office, access_id, pins):
    """Give other accesses to the same doors, at the same time, these PINs."""
    with office.env() as env:
        access = env["exivo.access"].browse(access_id)
        vault = get_vault(env)
        env.cr.execute(
            """
            WITH made AS (
                INSERT INTO exivo_access (is_wanted, partner_id, site_id, company_id,
                    method, start, stop, state, pin_number, pin_digest)
                SELECT true, partner_id, site_id, company_id, method, start, stop,
                    'created', 1, digest
                FROM exivo_access, unnest(%s) AS digest WHERE id = %s RETURNING id
            )
            INSERT INTO exivo_access_exivo_lock_rel
            SELECT made.id, lock_id FROM made, unnest(%s) AS lock_id
            """,
            [[vault.digest(one) for one in pins], access_id, access.lock_ids.ids],
        )
        env.cr.execute("ANALYZE exivo_access, exivo_access_exivo_lock_rel")


def _measure(office, access_id):
    """Measure drawing a PIN for an access, and finding that there is none."""

    def draw(env):
        access = env["exivo.access"].browse(access_id)
        try:
            pin_keeper._draw(access)
        except pin.PinsTaken:
            pass

    def prepare(env):
        access = env["exivo.access"].browse(access_id)
        access.mapped("start"), access.lock_ids.site_id.mapped("remote_id")
        access.credential_ids.mapped("pin_digest")

    return measured(office.registry, draw, prepare)
