# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every answer that is not a good one becomes the error that says what to do."""

from datetime import date, datetime

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from written_exivo import CODE, LINK, REQUEST, SITE_ID, WrittenExivo, new_client

from odoo.addons.exivo_access import api
from odoo.addons.exivo_access.tools.calls import stops_site

HTML = "<html><h1>Bad Gateway</h1></html>"
JSON = {"message": "This is why."}

#: error: (worth trying again by itself, may have been carried out)
PROMISES = {
    api.Unreachable: (True, False),
    api.TimedOut: (True, True),
    api.Broken: (True, True),
    api.ServerError: (True, True),
    api.InvalidAnswer: (True, True),
    api.RateLimited: (True, False),
    api.Unauthorized: (False, False),
    api.Forbidden: (False, False),
    api.Barred: (False, False),
    api.NotFound: (False, False),
    api.Rejected: (False, False),
}


def error_of(exivo, client, **answer):
    """Let Exivo answer a call for the site's data, and return the error."""
    exivo.answer("GET", "/info", **answer)
    with pytest.raises(api.ExivoError) as caught:
        client.get_site_info()
    return caught.value


@pytest.mark.parametrize("error", PROMISES)
def test_each_error_says_whether_to_try_again_and_whether_to_look_up(error):
    assert (error().transient, error().maybe_done) == PROMISES[error]


@pytest.mark.parametrize(
    "answer, expected",
    [
        ({"status": 401, "json": JSON}, api.Unauthorized),
        ({"status": 401, "body": HTML}, api.Unauthorized),
        ({"status": 401}, api.Unauthorized),
        ({"status": 403, "json": JSON}, api.Forbidden),
        ({"status": 404}, api.NotFound),
        ({"status": 404, "body": HTML}, api.NotFound),
        ({"status": 410, "json": JSON}, api.NotFound),
        ({"status": 400, "json": JSON}, api.Rejected),
        ({"status": 400}, api.Rejected),
        ({"status": 405, "body": HTML}, api.Rejected),
        ({"status": 409, "json": JSON}, api.Rejected),
        ({"status": 422, "json": JSON}, api.Rejected),
        ({"status": 408}, api.TimedOut),
        ({"status": 429}, api.RateLimited),
        ({"status": 500, "json": JSON}, api.ServerError),
        ({"status": 502, "body": HTML}, api.ServerError),
        ({"status": 503}, api.ServerError),
        ({"status": 504, "body": HTML}, api.ServerError),
        ({"status": 302, "headers": {"Location": LINK}}, api.InvalidAnswer),
        ({"status": 304}, api.InvalidAnswer),
        ({"status": 200, "body": HTML}, api.InvalidAnswer),
        ({"status": 200, "body": ""}, api.InvalidAnswer),
        ({"status": 200, "body": "null"}, api.InvalidAnswer),
        ({"status": 200, "body": "[]"}, api.InvalidAnswer),
        ({"status": 200, "body": '"text"'}, api.InvalidAnswer),
        ({"status": 200, "body": "{"}, api.InvalidAnswer),
        ({"status": 200, "body": "9" * 5000}, api.InvalidAnswer),
        ({"status": 200, "body": b"\xff\xfe\x00"}, api.InvalidAnswer),
        ({"status": 204}, api.InvalidAnswer),
    ],
)
def test_an_answer_becomes_the_right_error(exivo, client, answer, expected):
    error = error_of(exivo, client, **answer)
    assert type(error) is expected
    assert error.message


