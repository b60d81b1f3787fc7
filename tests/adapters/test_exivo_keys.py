# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A site that makes no keys, and one that is not there: not the same to the adapter."""

from datetime import datetime, timezone
from unittest.mock import Mock

import pytest
from memory_adapter import list_all

from odoo.addons.exivo_access import adapters, api

ORDER = adapters.KeyOrder(
    token="a1b2c30000000001",
    reference="B00007",
    start=datetime(2027, 3, 1, 9, tzinfo=timezone.utc),
    stop=datetime(2027, 3, 1, 10, tzinfo=timezone.utc),
    lock_ids=("entrance",),
    phone="+41791234567",
    email="",
    app_id="20001",
    app_name="",
    notify=True,
    callback_url="https://odoo.example.com/exivo/key/1/secret",
)
REFUSALS = [api.Forbidden("No mobile access here", 403), api.NotFound("", 404)]


@pytest.fixture(params=REFUSALS, ids=lambda error: type(error).__name__)
def client(request):
    """A client that refuses whatever has to do with keys."""
    client = Mock(spec=api.ExivoClient)
    client.clock = api.ServerClock()
    client.list_components.return_value = []
    client.create_key_visit.side_effect = request.param
    client.find_key_visits.side_effect = request.param
    client.get_key_visit.side_effect = request.param
    client.find_visits.return_value = []
    client.list_persons.return_value = []
    return client


def test_a_site_that_makes_no_keys_refuses_the_order_only(client):
    with pytest.raises(api.Rejected):
        adapters.ExivoAdapter(client).grant(ORDER)


def test_a_site_that_makes_no_keys_is_listed_without(client):
    assert list_all(adapters.ExivoAdapter(client)) == []


def test_a_site_that_does_not_answer_either_is_its_own_trouble(client):
    client.get_site_info.side_effect = api.Unauthorized("Wrong key", 401)
    adapter = adapters.ExivoAdapter(client)
    with pytest.raises(api.Unauthorized):
        adapter.grant(ORDER)
    with pytest.raises(api.Unauthorized):
        list_all(adapter)


def test_a_key_is_only_gone_if_its_site_is_there():
    client = Mock(spec=api.ExivoClient)
    client.get_key_visit.side_effect = api.NotFound("", 404)
    adapter = adapters.ExivoAdapter(client)
    with pytest.raises(api.NotFound):
        adapter.get(adapters.KEY, "1")
    client.get_site_info.side_effect = api.Forbidden("Another site", 403)
    with pytest.raises(api.Forbidden):
        adapter.get(adapters.KEY, "1")
