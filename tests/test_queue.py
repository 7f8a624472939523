"""The queue opens in many processes at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from huey import Huey

from supporters.queue import make_huey
from tests.servers.postgres import PostgresServer

PROCESSES = 6


def test_processes_that_open_a_new_queue_at_once_all_reach_it(postgres: PostgresServer) -> None:
    start = Barrier(PROCESSES)

    def open_new(name: str) -> int:
        url = urls[name]
        start.wait(timeout=60)
        huey: Huey = make_huey(url)
        waiting = int(huey.pending_count())
        huey.storage.close()
        return waiting

    urls = {name: postgres.create_database(name) for name in ("queue_a", "queue_b", "queue_c")}
    with ThreadPoolExecutor(PROCESSES) as pool:
        for name in urls:
            assert [*pool.map(open_new, [name] * PROCESSES)] == [0] * PROCESSES
