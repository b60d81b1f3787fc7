# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The log of the doors, however it looks, and opening one."""

import json
from datetime import date, datetime, timezone

import pytest
from written_exivo import BASE

from odoo.addons.exivo_access import adapters, api

DOOR = {"id": "entrance", "identifier": "Entrance", "labelling": None}
ENTRY = {
    "id": "event-1",
    "name": "accessPermitted",
    "data": {"component": DOOR, "visit": {"id": "v-1", "name": "B00007 a1b2"}},
    "occurredAt": "2026-01-31T09:00:00.157Z",
}


def read(exivo, client, *rows):
    exivo.answer("GET", "/accesslog/component", json=list(rows))
    exivo.answer("GET", "/accesslog/component", json=[])
    return client.list_log(date(2026, 1, 30))


def test_an_entry_is_read(exivo, client):
    (entry,) = read(exivo, client, ENTRY)
    assert entry.id == "event-1"
    assert entry.name == "accessPermitted"
    assert entry.component_id == "entrance"
    assert entry.occurred_at == datetime(
        2026, 1, 31, 9, 0, 0, 157000, tzinfo=timezone.utc
    )
    assert {"B00007", "a1b2", "v-1", "entrance"} <= entry.words
    assert "from=2026-01-30" in exivo.asked()[0]


@pytest.mark.parametrize(
    "said, actor",
    [
        ({"person": {"id": "p", "firstName": "Ann", "lastName": "Lee"}}, "Ann Lee"),
        ({"person": {"id": "p"}}, "?"),
        ({"user": {"id": "u", "userName": "ann"}}, "ann"),
        ({"visit": {"id": "v", "name": "Plumber"}}, "Plumber"),
        ({"apiIdentifier": "k", "delegatedUser": "Robot"}, "Robot"),
        ({"apiIdentifier": "k"}, "API"),
        ({"medium": {"id": "m", "keyLabel": "Key 7"}}, ""),
        ({"person": None, "user": 7}, ""),
    ],
    ids=str,
)
def test_who_did_it_is_read_where_exivo_names_somebody(exivo, client, said, actor):
    (entry,) = read(exivo, client, {**ENTRY, "data": {"component": DOOR, **said}})
    assert entry.actor == actor


@pytest.mark.parametrize(
    "change",
    [{"data": None}, {"data": []}, {"data": {"component": None}}, {"name": 7}],
    ids=str,
)
def test_an_entry_that_looks_otherwise_is_read_all_the_same(exivo, client, change):
    (entry,) = read(exivo, client, {**ENTRY, **change})
    assert entry.id == "event-1" and entry.occurred_at


def test_an_entry_without_an_id_gets_the_same_one_each_time(exivo, client):
    nameless = {name: value for name, value in ENTRY.items() if name != "id"}
    later = {**nameless, "occurredAt": "2026-01-31T09:00:05Z"}
    first, second = read(exivo, client, nameless, later)
    exivo.reset()
    (again,) = read(exivo, client, dict(reversed(nameless.items())))
    assert first.id == again.id != second.id


def test_the_adapter_sorts_and_leaves_out_what_is_older_or_has_no_time(exivo, client):
    rows = [
        {**ENTRY, "id": "late", "occurredAt": "2026-01-31T10:00:00Z"},
        {**ENTRY, "id": "none", "occurredAt": "yesterday"},
        {**ENTRY, "id": "early", "occurredAt": "2026-01-31T08:00:00Z"},
        {**ENTRY, "id": "old", "occurredAt": "2026-01-31T07:59:59Z"},
    ]
    exivo.answer("GET", "/accesslog/component", json=rows)
    exivo.answer("GET", "/accesslog/component", json=[])
    since = datetime(2026, 1, 31, 8, 0, tzinfo=timezone.utc)
    events = adapters.ExivoAdapter(client).list_events(since)
    assert [event.id for event in events] == ["early", "late"]
    assert "from=2026-01-30" in exivo.asked()[0]


