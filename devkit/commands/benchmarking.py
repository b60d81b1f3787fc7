# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev bench`: runs `benchmarks/` in a Python that can import Odoo."""

from ..machine.odoo import Odoo
from ..machine.paths import ROOT
from ..machine.postgres import postgres
from ..machine.processes import child


def bench(source, python, arguments):
    """Run the benchmarks and return their exit code."""
    with postgres() as server:
        environment = Odoo(source, python, server).environment()
        command = [python, "-m", "benchmarks", *arguments]
        with child(command, cwd=ROOT, env=environment, patience=30) as process:
            return process.wait()
