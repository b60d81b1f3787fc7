# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does what each command of `./dev` is for, one file for each command.

The checks of `./dev lint` are in files of their own (`docs.py`, `rooms.py`,
`sentences.py`, `figures.py`), and so are the steps of `./dev demo --check`
(`journey.py` and those beside it). Standard library only, but for the journey, the
browser's pictures and the plug-ins of pytest.
"""