def test_the_error_keeps_the_status(exivo, client):
    assert error_of(exivo, client, status=409).status == 409


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None}, {"id": 7}, [], None])
def test_a_creation_whose_answer_has_no_id_may_have_been_carried_out(
    exivo, client, answer
):
    exivo.answer("POST", "/visit", answer)
    with pytest.raises(api.ExivoError) as caught:
        client.create_visit(REQUEST)
    assert type(caught.value) is api.InvalidAnswer and caught.value.maybe_done


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_that_the_credentials_stay_here(
    exivo, client, status
):
    elsewhere = exivo.add("GET", "https://elsewhere.test/", json={})
    answer = {"status": status, "headers": {"Location": "https://elsewhere.test/"}}
    assert isinstance(error_of(exivo, client, **answer), api.InvalidAnswer)
    assert elsewhere.call_count == 0 and len(exivo.calls) == 1


# Messages


def message_of(exivo, client, **answer):
    return error_of(exivo, client, status=400, **answer).message


def test_the_message_is_what_exivo_says(exivo, client):
    assert message_of(exivo, client, json=JSON) == "This is why."


def test_the_message_is_one_line_and_short(exivo, client):
    text = "one\n\n  two\tthree " + "x" * 1000
    message = message_of(exivo, client, json={"message": text})
    assert message.startswith("one two three xxx") and len(message) <= 200


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"body": HTML},
        {"json": {"message": ""}},
        {"json": {"message": None}},
        {"json": {"message": "\0"}},
        {"json": {"message": ["?"]}},
        {"json": ["?"]},
    ],
)
def test_without_a_message_the_status_speaks(exivo, client, answer):
    assert message_of(exivo, client, **answer) in ("Bad Request", "HTTP 400")


@pytest.mark.parametrize(
    "answer",
    [
        {"body": "root:x:0:0", "content_type": "text/plain"},
        {"body": "<html><title>Router 7</title></html>"},
        {"json": {"error": "Router 7", "detail": {"message": "Router 7"}}},
        {"json": [{"message": "Router 7"}]},
        {"json": "Router 7"},
    ],
)
def test_nothing_of_what_is_not_exivos_way_to_refuse_is_shown(exivo, client, answer):
    assert message_of(exivo, client, **answer) == "Bad Request"


def test_what_a_site_says_of_itself_is_short_and_on_one_line(exivo, client):
    text = "one\n\n  two\tthree " + "x" * 1000
    info = {"name": text, "timeZone": text, "language": text}
    exivo.answer("GET", "/info", {"id": SITE_ID, **info})
    info = client.get_site_info()
    for shown in (info.name, info.time_zone, info.language):
        assert shown.startswith("one two three xxx") and len(shown) <= 200


@pytest.mark.parametrize(
    "text",
    [
        "code 048213 is taken",
        "code '048213', again",
        "[048213]",
        f"see {LINK}",
        f"link={LINK};",
        f"<{LINK.replace('https', 'HTTPS')}>",
    ],
)
def test_no_message_holds_a_code_or_a_link(exivo, client, text):
    message = message_of(exivo, client, json={"message": text})
    assert CODE not in message
    assert "a1b2c3" not in message


def test_the_details_of_a_refusal_are_said(exivo, client):
    answer = {
        "message": "Validation errors",
        "errors": [
            {
                "message": "Invalid parameter (body)",
                "errors": [{"message": "Missing required property: validFrom"}],
            },
            {"message": "Invalid parameter (body)"},
            {"code": "X"},
            "?",
        ],
    }
    assert message_of(exivo, client, json=answer) == (
        "Validation errors: Invalid parameter (body); "
        "Missing required property: validFrom"
    )


@pytest.mark.parametrize("errors", [None, 7, "x", {"message": "x"}, [[[]]]])
def test_odd_details_of_a_refusal_are_passed_over(exivo, client, errors):
    answer = {"message": "No.", "errors": errors}
    assert message_of(exivo, client, json=answer) == "No."


@pytest.mark.parametrize(
    "text", ["+41 79 111 00 00", "+41791110000", "079/111 00 00", "anna@example.com"]
)
def test_no_message_holds_a_phone_number_or_an_address(exivo, client, text):
    for answer in (
        {"message": f"{text} is no phone"},
        {"message": "No.", "errors": [{"message": f"Is no phone: {text}"}]},
    ):
        message = message_of(exivo, client, json=answer)
        assert text not in message and "111" not in message


