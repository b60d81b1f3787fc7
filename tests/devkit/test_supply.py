# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What comes from outside is what was chosen: packages, and the branch of Odoo."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from devkit.commands import audit, locking
from devkit.machine import apt, environment, odoo_source
from devkit.machine.report import Stop, Unavailable

PIN = re.compile(r"^([\w.-]+)(?:\[\S+\])?==(\S+)", re.M)


def pins(name, kind):
    """The versions that a file in requirements/ has, by the names that pip compares."""
    text = (environment.REQUIREMENTS / f"{name}.{kind}").read_text()
    return {
        re.sub(r"[-_.]+", "-", package).lower(): version
        for package, version in PIN.findall(text)
    }


@pytest.mark.parametrize("name", locking.SOURCES)
def test_list_has_what_is_written_by_hand_and_a_hash_of_everything(name):
    listed = pins(name, "txt")
    for source in locking.SOURCES[name]:
        assert pins(source, "in").items() <= listed.items(), "./dev lock makes it"
    text = (environment.REQUIREMENTS / f"{name}.txt").read_text()
    packages = re.split(r"\n(?=\w)", re.sub(r"^#.*\n", "", text, flags=re.M))
    assert len(packages) == len(PIN.findall(text))
    assert [one for one in packages if "--hash=sha256:" not in one] == []


