# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev audit`: whether a weakness is known of what pip installs here."""

import json

from ..machine.environment import REQUIREMENTS
from ..machine.processes import hear
from ..machine.report import say

#: The exit code where the database has not said anything of everything.
NOT_ASKED = 3


def audit(python, arguments):
    """Ask the database at osv.dev about every package of every list.

    :param list arguments: more of pip-audit's.
    :return: 0 if it knows nothing, 1 if it does, or `NOT_ASKED`.
    """
    # PyPI's own database would be passed over in silence where it cannot be reached.
    command = [python.parent / "pip-audit", "--vulnerability-service", "osv"]
    command += ["--format", "json", "--progress-spinner", "off", "--disable-pip"]
    for file in sorted(REQUIREMENTS.glob("*.txt")):
        command += ["--requirement", file]
    done = hear([*command, *arguments])
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        say(f"The database of weaknesses cannot be asked: {reason}")
        say("So nothing is known, neither good nor bad; try again with a network.")
        return NOT_ASKED
    return _tell(packages)


def _tell(packages):
    """Say what is known and return the exit code."""
    known = [(one, weakness) for one in packages for weakness in one.get("vulns", ())]
    skipped = [one for one in packages if "skip_reason" in one]
    for one, weakness in known:
        aliases = ", ".join(weakness["aliases"]) or "no other name"
        mended = ", ".join(weakness["fix_versions"]) or "no version yet"
        name = f"{one['name']} {one['version']}: {weakness['id']}"
        say(f"  {name} ({aliases}), mended in {mended}")
    for one in skipped:
        say(f"  not looked up, {one['name']}: {one['skip_reason']}")
    say(f"Known weaknesses: {len(known)}, in {len(packages)} packages")
    if known:
        say("Raise what has them in requirements/, then run ./dev lock.")
        return 1
    return NOT_ASKED if skipped else 0
