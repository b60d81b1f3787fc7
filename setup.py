# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The add-ons as pip packages, the core: `pip wheel --no-deps .`

Each has a package of its own, because each stands on other ones:
`EXIVO_ADDON=exivo_access_sale pip wheel --no-deps .` makes another one than the core.
Installed, its files lie under `odoo/addons/`, as in OCA's packages.
"""

import ast
import os
import tempfile
from pathlib import Path

from setuptools import setup

ADDON = os.environ.get("EXIVO_ADDON", "exivo_access")
FOLDER = Path(__file__).parent / ADDON
PACKAGE = f"odoo.addons.{ADDON}"

manifest = ast.literal_eval((FOLDER / "__manifest__.py").read_text("utf-8"))
#: All add-ons have one version and go together: with a core of another one, Odoo may
#: not even start.
SAME = f"=={manifest['version']}"
#: The packages that each add-on stands on, beside Odoo.
STANDS_ON = {
    # with the fix of the time zone in invitations
    "exivo_access": ["odoo-addon-resource_booking>=19.0.1.0.1.2,==19.0.*"],
    "exivo_access_sale": [
        f"odoo-addon-exivo_access{SAME}",
        "odoo-addon-sale_resource_booking==19.0.*",
    ],
    "exivo_access_website_sale": [
        f"odoo-addon-exivo_access_sale{SAME}",
        "odoo-addon-website_sale_resource_booking==19.0.*",
    ],
    "exivo_access_membership": [
        f"odoo-addon-exivo_access{SAME}",
        "odoo-addon-membership==19.0.*",
    ],
    "exivo_access_timeline": [
        f"odoo-addon-exivo_access{SAME}",
        "odoo-addon-web_timeline==19.0.*",
    ],
}

files = sorted(
    path.relative_to(FOLDER)
    for path in FOLDER.rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
)
folders = [path.parent for path in files if path.name == "__init__.py"]

with tempfile.TemporaryDirectory() as scratch:
    setup(
        name=f"odoo-addon-{ADDON}",
        version=manifest["version"],
        description=manifest["summary"],
        long_description=(FOLDER / "README.rst").read_text("utf-8"),
        long_description_content_type="text/x-rst",
        author=manifest["author"],
        license=manifest["license"],
        license_files=["LICENSE"],
        classifiers=[
            "Programming Language :: Python",
            "Framework :: Odoo",
            "Framework :: Odoo :: 19.0",
        ],
        python_requires=">=3.10",
        install_requires=[
            "odoo==19.0.*",
            *STANDS_ON[ADDON],
            *manifest.get("external_dependencies", {}).get("python", []),
        ],
        packages=[".".join((PACKAGE, *folder.parts)) for folder in folders],
        package_dir={PACKAGE: ADDON},
        package_data={PACKAGE: [str(path) for path in files]},
        zip_safe=False,
        # Nothing is left in the checkout, and nothing of an earlier build gets in.
        options={
            "build": {"build_base": scratch},
            "egg_info": {"egg_base": scratch},
        },
    )
