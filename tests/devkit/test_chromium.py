# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A browser that is there is not looked for on the network again."""

from devkit.machine import chromium


def test_playwrights_browser_is_taken_where_debians_was_not_to_be_had(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(chromium, "cache", lambda: tmp_path)
    monkeypatch.setattr(chromium, "_find_playwrights", lambda: "/there/chrome")
    monkeypatch.setattr(chromium, "PrivateApt", None)  # whoever asks it breaks
    assert chromium._fetch() == "/there/chrome"
