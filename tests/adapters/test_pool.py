# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An adapter is used again for a while, for the same site and user only."""

import pytest

from odoo.addons.exivo_access import api
from odoo.addons.exivo_access.adapters import Pool, pool


def new_client(secret="secret", site="site"):
    return api.ExivoClient("https://exivo.example.com", site, "key", secret)


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    seconds = [1000.0]
    monkeypatch.setattr(pool.time, "monotonic", lambda: seconds[0])
    return seconds


def test_the_same_site_and_user_share_an_adapter(clock):
    adapters = Pool(lambda client: [client])
    first = adapters.get(new_client())
    clock[0] += pool.LIFETIME - 1
    assert adapters.get(new_client()) is first
    assert adapters.get(new_client(secret="another")) is not first
    assert adapters.get(new_client(site="another")) is not first


def test_an_old_adapter_is_replaced(clock):
    adapters = Pool(lambda client: [client])
    first = adapters.get(new_client())
    clock[0] += pool.LIFETIME
    second = adapters.get(new_client())
    assert second is not first
    adapters.clear()
    assert adapters.get(new_client()) is not second
