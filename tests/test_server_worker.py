"""A real server with one thread tells each request how long it waited for it."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

from tests.servers.ports import free_port
from tests.servers.processes import start_process, wait_until, web_command

APPLICATION = """
import time
from flask import Flask, request
from supporters.queue_wait import QUEUE_WAIT

app = Flask(__name__)  # without our settings, as the reference of benchmarks/rush.py is

@app.get("/")
def wait():
    waited = QUEUE_WAIT.get()
    time.sleep(float(request.query_string or 0))
    return f"{waited:.3f}"
"""


def test_requests_learn_how_long_they_waited_for_the_only_thread(tmp_path: Path) -> None:
    (tmp_path / "slow_pages.py").write_text(APPLICATION)
    port = free_port()
    url = f"http://127.0.0.1:{port}/"

    def open_page(seconds: float = 0) -> float:
        with urlopen(f"{url}?{seconds}", timeout=60) as answer:  # noqa: S310 - our own address
            return float(answer.read())

    def answers() -> bool:
        try:
            return open_page() >= 0
        except OSError:
            return False

    command = [
        *web_command(port, "slow_pages:app"),
        "--threads",
        "1",
        "--pythonpath",
        str(tmp_path),
    ]
    with (tmp_path / "web.log").open("w") as log:
        process = start_process(command, os.environ, stdout=log, stderr=log)
    try:
        assert wait_until(answers)
        with ThreadPoolExecutor(4) as pool:
            waits = sorted(pool.map(open_page, [0.8] * 4))
    finally:
        process.terminate()
        process.wait(60)
    assert waits[0] < 0.6
    assert waits[3] > 1.6
