# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A 403 or a 404 is the site's only if the site itself is refused, too."""

from datetime import datetime, timezone
from unittest.mock import Mock

import pytest

from odoo.addons.exivo_access import adapters, api

START = datetime(2027, 3, 1, 9, tzinfo=timezone.utc)
ORDER = adapters.VisitOrder(
    token="a1b2c30000000001",
    reference="B00007",
    pin="482915",
    start=START,
    stop=datetime(2127, 3, 1, 10, tzinfo=timezone.utc),
    lock_ids=("entrance", "aare"),
)
#: What is called, and the client's method that it calls.
CALLS = {
    "grant": ("create_visit", [ORDER]),
    "look_up": ("find_visits", [adapters.VISIT, "a1b2c30000000001"]),
    "get": ("get_visit", [adapters.VISIT, "1"]),
    "revoke": ("revoke_visit", [adapters.VISIT, "1"]),
    "list_locks": ("list_components", []),
    "list_grants": ("find_visits", [adapters.VISIT]),
    "list_events": ("list_log", [START]),
    "open": ("unlock", ["entrance", "B00007"]),
}


def component(identifier):
    return api.Component(identifier, identifier, "", "electric-lock", True, "")


@pytest.fixture
def client():
    client = Mock(spec=api.ExivoClient)
    client.clock = api.ServerClock()
    client.list_components.return_value = [component("entrance"), component("aare")]
    return client


@pytest.fixture(params=[401, 403, 404])
def refusal(request):
    kinds = {401: api.Unauthorized, 403: api.Forbidden, 404: api.NotFound}
    return kinds[request.param]("Not this", request.param)


def call(client, name, refusal):
    method, arguments = CALLS[name]
    getattr(client, method).side_effect = refusal
    with pytest.raises(api.ExivoError) as caught:
        answer = getattr(adapters.ExivoAdapter(client), name)(*arguments)
        list(answer)  # lists are read only when somebody goes through them
    return caught.value


def test_a_visit_that_was_made_revoked_is_none(client):
    client.create_visit.return_value = api.Visit("visit-1", "B00007", "", True, False)
    with pytest.raises(api.InvalidAnswer):
        adapters.ExivoAdapter(client).grant(ORDER)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_refused_alone_does_not_stop_the_site(client, refusal, name):
    error = call(client, name, refusal)
    assert not error.refuses_site
    assert error.status == refusal.status
    client.get_site_info.assert_called_once_with()


@pytest.mark.parametrize("name", CALLS)
def test_a_site_that_refuses_its_own_data_is_refused(client, refusal, name):
    for other in (
        api.Forbidden("All of it", 403),
        api.NotFound("", 404),
        api.Unauthorized("Wrong key", 401),
    ):
        client.get_site_info.side_effect = other
        error = call(client, name, refusal)
        assert error.refuses_site and error.status == other.status
        assert not isinstance(error, api.NotFound), "or what it names would seem gone"


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_key_is_the_sites(client, name):
    client.get_site_info.side_effect = api.Unauthorized("Wrong key", 401)
    assert call(client, name, api.Unauthorized("Wrong key", 401)).refuses_site


def test_an_address_that_is_barred_is_the_sites(client):
    assert call(client, "grant", api.Barred()).refuses_site


@pytest.mark.parametrize(
    "trouble", [api.TimedOut("cut"), api.RateLimited("Many"), api.ServerError("", 500)]
)
def test_a_site_that_cannot_be_asked_has_an_outage_and_nothing_was_made(
    client, refusal, trouble
):
    client.get_site_info.side_effect = trouble
    error = call(client, "grant", refusal)
    assert error is trouble
    assert not error.refuses_site and not error.maybe_done


def test_an_order_that_is_refused_alone_is_rejected(client, refusal):
    assert type(call(client, "grant", refusal)) is api.Rejected
    assert type(call(client, "revoke", refusal)) is api.Rejected


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize("name", ["grant", "open"])
def test_doors_that_are_not_listed_any_more_are_named(client, name, status):
    kinds = {400: api.Rejected, 403: api.Forbidden, 404: api.NotFound}
    client.list_components.return_value = [component("aare"), component("reuss")]
    error = call(client, name, kinds[status]("No", status))
    assert isinstance(error, adapters.LocksGone)
    assert error.lock_ids == {"entrance"}
    assert not error.maybe_done


@pytest.mark.parametrize("status", [400, 405, 451])
@pytest.mark.parametrize("name", ["grant", "revoke", "open"])
def test_what_refuses_the_site_as_well_says_nothing_of_the_order(client, name, status):
    client.get_site_info.side_effect = api.Rejected("No", status)
    error = call(client, name, api.Rejected("No", status))
    assert type(error) is api.Unreachable
    assert not error.maybe_done and not error.refuses_site


@pytest.mark.parametrize("name", ["grant", "revoke", "open"])
@pytest.mark.parametrize(
    "trouble", [api.ServerError("", 503, retry_after=600), api.InvalidAnswer("HTML")]
)
def test_page_that_takes_no_orders_says_nothing_of_this_one(client, name, trouble):
    """Of a page that says "maintenance" a server answers 405 to POST."""
    client.get_site_info.side_effect = trouble
    assert call(client, name, api.Rejected("Not allowed", 405)) is trouble
    assert not trouble.maybe_done and not trouble.refuses_site


def test_a_list_that_is_empty_or_cannot_be_read_proves_nothing(client, refusal):
    client.list_components.return_value = []
    assert type(call(client, "grant", refusal)) is api.Rejected
    client.list_components.side_effect = api.TimedOut("cut")
    assert type(call(client, "grant", refusal)) is api.Rejected
