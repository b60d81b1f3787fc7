# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Revocation: look, revoke, look again; done only when Exivo says so."""

import pytest
from written_exivo import SITE_ID, VISIT

from odoo.addons.exivo_access import api

LOOK, REVOKE, INFO = "GET /visit/visit-1", "POST /visit/visit-1/revoke", "GET /info"
GONE = {**VISIT, "revoked": True}
OVER = {**VISIT, "expired": True}
ALREADY = {"message": "The visit is already revoked."}


def written(exivo, *looks, revoke=None):
    """Write the answers to the looks and to the revocation."""
    for look in looks:
        answer = {"status": look} if isinstance(look, int) else {"json": look}
        exivo.answer("GET", "/visit/visit-1", **answer)
    exivo.answer("POST", "/visit/visit-1/revoke", **(revoke or {"status": 204}))
    return exivo


def test_a_living_visit_is_revoked_and_seen_to_be_gone(exivo, client):
    written(exivo, VISIT, GONE)
    assert client.revoke_visit("visit-1") is True
    assert exivo.asked() == [LOOK, REVOKE, LOOK]
    assert exivo.calls[1].request.body == b"{}"


@pytest.mark.parametrize("answer", [{"json": {}}, {"body": ""}, {"status": 202}])
def test_any_good_answer_to_a_revocation_will_do(exivo, client, answer):
    written(exivo, VISIT, GONE, revoke=answer)
    client.revoke_visit("visit-1")


@pytest.mark.parametrize("state", [GONE, OVER])
def test_a_visit_that_is_gone_already_is_left_alone(exivo, client, state):
    written(exivo, state)
    assert client.revoke_visit("visit-1") is True
    assert exivo.asked() == [LOOK]


@pytest.mark.parametrize("status", [404, 410])
def test_a_visit_that_exivo_does_not_know_is_not_seen_to_be_gone(exivo, client, status):
    written(exivo, status, status)
    exivo.answer("GET", "/info", {"id": SITE_ID})
    assert client.revoke_visit("visit-1") is False
    assert exivo.asked() == [LOOK, LOOK, INFO]


def test_one_404_is_no_verdict(exivo, client):
    written(exivo, 404, VISIT, GONE)
    client.revoke_visit("visit-1")
    assert exivo.asked() == [LOOK, LOOK, REVOKE, LOOK]


def test_a_visit_is_not_gone_because_the_whole_site_is_unknown(exivo, client):
    """A wrong site id or address answers 404 too, while the doors still open."""
    written(exivo, 404, 404)
    exivo.answer("GET", "/info", status=404)
    with pytest.raises(api.NotFound):
        client.revoke_visit("visit-1")


def test_a_visit_is_not_gone_because_another_site_does_not_know_it(exivo, client):
    """The address leads to another site, where the key works as well."""
    written(exivo, 404, 404)
    exivo.answer("GET", "/info", {"id": "00000000-1111-4111-8111-111111111111"})
    with pytest.raises(api.OtherSite) as caught:
        client.revoke_visit("visit-1")
    assert caught.value.refuses_site and not caught.value.transient


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_refused_revocation_of_a_visit_that_is_gone_is_done(exivo, client, status):
    written(exivo, VISIT, GONE, revoke={"status": status, "json": ALREADY})
    client.revoke_visit("visit-1")
    assert exivo.asked() == [LOOK, REVOKE, LOOK]


def test_a_refused_revocation_of_a_living_visit_is_a_refusal(exivo, client):
    refusal = {"status": 400, "json": {"message": "Only future visits."}}
    written(exivo, VISIT, VISIT, revoke=refusal)
    with pytest.raises(api.Rejected) as caught:
        client.revoke_visit("visit-1")
    assert caught.value.message == "Only future visits."


def test_a_visit_that_lives_on_after_its_revocation_is_not_taken_for_gone(
    exivo, client
):
    written(exivo, VISIT, VISIT)
    with pytest.raises(api.InvalidAnswer) as caught:
        client.revoke_visit("visit-1")
    assert caught.value.transient


@pytest.mark.parametrize(
    "status, error",
    [
        (401, api.Unauthorized),
        (403, api.Forbidden),
        (429, api.RateLimited),
        (500, api.ServerError),
    ],
)
@pytest.mark.parametrize("step", [0, 1, 2])
def test_trouble_at_any_step_leaves_the_revocation_owed(
    exivo, client, status, error, step
):
    looks = [status if step == 0 else VISIT, status]
    revoke = {"status": status} if step == 1 else None
    written(exivo, *looks, revoke=revoke)
    with pytest.raises(error):
        client.revoke_visit("visit-1")
    assert len(exivo.calls) == step + 1
