# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev translations`: brings the language files up to date with the add-ons."""

import polib

from ..machine.databases import PLAIN, SHOP, Databases
from ..machine.files import remove_tree
from ..machine.odoo import Odoo
from ..machine.paths import ADDONS, ROOT, RUN
from ..machine.postgres import postgres
from ..machine.processes import run_logged
from ..machine.report import say, step


def translations(source, python):
    """Export all texts, and keep of each language what is still of use.

    :return: 0; what is not yet translated is said.
    """
    with postgres() as server, step("Exporting the texts"):
        odoo = Odoo(source, python, server)
        # beside the shop, texts of others would be among the core's
        _export(odoo, PLAIN, ADDONS[:1])
        _export(odoo, SHOP, ADDONS[1:])
    for addon in ADDONS:
        _bring_up_to_date(ROOT / addon / "i18n", addon)
    return 0


def _export(odoo, setting, addons):
    """Have Odoo write the texts of add-ons into their templates."""
    with Databases(odoo, setting).throw_away("check") as database:
        folder = RUN / database
        config = odoo.write_config(folder / "odoo.conf", database)
        run_logged(
            odoo.command("i18n", "export", "-c", config, "-d", database, *addons),
            RUN / "translations.log",
            "Exporting the texts",
            env=odoo.environment(),
        )
        remove_tree(folder)


def _bring_up_to_date(folder, addon):
    """Take over into each language which texts an add-on has now."""
    template = polib.pofile(folder / f"{addon}.pot")
    for path in sorted(folder.glob("*.po")):
        language = polib.pofile(path)
        language.merge(template)
        for entry in language.obsolete_entries():
            language.remove(entry)
        language.save()
        missing = [entry for entry in language if not entry.translated()]
        name = path.relative_to(ROOT)
        say(f"  {name}: {len(missing)} of {len(language)} texts to translate")