#: A thousand entries, the newest of them first.
LONG_LOG = [
    {
        **ENTRY,
        "id": f"{hour}-{number}",
        "occurredAt": f"2026-01-31T{hour:02}:{number // 2:02}:00Z",
    }
    for hour in range(20, 10, -1)
    for number in reversed(range(100))
]


def read_long(exivo, client, rows):
    """Read a log in pages, of which all before 20:00 is known."""

    def answer(request):
        skip, limit = (int(request.params[name]) for name in ("skip", "limit"))
        return 200, {}, json.dumps(rows[skip : skip + limit])

    exivo.add_callback("GET", f"{BASE}/accesslog/component", answer)
    return client.list_log(
        date(2026, 1, 30), datetime(2026, 1, 31, 20, tzinfo=timezone.utc)
    )


def test_a_log_is_read_as_far_as_it_is_not_known(exivo, client):
    entries = read_long(exivo, client, LONG_LOG)
    assert len(exivo.calls) == 2
    assert [entry.id for entry in entries[:100]] == [
        row["id"] for row in LONG_LOG[:100]
    ]


@pytest.mark.parametrize(
    "rows",
    [
        LONG_LOG[::-1],
        [LONG_LOG[-1], *LONG_LOG[:-1]],
        [{**row, "occurredAt": ENTRY["occurredAt"]} for row in LONG_LOG],
    ],
    ids=["the oldest first", "a late one first", "all at once"],
)
def test_a_log_in_which_the_newest_need_not_be_first_is_read_to_its_end(
    exivo, client, rows
):
    entries = read_long(exivo, client, rows)
    assert {entry.id for entry in entries} == {row["id"] for row in rows}


@pytest.mark.parametrize(
    "name, kind",
    [
        ("accessPermitted", adapters.OPENED),
        ("componentUnlocked", adapters.OPENED),
        ("accessDenied", adapters.DENIED),
        ("componentNotReady", adapters.NOT_READY),
        ("sabotageAlarm", adapters.ALARM),
        ("interruptionOfInputAlarm", adapters.ALARM),
        ("componentIsOpen", adapters.OTHER),
        ("somethingNew", adapters.OTHER),
        ("", adapters.OTHER),
    ],
)
def test_exivos_names_become_kinds(exivo, client, name, kind):
    exivo.answer("GET", "/accesslog/component", json=[{**ENTRY, "name": name}])
    exivo.answer("GET", "/accesslog/component", json=[])
    since = datetime(2026, 1, 31, tzinfo=timezone.utc)
    (event,) = adapters.ExivoAdapter(client).list_events(since)
    assert (event.kind, event.name) == (kind, name)


def test_a_door_is_asked_to_open_once_and_told_who_wants_it(exivo, client):
    exivo.answer("POST", "/component/entrance/unlock", status=204)
    client.unlock("entrance", "B00007 a1b2")
    (call,) = exivo.calls
    assert json.loads(call.request.body) == {"delegatedUser": "B00007 a1b2"}


def test_an_order_to_open_without_an_answer_is_not_repeated(exivo, client):
    exivo.answer("POST", "/component/entrance/unlock", status=500)
    with pytest.raises(api.ServerError) as caught:
        client.unlock("entrance", "B00007")
    assert caught.value.maybe_done
    assert len(exivo.calls) == 1


def test_no_id_leads_the_order_elsewhere(exivo, client):
    with pytest.raises(api.Rejected):
        client.unlock("../visit", "B00007")
    assert not exivo.calls


@pytest.mark.parametrize("odd", ["2026-01-31T09:00:00", "yesterday", 7, None])
def test_a_log_that_does_not_say_when_is_not_taken_for_one_without_news(
    exivo, client, odd
):
    rows = [{**ENTRY, "id": name, "occurredAt": odd} for name in ("one", "two")]
    exivo.answer("GET", "/accesslog/component", json=rows)
    exivo.answer("GET", "/accesslog/component", json=[])
    with pytest.raises(api.InvalidAnswer):
        adapters.ExivoAdapter(client).list_events(
            datetime(2026, 1, 31, 8, 0, tzinfo=timezone.utc)
        )
