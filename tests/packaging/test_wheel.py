# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pip package: complete, well described, and found by an Odoo that has it."""

import ast
import email
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ADDON = ROOT / "exivo_access"
INSIDE = "odoo/addons/exivo_access/"

#: Run in a process of its own: which add-on does Odoo find, and where?
FIND = """
import json, sys
from odoo.tools import config
config.parse_config(sys.argv[1:])
from odoo.modules import module
module.initialize_sys_path()
manifest = module.get_manifest("exivo_access")
print(json.dumps([
    manifest["version"], module.get_module_path("exivo_access"), manifest["icon"],
]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps"]
    command += ["--no-build-isolation", "--no-index", "--quiet", "-w", str(folder)]
    before = seen(ROOT)
    subprocess.run(command, check=True, cwd=folder)
    assert seen(ROOT) == before, "the build leaves something behind"
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        yield archive


def seen(folder):
    """What is in a folder, but for the caches of other tests that run right now."""
    return {name for name in os.listdir(folder) if name[0] not in "._"}


def described(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
    return email.message_from_bytes(wheel.read(name))


def manifest():
    return ast.literal_eval((ADDON / "__manifest__.py").read_text("utf-8"))


def test_the_package_holds_every_file_of_the_add_on_and_nothing_else(wheel):
    expected = {
        INSIDE + path.relative_to(ADDON).as_posix()
        for path in ADDON.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_every_file_that_the_manifest_names_is_in_the_package(wheel):
    names = manifest()["data"] + manifest()["demo"] + ["static/description/icon.png"]
    assert {INSIDE + name for name in names} <= set(wheel.namelist())


def test_the_files_are_the_ones_of_the_checkout(wheel):
    for name in wheel.namelist():
        if name.startswith(INSIDE):
            assert wheel.read(name) == (ADDON / name.removeprefix(INSIDE)).read_bytes()


def test_the_package_makes_no_package_of_odoo_itself(wheel):
    """Else it would hide the Odoo that is installed."""
    assert not {"odoo/__init__.py", "odoo/addons/__init__.py"} & set(wheel.namelist())


def test_the_package_says_what_it_is_and_what_it_needs(wheel):
    metadata = described(wheel)
    assert metadata["Name"] == "odoo-addon-exivo_access"
    assert metadata["Version"] == manifest()["version"]
    assert metadata["License"] == "AGPL-3"
    needs = metadata.get_all("Requires-Dist")
    libraries = {"cryptography", "phonenumbers", "requests", "vobject"}
    assert {"odoo==19.0.*", *libraries} <= set(needs)
    (booking,) = [one for one in needs if "resource_booking" in one]
    assert "==19.0.*" in booking
    assert len(needs) == 6
    assert metadata.get_payload().lstrip().startswith("====")


def test_odoo_finds_the_add_on_once_the_package_is_unpacked(wheel, tmp_path):
    import odoo

    site = tmp_path / "site"
    wheel.extractall(site)
    (tmp_path / "odoo.conf").touch()
    # The folder of the Odoo that runs these tests, and no other add-ons of ours.
    (odoo_path,) = {
        str(Path(path).parent.parent)
        for path in odoo.addons.__path__
        if (Path(path) / "base").is_dir()
    }
    addons = [Path(odoo_path, "odoo", "addons"), site / "odoo" / "addons"]
    output = subprocess.run(
        [sys.executable, "-c", FIND, "-c", str(tmp_path / "odoo.conf")]
        + ["--addons-path", ",".join(map(str, addons))],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": odoo_path,
            "HOME": str(tmp_path),
        },
    ).stdout
    version, path, icon = json.loads(output.splitlines()[-1])
    assert version == manifest()["version"]
    assert Path(path) == site / INSIDE.rstrip("/")
    assert icon == "/exivo_access/static/description/icon.png"
