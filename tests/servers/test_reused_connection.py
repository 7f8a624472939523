"""The connection of the load programs, against a site that answers what a test says."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest

from tests.servers.reused_connection import ConnectionCut, ReusedConnection, write_request

ASKED = write_request(80, "/")
PLAIN = b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 3\r\nLocation: /next\r\n\r\nabc"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


@contextmanager
def site(*connections: list[bytes]) -> Iterator[int]:
    """Serve these connections, each with its answers; close each after its last answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answers in connections:
            wire, _ = listener.accept()
            with wire:
                for each in answers:
                    wire.recv(65_536)
                    wire.sendall(each)

    thread = Thread(target=serve)
    thread.start()
    yield int(listener.getsockname()[1])
    thread.join(10)
    listener.close()


def test_two_requests_go_over_one_connection() -> None:
    with site([PLAIN, CHUNKED]) as port, closing(ReusedConnection(port)) as connection:
        first, second = connection.ask(ASKED), connection.ask(ASKED)
    assert (first.status, first.header("location"), first.body) == (303, "/next", b"abc")
    assert (second.status, second.body) == (200, b"abcde")


def test_connection_that_the_site_closed_is_opened_again() -> None:
    with site([PLAIN], [CHUNKED]) as port, closing(ReusedConnection(port)) as connection:
        connection.ask(ASKED)
        while not connection.is_closed_there():
            pass
        again = connection.ask(ASKED)
    assert again.body == b"abcde"


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nCont", PLAIN[:-1], CHUNKED[:-9]])
def test_half_an_answer_is_no_answer(said: bytes) -> None:
    with site([said]) as port, pytest.raises(ConnectionCut):
        ReusedConnection(port).ask(ASKED)


def test_request_with_a_body_is_a_post_with_its_length() -> None:
    sent = write_request(80, "/leave", "é=1", {"Cookie": ""})
    assert sent.startswith(b"POST /leave HTTP/1.1\r\n")
    assert b"Host: 127.0.0.1:80\r\n" in sent
    assert b"Content-Length: 4\r\n" in sent
    assert b"Cookie" not in sent
