"""A proxy that simulates a distant relay: it delays the answers of the relay.

It delays without a limit on the rate: each piece of an answer is passed on 20 ms after it was read,
independent of other pieces and connections.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PIECE_BYTES = 65_536


@dataclass(frozen=True)
class _Proxy:
    """Connects each client to the relay."""

    relay_port: int
    delay_seconds: float

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass everything on, in both directions, until either side closes."""
        from_relay, to_relay = await asyncio.open_connection("127.0.0.1", self.relay_port)
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        ways = [
            asyncio.create_task(self._forward(reader, to_relay)),
            asyncio.create_task(self._note(from_relay, pieces)),
            asyncio.create_task(self._deliver(pieces, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        to_relay.close()
        writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()

    async def _note(
        self, reader: asyncio.StreamReader, pieces: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        clock = asyncio.get_running_loop()
        while piece := await reader.read(PIECE_BYTES):
            pieces.put_nowait((clock.time() + self.delay_seconds, piece))
        await asyncio.sleep(2 * self.delay_seconds)  # the last answer is still delayed

    async def _deliver(
        self, pieces: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        clock = asyncio.get_running_loop()
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - clock.time())
            writer.write(piece)
            await writer.drain()


@contextmanager
def slow_proxy(relay_port: int, delay_seconds: float) -> Iterator[int]:
    """Run a proxy in front of a relay, and yield its port."""
    loop = asyncio.new_event_loop()
    proxy = _Proxy(relay_port, delay_seconds)
    listening = asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    server = loop.run_until_complete(listening)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
