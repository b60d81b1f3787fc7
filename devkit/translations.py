# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`./dev translations`: brings the language files up to date with the add-on."""

import polib

from .databases import Databases
from .files import remove_tree
from .odoo import Odoo
from .paths import ADDON, ROOT, RUN
from .postgres import postgres
from .processes import run_logged
from .report import say, step

FOLDER = ROOT / ADDON / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"


def translations(source, python):
    """Export all texts, and keep of each language what is still of use.

    :return: 0; what is not yet translated is said.
    """
    with postgres() as server, step("Exporting the texts"):
        odoo = Odoo(source, python, server)
        with Databases(odoo).throw_away("check") as database:
            folder = RUN / database
            config = odoo.write_config(folder / "odoo.conf", database)
            run_logged(
                odoo.command(*("i18n", "export", "-c", config, "-d", database, ADDON)),
                RUN / "translations.log",
                "Exporting the texts",
                env=odoo.environment(),
            )
            remove_tree(folder)
    template = polib.pofile(TEMPLATE)
    for path in sorted(FOLDER.glob("*.po")):
        language = polib.pofile(path)
        language.merge(template)
        for entry in language.obsolete_entries():
            language.remove(entry)
        language.save()
        missing = [entry for entry in language if not entry.translated()]
        say(f"  {path.name}: {len(missing)} of {len(language)} texts to translate")
    return 0
