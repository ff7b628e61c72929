import http.client
import socket
from urllib.parse import urlsplit

import pytest

from tests.plugins.processes import PATIENCE


def send(standin, text: bytes) -> bytes:
    parts = urlsplit(standin.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as connection:
        connection.sendall(text)
        return connection.recv(65_536)


def test_it_listens_on_this_machine_only(standin):
    port = urlsplit(standin.url).port
    socket.create_connection(("127.0.0.1", port), timeout=1).close()
    # Another address of this machine: a server that listened on all would answer.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=1)


def test_a_name_from_outside_is_refused(standin):
    answer = send(standin, b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403")
    answer = send(standin, b"GET /healthz HTTP/1.1\r\nHost: localhost:8400\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("length", [b"-1", b"x", b"99999999"])
def test_a_body_too_large_is_refused(standin, length):
    head = b"POST /v1/refunds HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length
    assert send(standin, head + b"\r\n\r\n").startswith(b"HTTP/1.1 413")


def test_bytes_that_are_no_text_are_refused(standin):
    connection = http.client.HTTPConnection(urlsplit(standin.url).netloc, timeout=PATIENCE)
    headers = {"Authorization": "Bearer sk_test_x"}
    connection.request("POST", "/v1/refunds", body=b"a=\xff\xfe", headers=headers)
    assert connection.getresponse().status == 400
    connection.close()


def test_a_key_may_come_as_basic_user_name(standin):
    connection = http.client.HTTPConnection(urlsplit(standin.url).netloc, timeout=PATIENCE)
    # sk_test_x:
    connection.request("GET", "/v1/balance", headers={"Authorization": "Basic c2tfdGVzdF94Og=="})
    assert connection.getresponse().status == 200
    connection.close()
