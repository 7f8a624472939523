"""The metrics of a worker for Prometheus: off by default, and the sums of all processes."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.delivery.emergency_stop import stop_all
from supporters.delivery.send_journal.worker_registry import count_living_workers
from supporters.metering import metrics
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses, reload
from tests.faults.disks import SmallDisk
from tests.monitoring.scrapes import read
from tests.servers.ports import free_port
from tests.servers.processes import Process, environment_of, senders_of, started, wait_until

pytestmark = pytest.mark.slow

JOURNAL = 'supporters_troubles_total{kind="journal"}'
ACCEPTED = 'supporters_mails_total{outcome="accepted"}'


@pytest.fixture
def port() -> int:
    """Return the port of the worker's metrics."""
    return free_port()


@pytest.fixture
def worker(app: Flask, settings: Settings, port: int, tmp_path: Path) -> Iterator[Process]:
    """Run a worker of two processes that shows its metrics."""
    arguments = ["worker", "--processes", "2", "--metrics-port", str(port)]
    with started(environment_of(settings), *arguments, log=tmp_path / "worker.log") as process:
        assert wait_until(lambda: count_living_workers() == 2)
        yield process


def test_the_results_of_a_campaign_are_counted(worker: Process, port: int) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert wait_until(lambda: str(reload(campaign_id).status) == "sent")
    assert wait_until(lambda: read(port).get(ACCEPTED) == 2)
    figures = read(port)
    assert figures[ACCEPTED] == 2
    assert figures['supporters_mails_total{outcome="refused"}'] == 0
    assert figures["supporters_batch_seconds_count"] == figures["supporters_batches_total"] > 0
    assert figures["supporters_batch_seconds_sum"] > 0
    assert figures["supporters_senders_at_work"] == 0


def test_a_full_disk_under_the_send_journal_is_counted_as_long_as_it_lasts(
    settings: Settings, app: Flask, port: int, tmp_path: Path
) -> None:
    arguments = ["worker", "--metrics-port", str(port)]
    environment = environment_of(settings)
    with (
        SmallDisk(settings.instance_dir / "workers", 1) as disk,
        started(environment, *arguments, log=tmp_path / "worker.log"),
    ):
        assert wait_until(lambda: count_living_workers() == 1)
        assert read(port)[JOURNAL] == 0
        disk.fill()
        launch_to_addresses(ANNA, BORIS)
        assert wait_until(lambda: read(port)[JOURNAL] > 3, seconds=60)
        assert read(port)[ACCEPTED] == 0


def test_a_process_that_died_is_no_longer_at_work_and_what_it_counted_stays(
    worker: Process, port: int, settings: Settings
) -> None:
    folder = metrics.find_folder(settings.instance_dir, port)
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert wait_until(lambda: str(reload(campaign_id).status) == "sent")
    assert wait_until(lambda: read(port).get(ACCEPTED) == 2)
    sender = next(each for each in senders_of(worker.pid) if [*folder.glob(f"counter_{each}.db")])
    os.kill(sender, signal.SIGKILL)
    assert wait_until(lambda: not [*folder.glob(f"gauge_live*_{sender}.db")])
    assert read(port)[ACCEPTED] == 2


def test_the_database_is_asked_at_each_scrape(worker: Process, port: int) -> None:
    assert read(port)["supporters_sending_stopped"] == 0
    stop_all()
    campaign_id = launch_to_addresses(ANNA, BORIS)
    figures = read(port)
    assert figures["supporters_sending_stopped"] == 1
    assert figures["supporters_sending_rate"] == 0
    waiting = f'supporters_campaign_mails{{campaign="{campaign_id}",state="queued"}}'
    assert figures[waiting] == 2


def test_a_taken_port_of_the_metrics_prevents_no_sending(
    settings: Settings, worker: object, port: int, tmp_path: Path
) -> None:
    log = tmp_path / "second.log"
    arguments = ["worker", "--metrics-port", str(port)]
    with started(environment_of(settings), *arguments, log=log) as second:
        assert wait_until(lambda: "worker.started" in log.read_text(), seconds=60)
        assert wait_until(lambda: "metrics.not_served" in log.read_text())
        assert second.poll() is None


def test_without_a_port_nothing_is_counted() -> None:
    assert not metrics.is_counting()
    with metrics.at_work():
        metrics.count_batch(Counter(), seconds=1.0)
        metrics.count_problem("relay")
        metrics.expect_returned(["counted"])
