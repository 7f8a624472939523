"""A process that sends requests at a fixed rate, or as fast as it gets answers.

It reads its orders as a line of JSON, and writes the answers as another one: for each request its
number, the moment for which it was planned, the seconds from there to the answer that took it, its
status, and how often it was refused before. So a request that couldn't be sent in time counts with
all that it waited ("coordinated omission"). It imports the standard library only, and starts fast.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from threading import Thread

from tests.servers.reused_connection import ReusedConnection, write_request

REFUSALS = (429, 503)
TRIES = 40
PAUSE_BETWEEN_TRIES = 2.0


@dataclass(frozen=True, kw_only=True)
class Orders:
    """The orders of one process. `rate` is a second, 0 means as fast as it goes.

    Lines are pairs of a path and a body, taken in turn; NUMBER in a body is the number of the
    request. `tries_again`: a refused request is sent again after a pause, as the waiting page does.
    """

    port: int
    lines: list[tuple[str, str]]
    method: str
    cookie: str
    first: int
    count: int
    rate: float
    begins_at: float
    connections: int
    tries_again: bool


@dataclass
class Client:
    """Threads, each with its own connection, that take the next request when they are free."""

    orders: Orders
    answers: list[tuple[int, float, float, int, int]] = field(default_factory=list)

    def run(self) -> None:
        """Send all requests."""
        numbers = count()
        threads = [
            Thread(target=self._send, args=(numbers,)) for _ in range(self.orders.connections)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    def _send(self, numbers: Iterator[int]) -> None:
        orders, connection = self.orders, ReusedConnection(self.orders.port)
        for place in takewhile(lambda place: place < orders.count, numbers):
            planned = orders.begins_at + place / orders.rate if orders.rate else 0.0
            planned = max(planned, 0.0) or max(time.time(), orders.begins_at)
            time.sleep(max(0.0, planned - time.time()))
            request = self._write(place)
            status, refusals = self._ask(connection, request), 0
            while status in REFUSALS and orders.tries_again and refusals < TRIES:
                refusals += 1
                time.sleep(PAUSE_BETWEEN_TRIES)
                status = self._ask(connection, request)
            took = time.time() - planned
            self.answers.append((orders.first + place, planned, took, status, refusals))
        connection.close()

    def _ask(self, connection: ReusedConnection, request: bytes) -> int:
        try:
            return connection.ask(request).status
        except OSError:
            return 0

    def _write(self, place: int) -> bytes:
        number = self.orders.first + place
        path, body = self.orders.lines[place % len(self.orders.lines)]
        network = f"{20 + number % 180}.{number // 180 % 250}.{number // 45000 % 250}.7"
        headers = {"X-Forwarded-For": network, "Cookie": self.orders.cookie}
        if self.orders.method == "GET":
            return write_request(self.orders.port, path, headers=headers)
        sent = body.replace("NUMBER", str(number))
        return write_request(self.orders.port, path, sent, headers)


def main() -> None:
    """Follow the orders of the standard input."""
    client = Client(Orders(**json.loads(sys.stdin.readline())))
    client.run()
    json.dump(client.answers, sys.stdout)


if __name__ == "__main__":
    main()
