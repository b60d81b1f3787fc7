# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No call leads inside a network, however the way there is written or changed."""

import socket
import ssl
import unittest
from contextlib import contextmanager
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_exivo import HERE, REQUEST, new_client

from odoo.tools import mute_logger

from odoo.addons.exivo_access import api

NOBODY = api.Targets()
LOGGER = "odoo.addons.exivo_access.api.targets"
PUBLIC = "93.184.216.34"
INSIDE = (
    "127.0.0.1",
    "10.0.0.5",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.0.8",
    "198.18.0.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.5",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "4000::1",
)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Nothing between us and the machine that is called."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "")


@pytest.fixture
def network(monkeypatch):
    """Names that stand for what the test says, and who was connected to."""
    network = SimpleNamespace(answers={}, connected=[], asked=[])
    ask = socket.getaddrinfo

    def answer(host, *arguments, **options):
        network.asked.append(host)
        answers = network.answers.get(host)
        if not answers:
            return ask(host, *arguments, **options)
        # the last answer stays
        now = answers.pop(0) if len(answers) > 1 else answers[0]
        return [one for text in now for one in ask(text, *arguments, **options)]

    def connect(_socket, address):
        network.connected.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket.socket, "connect", connect)
    return network


@contextmanager
def listener():
    """A machine that takes connections, and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def error_of(url, targets=NOBODY):
    with pytest.raises(api.ExivoError) as caught:
        new_client(url, targets).create_visit(REQUEST)
    return caught.value


def was_called(server):
    """Whether anybody has connected, be it without a word."""
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def test_an_open_and_a_closed_port_inside_look_the_same():
    with listener() as server:
        port = server.getsockname()[1]
        urls = [f"https://127.0.0.1:{port}", f"https://localhost:{port}"]
        found = [error_of(url) for url in urls]
        assert not was_called(server)
    found += [error_of(url) for url in urls]
    assert {(type(one), one.message, one.status) for one in found} == {
        (api.Barred, api.Barred().message, None)
    }


def test_nothing_is_said_to_a_port_inside_behind_a_name(monkeypatch):
    with listener() as server:
        port = server.getsockname()[1]
        (found,) = socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [found])
        assert type(error_of(f"https://inside.test:{port}")) is api.Barred
        assert not was_called(server)


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_connected_to(network, address):
    host = f"[{address}]" if ":" in address else address
    assert type(error_of(f"https://{host}")) is api.Barred
    network.answers["inside.test"] = [[address]]
    assert type(error_of("https://inside.test")) is api.Barred
    assert not network.connected


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
        "localhost",
        "LOCALHOST.",
        "api.localhost",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:ffff:7f00:1]",
    ],
)
def test_no_spelling_leads_inside(network, host):
    assert type(error_of(f"https://{host}")) is api.Barred
    assert not network.connected and not network.asked


def test_a_name_with_one_address_inside_is_not_called_at_all(network):
    for addresses in ([PUBLIC, "10.0.0.5"], ["fd00::1", PUBLIC]):
        network.answers["mixed.test"] = [addresses]
        assert type(error_of("https://mixed.test")) is api.Barred
    assert not network.connected


def test_a_name_that_changes_once_it_was_looked_at_is_called_where_it_was(network):
    network.answers["rebinding.test"] = [[PUBLIC, "93.184.216.35"], ["127.0.0.1"]]
    assert type(error_of("https://rebinding.test")) is api.Unreachable
    assert network.connected == [PUBLIC, "93.184.216.35"]
    assert network.asked.count("rebinding.test") == 1


def test_what_is_on_the_internet_is_called(network):
    addresses = [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822"]
    for address in addresses:
        network.answers["outside.test"] = [[address]]
        assert type(error_of("https://outside.test")) is api.Unreachable
    assert network.connected == addresses


@pytest.mark.parametrize("redirected", [301, 302, 307, 308])
def test_no_redirect_leads_inside(exivo, redirected):
    exivo.answer(
        "POST", "/visit", status=redirected, headers={"Location": "http://127.0.0.1/"}
    )
    with pytest.raises(api.InvalidAnswer):
        new_client(targets=NOBODY).create_visit(REQUEST)
    assert len(exivo.calls) == 1


# What the operator allows


@pytest.mark.parametrize(
    "text, url",
    [
        ("127.0.0.0/8", "https://127.0.0.1:8443"),
        ("10.0.0.5", "https://10.0.0.5:8443"),
        ("10.0.0.5:8443", "https://10.0.0.5:8443"),
        ("10.0.0.5/24", "https://10.0.0.77"),
        ("10.0.0.5:443", "https://10.0.0.5"),
        ("fd00::/8", "https://[fd00::5]:8443"),
        ("[fd00::5]:8443", "https://[fd00::5]:8443"),
        ("10.0.0.0/8", "https://[::ffff:10.0.0.5]"),
        ("inside.test", "https://INSIDE.test"),
        ("Inside.test.:443", "https://inside.test"),
        ("192.168.0.0/16,\n 10.0.0.0/8", "https://192.168.1.1"),
        ("localhost", "http://localhost:8090"),
        ("nonsense/99, https://x, 10.0.0.5", "https://10.0.0.5"),
    ],
)
@mute_logger(LOGGER)
def test_what_the_operator_names_is_called(network, text, url):
    network.answers["inside.test"] = [["10.0.0.5"]]
    network.answers["localhost"] = [["127.0.0.1"]]
    assert type(error_of(url, api.read_targets(text))) is api.Unreachable
    assert len(network.connected) == 1


@pytest.mark.parametrize(
    "text, url",
    [
        ("", "https://10.0.0.5"),
        ("10.0.0.5:8443", "https://10.0.0.5"),
        ("10.0.0.5:8443", "https://10.0.0.6:8443"),
        ("inside.test:8443", "https://inside.test"),
        ("inside.test", "https://other.inside.test"),
        ("inside.test", "https://10.0.0.5"),
        ("10.0.0/8", "https://10.0.0.5"),
        ("https://10.0.0.5", "https://10.0.0.5"),
        ("user@10.0.0.5", "https://10.0.0.5"),
        ("10.0.0.5:x", "https://10.0.0.5"),
        ("*", "https://10.0.0.5"),
        ("127.0.0.1", "https://127.0.0.2"),
    ],
)
@mute_logger(LOGGER)
def test_nothing_else_is(network, text, url):
    network.answers["inside.test"] = [["10.0.0.5"]]
    network.answers["other.inside.test"] = [["10.0.0.5"]]
    assert type(error_of(url, api.read_targets(text))) is api.Barred
    assert not network.connected


def test_what_cannot_be_read_is_said_in_the_log():
    with unittest.TestCase().assertLogs(LOGGER, "WARNING") as log:
        targets = api.read_targets("10.0.0/33, fd00::5")
    assert targets == api.read_targets("[fd00::5]")
    assert "10.0.0/33" in log.output[0]


# Through a proxy


def test_what_leads_inside_by_its_text_does_not_go_through_a_proxy(
    network, monkeypatch
):
    monkeypatch.setenv("https_proxy", "http://10.0.0.1:3128")
    for host in ("10.0.0.5", "2130706433", "localhost", "[::ffff:10.0.0.5]"):
        assert type(error_of(f"https://{host}")) is api.Barred
    assert not network.connected


def test_the_proxy_itself_may_be_inside(network, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://10.0.0.1:3128")
    assert type(error_of("https://exivo.test")) is api.Unreachable
    assert network.connected == ["10.0.0.1"]


# The connection is what it was


def test_the_certificate_is_still_checked_for_the_name(monkeypatch):
    names = []

    def note(_context, _socket, server_hostname=None, **_options):
        names.append(server_hostname)
        raise ssl.SSLCertVerificationError("enough")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", note)
    with listener() as server:
        port = server.getsockname()[1]
        assert type(error_of(f"https://localhost:{port}", HERE)) is api.Unreachable
        assert was_called(server)
    assert names == ["localhost"]


@given(st.ip_addresses())
def test_whatever_is_written_as_an_address_is_either_public_or_barred(address):
    host = f"[{address}]" if address.version == 6 else str(address)
    if NOBODY.allow_url(f"https://{host}"):
        assert ip_address(address).is_global and not address.is_multicast
