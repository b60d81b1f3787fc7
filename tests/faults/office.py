# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people and schedulers do in Odoo, each in a transaction of its own."""

import contextlib
import threading
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import retrying

from devkit.commands.patience import within_seconds


class Office:
    """A house that is connected to a simulator, with a rule for its one room."""

    def __init__(self, registry, simulator):
        self.registry = registry
        self.simulator = simulator
        with self.env() as env:
            self.site_id = self.connect(env, simulator).id
            self.type_id = env.ref("exivo_access.demo_booking_type").id

    @contextlib.contextmanager
    def env(self):
        """A transaction, committed at the end."""
        with self.registry.cursor() as cursor:
            yield api.Environment(cursor, SUPERUSER_ID, {})

    def connect(self, env, simulator, name="Riverside House"):
        """Connect a site, whose doors are those of the demo room."""
        site = env["exivo.site"].create(
            {
                "name": name,
                "remote_id": simulator.site_id,
                "api_key": simulator.api_key,
                "api_secret": simulator.api_secret,
                "api_url": simulator.url,
            }
        )
        site.action_verify()
        site.action_synchronise_locks()
        doors = site.lock_ids.filtered(
            lambda lock: lock.name in ("Entrance", "Meeting room Aare")
        )
        env["exivo.access.rule"].create(
            {
                "resource_id": env.ref("exivo_access.demo_room").id,
                "lock_ids": [(6, 0, doors.ids)],
            }
        )
        return site

    def clear_up(self):
        """Delete what a test has made, so that the next one finds nothing of it."""
        with self.env() as env:
            env["resource.booking"].with_context(active_test=False).search([]).unlink()
            accesses = env["exivo.access"].search([])
            accesses.told_credential_id = False
            accesses.credential_ids.unlink()
            accesses.unlink()
            env["exivo.person"].search([]).unlink()
            env["exivo.opening"].search([]).unlink()
            env["exivo.access.rule"].with_context(active_test=False).search([]).unlink()
            env["exivo.lock"].with_context(active_test=False).search([]).unlink()
            env["exivo.site"].search([]).unlink()
            env["exivo.fixed.pin"].search([]).unlink()
            env["exivo.pin.reveal"].search([]).unlink()
            env["mail.mail"].search([]).unlink()
            env["exivo.mail"].search([]).unlink()
            env["exivo.trouble"].search([]).unlink()
            env["ir.cron.trigger"].search([]).unlink()

    def request(self, work):
        """Do some work as Odoo does a request: again if somebody gets in between."""
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            retrying(lambda: work(env), env)

    def book(self, hours=24, confirm=True):
        """Book the demo room for a new customer.

        :param int hours: from the current full hour to the start.
        :return: the id of the ``resource.booking``.
        """
        with self.env() as env:
            return self.book_in(env, hours, confirm)

    def book_in(self, env, hours=24, confirm=True):
        """The same in a transaction that goes on."""
        start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        customer = env["res.partner"].create(
            {"name": f"Customer {hours}", "email": f"customer{hours}@example.com"}
        )
        booking = env["resource.booking"].create(
            {
                "type_id": self.type_id,
                "partner_ids": [(6, 0, customer.ids)],
                "start": start + timedelta(hours=hours),
                "duration": 1,
            }
        )
        if confirm:
            booking.action_confirm()
        return booking.id

    def synchronise(self):
        """Run the synchroniser as workers would, in a second lane if that is on."""
        with self.env() as env:
            has_second = env.ref("exivo_access.ir_cron_synchronise_2").active
        for number in (1, 2) if has_second else (1,):
            with self.env() as env:
                env["exivo.synchroniser"]._cron_synchronise(number)

    def make_due(self):
        """Let all delays, pauses and leases be over."""
        with self.env() as env:
            env["exivo.site"].search([]).paused_until = False
            env["exivo.access"].search([]).due_at = fields.Datetime.now()
            env["exivo.credential"].search([]).lease = False

    def accesses(self, *booking_ids):
        """The accesses of some bookings, as plain values."""
        with self.env() as env:
            return env["exivo.access"].search_read(
                [("booking_id", "in", booking_ids)],
                ["state", "is_wanted", "failure_type"],
            )

    def live_visits(self):
        """Visits at the simulator that still open doors."""
        return [visit for visit in self.simulator.visits() if not visit.get("revoked")]

    def waits_for_lock(self):
        """Tell whether a transaction of this database waits for another one."""
        with self.env() as env:
            env.cr.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return bool(env.cr.fetchone()[0])

    def at_once(self, *works):
        """Run some functions at the same time, and return when all are through.

        :raise Exception: what the first of them that failed has raised.
        """
        errors = []

        def run(work):
            try:
                work()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=[work]) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for error in errors:
            raise error


class Meeting:
    """Holds the first one who arrives until a second one is there, or cannot come."""

    def __init__(self, office):
        self.office = office
        self.arrived = []

    def wait_for_the_first(self):
        """Go on as soon as one has arrived."""
        within_seconds(lambda: self.arrived, "nobody came")

    def arrive(self):
        """Wait until nobody else can get between what was read and what is written."""
        self.arrived.append(threading.get_ident())
        within_seconds(
            lambda: len(self.arrived) > 1 or self.office.waits_for_lock(),
            "nobody else came",
        )
