# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does what `./dev` is asked for; `main.py` reads the command line.

`machine/` sets up whatever it takes to run Odoo here, `commands/` says what is run. The
machine knows no command.
"""
