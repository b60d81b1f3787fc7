# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Debian packages for this project alone: fetched and unpacked, never installed.

Everything apt writes goes to a folder of ours. That needs no root, and the machine
stays as it is.
"""

import shutil
from pathlib import Path

from .processes import hear
from .report import Unavailable

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# The machine's own settings (mirror, proxy) are read first, then these.
# What no key of Debian's has signed is refused, whatever the machine's settings say.
# Hooks are cleared: they would clean the machine's own package cache.
CONFIG = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear Binary::apt-get::DPkg::Post-Invoke;
Dir::State::Lists "{folder}/lists";
Dir::Cache "{folder}/cache";
Debug::NoLocking "true";
APT::Sandbox::User "root";
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
"""


class PrivateApt:
    """apt with lists and a cache of its own, in a folder of ours."""

    def __init__(self, folder):
        if not (shutil.which("apt-get") and shutil.which("dpkg")):
            raise Unavailable("this machine has no apt-get and dpkg")
        self.folder = folder
        self.config = folder / "apt.conf"
        for name in ("lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.config.write_text(CONFIG.format(folder=folder))

    def use_suites(self, suites):
        """Read these Debian suites instead of the machine's own."""
        if not KEYRING.exists():
            raise Unavailable("this machine has no Debian keyring")
        mirror = self._mirror()
        sources = self.folder / "sources.list"
        sources.write_text(
            "".join(f"deb [signed-by={KEYRING}] {mirror} {s} main\n" for s in suites)
        )
        with self.config.open("a") as config:
            config.write(f'Dir::Etc::SourceList "{sources}";\n')
            config.write('Dir::Etc::SourceParts "/dev/null";\n')

    def _mirror(self):
        """The address of the Debian mirror that this machine uses."""
        for line in self._run("--print-uris", "update").splitlines():
            address = line.partition(" ")[0].strip("'")
            base, found, rest = address.partition("/dists/")
            if found and rest.endswith("/InRelease") and base.endswith("/debian"):
                return base
        raise Unavailable("this machine names no Debian mirror")

    def update(self):
        """Fetch the package lists."""
        self._run("update", "--error-on=any")

    def download(self, packages, suite):
        """Fetch just these packages and return their files."""
        folder = self.folder / "debs"
        folder.mkdir(exist_ok=True)
        self._run("-t", suite, "download", *packages, cwd=folder)
        return [self._downloaded(folder, package) for package in packages]

    def download_with_dependencies(self, packages):
        """Fetch packages and what they need that the machine lacks."""
        self._run("install", "--download-only", *packages)
        return sorted((self.folder / "cache" / "archives").glob("*.deb"))

    def unpack(self, files, prefix):
        """Unpack package files below a prefix."""
        for file in files:
            done = hear(["dpkg", "-x", file, prefix])
            if done.returncode:
                raise Unavailable(f"dpkg said: {_last_line(done.stderr)}")

    def _downloaded(self, folder, package):
        found = sorted(folder.glob(f"{package}_*.deb"), key=lambda f: f.stat().st_mtime)
        if not found:
            raise Unavailable(f"the mirror has no package {package}")
        return found[-1]

    def _run(self, *arguments, cwd=None):
        command = ["apt-get", "-q", "-c", self.config, *arguments]
        done = hear(command, cwd=cwd or self.folder)
        if done.returncode:
            raise Unavailable(f"apt-get said: {_last_line(done.stderr)}")
        return done.stdout


def _last_line(text):
    """The first error that a tool wrote: one line, for a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E:", "Err", "dpkg"))]
    return (errors or lines or ["nothing"])[0]
