# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Addresses: the API's, which gets the secret; a visit's link, which people open."""

from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url
from written_exivo import VISIT, new_client

from odoo.addons.exivo_access import api

LOOPBACKS = ("127.0.0.1", "127.8.9.10", "localhost", "[::1]")


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://api.exivo.io", "https://api.exivo.io"),
        ("https://api.exivo.io/", "https://api.exivo.io"),
        ("https://api.exivo.io/v1", "https://api.exivo.io"),
        ("https://api.exivo.io/v1/", "https://api.exivo.io"),
        ("  https://api.exivo.io\n", "https://api.exivo.io"),
        ("HTTPS://API.exivo.io", "https://API.exivo.io"),
        ("https://gateway.test/exivo/v1", "https://gateway.test/exivo"),
        ("https://gateway.test/v10", "https://gateway.test/v10"),
        ("https://gateway.test:8443", "https://gateway.test:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://bücher.test", "https://bücher.test"),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
        ("http://localhost:8090/", "http://localhost:8090"),
        ("http://[::1]:8090", "http://[::1]:8090"),
    ],
)
def test_a_good_address_is_brought_into_its_one_form(url, expected):
    assert api.check_api_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        " ",
        "api.exivo.io",
        "//api.exivo.io",
        "https://",
        "https:///v1",
        "https://:443",
        "https:api.exivo.io",
        "ftp://api.exivo.io",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://api.exivo.io:port",
        "https://api.exivo.io:99999",
        "https://api exivo.io",
        "https://api.exivo.io/a\nb",
        "https://api.exivo.io?site=1",
        "https://api.exivo.io/#here",
        "https://[half",
        "https://[no-address]",
        "https://a℀b.test",
        "https://" + "a" * 64 + ".test",
        "https://a..test",
        "https://api.exivo.io\\@elsewhere.test",
    ],
)
def test_what_is_no_address_is_called_so(url):
    with pytest.raises(ValueError) as caught:
        api.check_api_url(url)
    assert caught.value.args == ("no_url",)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.exivo.io",
        "http://10.0.0.1",
        "http://192.168.1.5:8090",
        "http://0.0.0.0",
        "http://localhost.elsewhere.test",
        "http://127.0.0.1.elsewhere.test",
        "http://2130706433",
        "http://127.0.0.1@elsewhere.test",
        "HTTP://elsewhere.test",
    ],
)
def test_http_is_only_for_this_very_machine(url):
    with pytest.raises(ValueError) as caught:
        api.check_api_url(url)
    assert caught.value.args == ("insecure",)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:password@api.exivo.io",
        "https://user@api.exivo.io",
        "https://:password@api.exivo.io",
        "https://@api.exivo.io",
        "http://elsewhere.test@localhost",
    ],
)
def test_no_credentials_within_the_address(url):
    with pytest.raises(ValueError) as caught:
        api.check_api_url(url)
    assert caught.value.args == ("credentials",)


ADDRESSES = st.one_of(
    st.text(),
    st.text(alphabet="htps:/@?#[].%\\ \t\n1a", max_size=30),
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp", "https "]),
        st.sampled_from(["", "@", "u@", "u:p@", "localhost@", "127.0.0.1\\@"]),
        st.sampled_from([*LOOPBACKS, "api.exivo.io", "[::2]", "[", "127.1", "é.test"])
        | st.text(max_size=10),
        st.sampled_from(["", ":", ":80", ":0", ":-1", ":٣", ":x"]),
        st.sampled_from(["", "/", "/v1", "/v1/", "/v1/v1", "/a b", "?", "#", "/é"])
        | st.text(max_size=10),
    ),
)


@given(ADDRESSES)
@example("https://gateway.test/v1/v1")
def test_whatever_the_text_the_secret_travels_only_where_it_may(text):
    try:
        url = api.check_api_url(text)
    except ValueError as error:
        assert error.args in [("no_url",), ("insecure",), ("credentials",)]
        return
    assert api.check_api_url(url) == url
    try:
        request = requests.Request("GET", f"{url}/v1/x/info").prepare()
    except requests.exceptions.InvalidURL:
        return
    host = parse_url(request.url).host
    assert request.url.startswith(("https://", "http://"))
    if request.url.startswith("http://"):
        assert host in LOOPBACKS or host.startswith("127.")
    assert (host or "").lower() == (parse_url(url).host or "").lower() or (
        not urlsplit(url).hostname.isascii()
    )
    assert new_client(url)


# Links


def link_of(text):
    return api.Visit.from_json({**VISIT, "link": text}).link


@pytest.mark.parametrize(
    "link",
    [
        "https://visit.exivo.test/a1b2c3",
        "https://visit.elsewhere.test:8443/#/a1?b=c&d=%20",
        "http://127.0.0.1:8090/visit/a1b2c3",
        "http://localhost:8090/visit/a1b2c3",
    ],
)
def test_a_link_that_people_may_open_is_kept_as_it_is(link):
    assert link_of(link) == link


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        7,
        ["https://visit.exivo.test"],
        "visit.exivo.test/a1b2c3",
        "//visit.exivo.test/a1b2c3",
        "http://visit.exivo.test/a1b2c3",
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://",
        "data:text/html,https://visit.exivo.test",
        "https://",
        "https://[half",
        "https://visit.exivo.test/a b",
        "https://visit.exivo.test/\n",
        "https://visit.exivo.test/\x00",
        'https://visit.exivo.test/"onclick="',
        "https://visit.exivo.test/<script>",
    ],
)
def test_any_other_link_is_none(link):
    assert link_of(link) == ""
