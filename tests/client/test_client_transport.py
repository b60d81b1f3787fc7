# Copyright 2026 exivo_access contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What happens on the way: real connections to this machine that go wrong.

The one thing that matters is to tell "surely nothing was carried out" from "we do not
know": only after the latter a creation is looked up.
"""

import gzip
import socket
import threading
import tracemalloc
from contextlib import contextmanager, suppress

import pytest
import requests
from werkzeug.serving import generate_adhoc_ssl_context
from written_exivo import REQUEST, SITE_ID, new_client

from odoo.addons.exivo_access import api
from odoo.addons.exivo_access.api import client as client_module

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n{"id": "%b"}' % SITE_ID.encode()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Nothing between us and the test's server."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "")


@contextmanager
def server(answer, tls=None):
    """Serve one connection: read the request, send an answer, hang up.

    :param answer: bytes to send, ``None`` to keep silent until the client leaves.
    :param tls: the context of a server that speaks TLS.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        received = []

        def serve():
            connection, _address = listener.accept()
            if tls:
                with suppress(OSError), connection:
                    tls.wrap_socket(connection, server_side=True)
                    received.append(b"a handshake that went well")
                return
            with connection:
                received.append(connection.recv(65536))
                if answer is None:
                    connection.recv(1)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], received
        thread.join(10)


