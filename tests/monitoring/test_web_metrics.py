"""The metrics of the pages: sums of all processes, on a listener of their own."""

import http.client
import os
import re
import signal
import urllib.error
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.delivery.emergency_stop import stop_all
from supporters.metering import metrics
from tests.monitoring.scrapes import get, read
from tests.servers.ports import free_port
from tests.servers.processes import ROOT, children_of, environment_of, started_web, wait_until

pytestmark = pytest.mark.slow

PROCESSES = 2
TOKEN = "WyJhIiwic2VjcmV0Il0.aZ-_9"
PAGES = ("/livez", "/fr", "/fr/confirm/" + TOKEN, "/fr/leave/" + TOKEN, "/fr/" + TOKEN, "/console/")

# Nothing came back, was sealed or verified.
NOT_YET = {
    "supporters_feedback_emails_total",
    "supporters_head_age_seconds",
    "supporters_verified_seconds",
}


def ask(port: int, path: str) -> int:
    """Return the status of a public page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with closing(connection):
        connection.request("GET", path)
        return connection.getresponse().status


def test_the_pages_are_counted_by_all_processes_and_shown_by_one_of_them(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    port, private, log = free_port(), free_port(), tmp_path / "web.log"
    variables = {
        **environment_of(settings),
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}",
        "SUPPORTERS_WEB_METRICS": f"127.0.0.1:{private}",
    }
    stop_all()

    def is_shown() -> bool:
        try:
            return bool(read(private))
        except OSError:
            return False

    with started_web(variables, port, log=log, processes=PROCESSES) as web:
        assert wait_until(is_shown), log.read_text()
        statuses = [ask(port, path) for path in PAGES for _ in range(3)]
        assert ask(port, "/metrics") == 404
        figures = read(private)
        counted = {name: n for name, n in figures.items() if name.startswith("supporters_requests")}
        assert sum(counted.values()) == len(statuses) + 1
        assert counted['supporters_requests_total{group="health",status="2xx"}'] == 3
        assert counted['supporters_requests_total{group="unknown",status="4xx"}'] >= 1
        assert counted.keys() > {
            f'supporters_requests_total{{group="{group}",status="{status}"}}'
            for group, status in (("confirmation", "4xx"), ("console", "3xx"), ("signup", "5xx"))
        }
        assert figures['supporters_request_seconds_bucket{group="health",le="10.0"}'] == 3
        assert figures["supporters_database_up"] == figures["supporters_sending_stopped"] == 1
        assert figures['supporters_health_problem{problem="worker"}'] == 1
        scrape = get(private, "/metrics")
        assert TOKEN not in scrape
        assert names_in_contrib() <= {*re.findall(r"# TYPE (\w+)", scrape)}
        with pytest.raises(urllib.error.HTTPError, match="503"):
            get(private, "/healthz")

        folder = metrics.find_folder(settings.instance_dir, private)
        [serving] = [each for each in children_of(web.pid) if shows_metrics(each, private)]
        os.kill(serving, signal.SIGKILL)
        assert wait_until(is_shown)
        assert read(private)['supporters_requests_total{group="health",status="2xx"}'] == 3
        assert folder.stat().st_mode & 0o77 == 0


def names_in_contrib() -> set[str]:
    """Return the figures that the alarms and the dashboard read."""
    files = [ROOT / "contrib" / name for name in ("alerts.yml", "grafana.json")]
    names = {each for path in files for each in re.findall(r"supporters_\w+", path.read_text())}
    assert len(names) > 20
    return {each.removesuffix("_bucket") for each in names} - NOT_YET


def shows_metrics(process_id: int, port: int) -> bool:
    """Tell whether a process listens on a port."""
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    files = [str(each.readlink()) for each in Path(f"/proc/{process_id}/fd").iterdir()]
    return any(f"socket:[{each}]" in files for each in inodes)