def test_what_no_database_stores_is_taken_out_of_messages(exivo, client):
    body = b'{"message": "zero \\u0000, half \\ud800, end"}'
    message = message_of(exivo, client, body=body)
    assert message.encode() and "\0" not in message
    assert message.startswith("zero") and message.endswith("end")


# Retry-After


@pytest.mark.parametrize(
    "header, seconds",
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({"Retry-After": "Wed, 21 Oct 2026 07:26:00 GMT"}, 0),
        ({"Retry-After": "Wed, 21 Oct"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 +9999999999999999"}, None),
    ],
)
@freeze_time("2026-10-21 07:27:00")
def test_exivo_may_ask_for_a_pause(exivo, client, header, seconds):
    for status in (429, 503):
        error = error_of(exivo, client, status=status, headers=header)
        assert (error.retry_after, error.status) == (seconds, status)
        assert stops_site(error) or status == 503 and not seconds


def test_a_date_for_a_pause_is_by_the_clock_over_there(exivo, client):
    """Its clock is ten minutes ahead of ours."""
    with freeze_time("2026-10-21 07:27:00"):
        headers = {
            "Date": "Wed, 21 Oct 2026 07:37:00 GMT",
            "Retry-After": "Wed, 21 Oct 2026 07:38:00 GMT",
        }
        assert error_of(exivo, client, status=429, headers=headers).retry_after == 60


@pytest.mark.parametrize("header", ["inf", "1e300", "86401000", "nan"])
def test_a_pause_without_end_is_not_kept(exivo, client, header):
    error = error_of(exivo, client, status=429, headers={"Retry-After": header})
    assert error.retry_after is None or 0 <= error.retry_after <= 3600


# Whatever comes

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "name", "link", "revoked", "expired", "identifier", "labelling"]
            + ["templateIdentifier", "ready", "mode", "message", "timeZone"]
            + ["accessZones", "components", "persons", "ranges", "start", "end"]
            + ["days", "accessZoneTimeProfiles", "entryDate", "occurredAt", "data"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=10,
)


@given(
    answer=JSON_VALUES,
    status=st.sampled_from([200, 204, 301, 400, 401, 404, 429, 500]),
)
def test_whatever_is_answered_there_is_a_typed_value_or_a_typed_error(answer, status):
    client = new_client()
    calls = [
        client.get_site_info,
        client.list_components,
        client.list_persons,
        client.list_access_groups,
        client.list_time_profiles,
        lambda: client.list_log(date(2026, 1, 30)),
        lambda: client.get_visit("1"),
        lambda: [*client.find_visits("x")],
        lambda: client.create_visit(REQUEST),
    ]
    for call in calls:
        with WrittenExivo(assert_all_requests_are_fired=False) as exivo:
            for method, path in [
                ("GET", "/info"),
                ("GET", "/component"),
                ("GET", "/person"),
                ("GET", "/accessgroup"),
                ("GET", "/timeprofile"),
                ("GET", "/accesslog/component"),
                ("GET", "/visit"),
                ("POST", "/visit"),
            ]:
                exivo.answer(method, path, answer, status=status)
            exivo.answer("GET", "/visit/1", answer, status=status)
            try:
                value = call()
            except api.ExivoError as error:
                check_text(error.message)
                continue
        for one in value if isinstance(value, list) else [value]:
            check_fields(one)


def check_fields(value):
    for content in vars(value).values():
        if isinstance(content, str):
            check_text(content)
        elif isinstance(content, tuple | frozenset | dict):
            for one in content:
                check_fields(one) if hasattr(one, "days") else check_text(one)
        else:
            assert content is None or isinstance(content, bool | int | datetime)


def check_text(text):
    """Text that can be stored, searched and shown."""
    assert isinstance(text, str)
    assert text.encode() is not None and "\0" not in text