@contextmanager
def trickling(begins_with):
    """Serve one connection: begin an answer, and go on a byte at a time, for seconds.

    :return: the port, and whether the client has left meanwhile.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = threading.Event()

        def serve():
            connection, _address = listener.accept()
            with connection:
                connection.recv(65536)
                connection.settimeout(0.05)
                connection.sendall(begins_with)
                for _piece in range(100):
                    with suppress(TimeoutError):
                        if not connection.recv(65536):
                            left.set()
                            return
                    connection.sendall(b"1")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], left
        thread.join(10)


def error_of(port, scheme="http", host="127.0.0.1"):
    """Return the error of a creation."""
    with pytest.raises(api.ExivoError) as caught:
        new_client(f"{scheme}://{host}:{port}").create_visit(REQUEST)
    assert REQUEST.code not in caught.value.message
    return caught.value


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_a_good_answer_is_read():
    with server(GOOD) as (port, received):
        assert new_client(f"http://127.0.0.1:{port}").get_site_info().name == ""
    assert b"Authorization: Basic" in received[0]


def packed(size, status="200 OK"):
    """An answer of that many bytes, which is short on its way."""
    body = gzip.compress(b'["' + b" " * size + b'"]')
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"HTTP/1.1 {status}\r\n{head}".encode() + body


@pytest.mark.parametrize(
    "status", ["200 OK", "500 Sorry", "302 Found\r\nLocation: /else"]
)
def test_an_answer_without_end_is_not_taken(status):
    with server(packed(200 * 1024**2, status)) as (port, _received):
        tracemalloc.start()
        error = error_of(port)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(error, api.InvalidAnswer) and error.maybe_done
    assert most < 4 * client_module.LARGEST_ANSWER


@pytest.mark.parametrize("place", [b"\xff", b"/else", b"https://[", b"", b"//\x00"])
def test_a_redirect_wherever_it_leads_leaves_open_what_was_done(place):
    """The server had the whole order; "303 See Other" even says that it was made."""
    answer = b"HTTP/1.1 303 See Other\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n"
    with server(answer % place) as (port, received):
        error = error_of(port)
    assert received[0].startswith(b"POST")
    assert type(error) is api.InvalidAnswer and error.maybe_done


@pytest.mark.parametrize("raised", [UnicodeError(), requests.exceptions.InvalidURL()])
def test_an_address_that_is_wrong_after_the_order_was_sent_proves_nothing(
    monkeypatch, raised
):
    def fail(*_arguments, **_options):
        raise raised

    with server(GOOD) as (port, _received):
        monkeypatch.setattr(requests.models.Response, "iter_content", fail)
        assert error_of(port).maybe_done


@pytest.mark.parametrize(
    "begins_with",
    [
        b"HTTP/1.1 200 OK\r\nX: ",  # the head
        b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n{",  # as long as it takes
    ],
)
def test_an_answer_that_trickles_in_is_not_waited_for(monkeypatch, begins_with):
    """Every piece comes in time, and the whole would not."""
    monkeypatch.setattr(client_module, "LONGEST_CALL", 0.3)
    with trickling(begins_with) as (port, left):
        error = error_of(port)
    assert type(error) is api.TimedOut and error.maybe_done
    assert left.is_set()


def test_a_proxy_that_trickles_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(client_module, "LONGEST_CALL", 0.3)
    with trickling(b"HTTP/1.1 200 OK\r\nX: ") as (port, left):
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        assert type(error_of(443, "https", "exivo.test")) is not api.InvalidAnswer
    assert left.is_set()


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("?"), OSError("?"), KeyError("?")]
)
def test_whatever_the_library_raises_becomes_an_error_of_ours(monkeypatch, error):
    def break_off(*_args, **_options):
        raise error

    monkeypatch.setattr(requests.Session, "request", break_off)
    assert error_of(1).maybe_done


def test_words_beside_a_status_are_not_taken_from_the_server():
    answer = b"HTTP/1.1 400 Router 7, root\r\nContent-Length: 0\r\n\r\n"
    with server(answer) as (port, _received):
        assert error_of(port).message == "Bad Request"


def test_a_refused_connection_is_unreachable():
    assert type(error_of(closed_port())) is api.Unreachable


def test_an_unknown_host_is_unreachable(monkeypatch):
    def fail(*_arguments, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert type(error_of(443, "https", "nowhere.test")) is api.Unreachable


def test_a_network_that_is_down_is_unreachable(monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", fail)
    assert type(error_of(9)) is api.Unreachable


def test_a_connection_that_does_not_come_about_in_time_is_unreachable(monkeypatch):
    def fail(*_arguments, **_options):
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", fail)
    assert type(error_of(9)) is api.Unreachable


def test_a_certificate_that_cannot_be_trusted_is_unreachable():
    context = generate_adhoc_ssl_context()
    with server(GOOD, context) as (port, received):
        error = error_of(port, "https")
    assert type(error) is api.Unreachable
    assert received == []


def test_a_proxy_that_is_away_is_unreachable(monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed_port()}")
    assert type(error_of(443, "https", "exivo.test")) is api.Unreachable


def test_a_server_that_speaks_no_tls_may_have_done_anything():
    """Seldom, and a TLS error can also come after the request: so look it up."""
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (port, received):
        error = error_of(port, "https")
    assert type(error) is api.TimedOut and error.maybe_done
    assert b"Basic" not in received[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"this is no HTTP\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_leaves_open_what_was_done(answer):
    with server(answer) as (port, _received):
        error = error_of(port)
    assert type(error) in (api.TimedOut, api.InvalidAnswer) and error.maybe_done


def test_a_reset_connection_leaves_open_what_was_done(monkeypatch):
    def fail(*_arguments, **_options):
        raise ConnectionResetError(104, "Connection reset by peer")

    with server(b"") as (port, _received):
        monkeypatch.setattr("http.client.HTTPResponse.begin", fail)
        error = error_of(port)
    assert type(error) is api.TimedOut and error.maybe_done


def test_silence_leaves_open_what_was_done(monkeypatch):
    monkeypatch.setattr(client_module, "TIMEOUT", (5, 0.05))
    with server(None) as (port, _received):
        error = error_of(port)
    assert type(error) is api.TimedOut and error.maybe_done


@pytest.mark.parametrize(
    "error, expected",
    [
        (requests.exceptions.ConnectTimeout(), api.Unreachable),
        (requests.exceptions.ReadTimeout(), api.TimedOut),
        (requests.exceptions.Timeout(), api.TimedOut),
        (requests.exceptions.SSLError(), api.TimedOut),
        (requests.exceptions.ConnectionError(), api.TimedOut),
        (requests.exceptions.ConnectionError(OSError("?")), api.TimedOut),
        (requests.exceptions.ChunkedEncodingError(), api.TimedOut),
        (requests.exceptions.ContentDecodingError(), api.TimedOut),
        (requests.exceptions.InvalidURL(), api.Unreachable),
        (requests.exceptions.RequestException(), api.TimedOut),
    ],
)
def test_what_cannot_be_explained_counts_as_maybe_done(exivo, client, error, expected):
    exivo.answer("POST", "/visit", body=error)
    with pytest.raises(api.ExivoError) as caught:
        client.create_visit(REQUEST)
    assert type(caught.value) is expected
