"""Clients that keep the server waiting: closed, while others are served."""

from __future__ import annotations

import socket
import threading
import time
from types import SimpleNamespace

import pytest
import uvicorn

from sheetflow.hosting.patience import EACH, Impatient


async def app(scope, receive, send):
    """Says how much was sent."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message.get("body", b""), message.get("more_body", False)
    length = (b"content-length", b"2")
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": b"%2d" % len(body)})


class Hasty(Impatient):
    within = 0.2


@pytest.fixture
def port():
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=Hasty, ws="none", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


def connected(port) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def is_closed(client: socket.socket) -> bool:
    """Whether the other side has closed it, waiting for that a while."""
    try:
        return client.recv(1000) == b""
    except ConnectionResetError:
        return True


SLOW = [
    b"",
    b"GET / HTTP/1.1\r\nHost: loc",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
]


@pytest.mark.parametrize("sent", SLOW)
def test_half_a_request_is_not_waited_for(port, sent):
    with connected(port) as client:
        client.sendall(sent)
        assert is_closed(client)


def test_a_letter_now_and_then_does_not_help(port):
    with connected(port) as client:
        try:
            for letter in b"GET / HTTP/1.1\r\nHost: localhost":
                client.sendall(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            return
        assert is_closed(client)


def test_others_are_served_meanwhile_and_a_connection_is_used_again(port):
    with connected(port) as slow, connected(port) as client:
        slow.sendall(SLOW[1])
        for _ in range(5):
            client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok")
            answer = client.recv(1000)
            while not answer.endswith(b" 2"):
                answer += client.recv(1000)
            time.sleep(0.15)
        assert is_closed(slow)


@pytest.mark.parametrize(("where", "gone"), [("203.0.113.9", True), ("127.0.0.1", False)])
def test_nobody_elsewhere_has_very_many_connections(where, gone):
    one = SimpleNamespace(client=(where, 1))
    others = {SimpleNamespace(client=("198.51.100.1", 1)).client, None}
    made = [SimpleNamespace(client=(where, number)) for number in range(EACH + 1)]
    made += [SimpleNamespace(client=client) for client in others]
    connection = SimpleNamespace(client=one.client, connections=made)
    assert Impatient._are_too_many(connection) is gone
    connection.connections = made[1:]
    assert Impatient._are_too_many(connection) is False