def test_no_package_has_two_versions():
    named = {}
    for name in ("main", "addons", "strangers", environment.BUILD):
        for package, version in pins(name, "txt").items():
            named.setdefault(package, set()).add(version)
    assert {one for one, versions in named.items() if len(versions) > 1} == set()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that pip finds without a network; installing it is only tried."""
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_DRY_RUN", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    wheel = tmp_path / "exivo_toy-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        info = "exivo_toy-1.0.dist-info"
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: exivo-toy\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@pytest.mark.parametrize("name", ["main", "addons"])
def test_package_is_installed_only_with_its_hash(package, name):
    right = hashlib.sha256(package.read_bytes()).hexdigest()
    wanted = package.with_name(f"{name}.txt")
    wanted.write_text(f"exivo-toy==1.0 --hash=sha256:{right}\n")
    environment._install(sys.executable, name)
    for other in (f"exivo-toy==1.0 --hash=sha256:{'0' * 64}", "exivo-toy==1.0"):
        wanted.write_text(f"{other}\n")
        with pytest.raises(Stop, match="pip could not install"):
            environment._install(sys.executable, name)


class Database:
    """A stand-in for the tool that asks the database: it says what it is told to."""

    def __init__(self, folder):
        self.python = folder / "bin" / "python"
        self.called = folder / "called.json"
        self.python.parent.mkdir()
        self.tool = self.python.parent / "pip-audit"

    def answers(self, text, errors="", code=0):
        self.tool.write_text(
            f"#!{sys.executable}\nimport json, sys\n"
            f"open({str(self.called)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
            f"sys.stdout.write({text!r})\nsys.stderr.write({errors!r})\nsys.exit({code})"
        )
        self.tool.chmod(0o755)

    def knows(self, *packages):
        found = any(one.get("vulns") for one in packages)
        self.answers(json.dumps({"dependencies": packages, "fixes": []}), code=found)

    def arguments(self):
        return json.loads(self.called.read_text())


@pytest.fixture
def database(tmp_path):
    return Database(tmp_path)


def test_audit_asks_about_every_list(database):
    database.knows({"name": "jinja2", "version": "3.1.6", "vulns": []})
    assert audit.audit(database.python, ["--ignore-vuln", "PYSEC-1"]) == 0
    asked = {Path(one).name for one in database.arguments() if one.endswith(".txt")}
    assert asked == {one.name for one in environment.REQUIREMENTS.glob("*.txt")}
    assert database.arguments()[-2:] == ["--ignore-vuln", "PYSEC-1"]


def test_audit_names_what_is_known_and_where_it_is_mended(database, capsys):
    weakness = {"id": "PYSEC-7", "aliases": ["CVE-7"], "fix_versions": ["3.1.7", "4"]}
    database.knows(
        {"name": "jinja2", "version": "3.1.6", "vulns": [weakness]},
        {"name": "lxml", "version": "6.1.3", "vulns": []},
    )
    assert audit.audit(database.python, []) == 1
    said = capsys.readouterr().out
    assert "jinja2 3.1.6: PYSEC-7 (CVE-7), mended in 3.1.7, 4" in said
    assert "lxml" not in said


def test_audit_says_that_the_database_cannot_be_reached(database, capsys):
    database.answers("", "Traceback …\nConnectionError: no such host\n", 1)
    assert audit.audit(database.python, []) == audit.NOT_ASKED
    said = capsys.readouterr().out
    assert "ConnectionError: no such host" in said
    assert "nothing is known" in said


def test_audit_does_not_pass_over_what_was_not_looked_up(database, capsys):
    database.knows(
        {"name": "jinja2", "version": "3.1.6", "vulns": []},
        {"name": "lxml", "skip_reason": "not found"},
    )
    assert audit.audit(database.python, []) == audit.NOT_ASKED
    assert "lxml: not found" in capsys.readouterr().out


class Branch:
    """A repository with the branch 19.0, and the commits of it."""

    def __init__(self, folder):
        self.folder = folder
        self.git("init", "-q", "-b", "19.0", folder)
        release = folder / "odoo" / "release.py"
        release.parent.mkdir()
        self.commits = []
        for number in range(2):
            release.write_text(f"version_info = (19, 0, {number})\n")
            self.git("add", ".")
            self.git("commit", "-q", "-m", str(number))
            self.commits.append(self.git("rev-parse", "HEAD"))

    def git(self, *arguments):
        command = ["git", "-C", self.folder]
        command += ["-c", "user.name=a", "-c", "user.email=a@b"]
        done = subprocess.run(
            [*command, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


@pytest.fixture
def branch(tmp_path, monkeypatch):
    """The official branch, and a cache that has no Odoo yet."""
    (tmp_path / "official").mkdir()
    found = Branch(tmp_path / "official")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(odoo_source, "REPOSITORY", f"file://{found.folder}")
    monkeypatch.delenv("EXIVO_ODOO", raising=False)
    monkeypatch.delenv("EXIVO_ODOO_COMMIT", raising=False)

    def no_package(folder):
        raise Unavailable("this machine has no apt-get")

    monkeypatch.setattr(odoo_source, "_debian", no_package)
    return found


def test_named_commit_of_odoo_is_taken_although_the_branch_moved_on(
    branch, monkeypatch
):
    old, new = branch.commits
    monkeypatch.setenv("EXIVO_ODOO_COMMIT", old)
    assert odoo_source.find_odoo().commit() == old
    assert odoo_source.find_odoo().commit() == old, "kept"
    monkeypatch.setenv("EXIVO_ODOO_COMMIT", new)
    assert odoo_source.find_odoo().commit() == new


def test_without_debian_the_commit_that_is_written_down_is_taken(branch, monkeypatch):
    monkeypatch.setattr(odoo_source, "COMMIT", branch.commits[0])
    assert odoo_source.find_odoo().commit() == branch.commits[0]
    assert odoo_source.find_odoo().commit() == branch.commits[0], "kept"


def test_whole_name_of_a_commit_is_written_down():
    assert re.fullmatch("[0-9a-f]{40}", odoo_source.COMMIT)


@pytest.mark.parametrize("name", ["19.0", "HEAD", "abc123", "--upload-pack=x"])
def test_only_the_whole_name_of_a_commit_is_taken(branch, monkeypatch, name):
    monkeypatch.setenv("EXIVO_ODOO_COMMIT", name)
    with pytest.raises(Stop, match="EXIVO_ODOO_COMMIT"):
        odoo_source.find_odoo()


def test_commit_that_the_repository_does_not_have_is_told(branch, monkeypatch):
    monkeypatch.setenv("EXIVO_ODOO_COMMIT", "1" * 40)
    with pytest.raises(Stop, match="git said"):
        odoo_source.find_odoo()


def test_debian_package_lists_without_a_signature_are_refused(tmp_path, monkeypatch):
    """The machine's own settings may let them through; ours do not."""
    mirror = tmp_path / "debian"
    (mirror / "dists/sid/main/binary-all").mkdir(parents=True)
    lists = mirror / "dists/sid/main/binary-all/Packages"
    lists.write_text("")
    digest = hashlib.sha256(lists.read_bytes()).hexdigest()
    (mirror / "dists/sid/Release").write_text(
        "Suite: sid\nCodename: sid\nArchitectures: all\nComponents: main\n"
        "Date: Sat, 28 Nov 2026 00:00:00 UTC\n"
        f"SHA256:\n {digest} 0 main/binary-all/Packages\n"
    )
    settings = tmp_path / "machine.conf"
    settings.write_text(
        f'Dir::Etc::SourceList "{tmp_path}/sources.list";\n'
        'Dir::Etc::SourceParts "/dev/null";\n'
        'Acquire::AllowInsecureRepositories "true";\n'
        'APT::Get::AllowUnauthenticated "true";\n'
    )
    (tmp_path / "sources.list").write_text(f"deb file://{mirror} sid main\n")
    monkeypatch.setenv("APT_CONFIG", str(settings))
    machine = apt.PrivateApt(tmp_path / "apt")
    machine.use_suites(["sid"])
    with pytest.raises(Unavailable, match="not signed"):
        machine.update()
