# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pip packages: complete, well described, and found by an Odoo that has them."""

import ast
import email
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from devkit.machine.paths import ADDONS

ROOT = Path(__file__).parent.parent.parent
CORE = ROOT / ADDONS[0]
#: The packages that each stands on, and the libraries.
NEEDS = {
    "exivo_access": {
        "odoo-addon-resource_booking",
        *("cryptography", "phonenumbers", "requests", "vobject"),
    },
    "exivo_access_sale": {
        "odoo-addon-exivo_access",
        "odoo-addon-sale_resource_booking",
    },
    "exivo_access_website_sale": {
        "odoo-addon-exivo_access_sale",
        "odoo-addon-website_sale_resource_booking",
    },
    "exivo_access_membership": {
        "odoo-addon-exivo_access",
        "odoo-addon-membership",
    },
    "exivo_access_timeline": {
        "odoo-addon-exivo_access",
        "odoo-addon-web_timeline",
    },
}

#: Run in a process of its own: which add-on does Odoo find, and where?
FIND = """
import json, sys
from odoo.tools import config
name = sys.argv.pop(1)
config.parse_config(sys.argv[1:])
from odoo.modules import module
module.initialize_sys_path()
manifest = module.get_manifest(name)
print(json.dumps([
    manifest["version"], module.get_module_path(name), manifest["icon"],
]))
"""


@pytest.fixture(scope="module", params=ADDONS)
def addon(request):
    """The folder of each add-on, one after the other."""
    return ROOT / request.param


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, addon):
    """Its package, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps"]
    command += ["--no-build-isolation", "--no-index", "--quiet", "-w", str(folder)]
    before = seen(ROOT)
    # the core is what comes without asking
    named = {} if addon == CORE else {"EXIVO_ADDON": addon.name}
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, **named})
    assert seen(ROOT) == before, "the build leaves something behind"
    (path,) = folder.iterdir()
    with zipfile.ZipFile(path) as archive:
        yield archive


def inside(addon):
    return f"odoo/addons/{addon.name}/"


def seen(folder):
    """What is in a folder, but for the caches of other tests that run right now."""
    return {name for name in os.listdir(folder) if name[0] not in "._"}


def described(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
    return email.message_from_bytes(wheel.read(name))


def manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text("utf-8"))


def test_the_package_holds_every_file_of_the_add_on_and_nothing_else(wheel, addon):
    expected = {
        inside(addon) + path.relative_to(addon).as_posix()
        for path in addon.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_every_file_that_the_manifest_names_is_in_the_package(wheel, addon):
    names = manifest(addon)["data"] + manifest(addon).get("demo", [])
    names += ["static/description/icon.png", "static/description/index.html"]
    assert {inside(addon) + name for name in names} <= set(wheel.namelist())


def test_the_files_are_the_ones_of_the_checkout(wheel, addon):
    for name in wheel.namelist():
        if name.startswith(inside(addon)):
            file = addon / name.removeprefix(inside(addon))
            assert wheel.read(name) == file.read_bytes()


def test_the_package_makes_no_package_of_odoo_itself(wheel):
    """Else it would hide the Odoo that is installed."""
    assert not {"odoo/__init__.py", "odoo/addons/__init__.py"} & set(wheel.namelist())


def test_the_package_says_what_it_is_and_what_it_needs(wheel, addon):
    metadata = described(wheel)
    assert metadata["Name"] == f"odoo-addon-{addon.name}"
    assert metadata["Version"] == manifest(addon)["version"]
    assert metadata["License"] == "AGPL-3"
    needs = metadata.get_all("Requires-Dist")
    assert "odoo==19.0.*" in needs
    others = [one for one in needs if one != "odoo==19.0.*"]
    assert {re.split("[=>]", one)[0] for one in others} == NEEDS[addon.name]
    ours = [one for one in others if one.startswith("odoo-addon-exivo_access")]
    assert all(one.endswith(f"=={manifest(CORE)['version']}") for one in ours)
    others = [one for one in others if one not in ours]
    assert all("==19.0.*" in one for one in others if one.startswith("odoo-addon-"))
    assert metadata.get_payload().lstrip().startswith("====")


def test_odoo_finds_the_add_on_once_the_package_is_unpacked(wheel, addon, tmp_path):
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
        [sys.executable, "-c", FIND, addon.name, "-c", str(tmp_path / "odoo.conf")]
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
    assert version == manifest(addon)["version"]
    assert Path(path) == site / inside(addon).rstrip("/")
    assert icon == f"/{addon.name}/static/description/icon.png"
