"""Shows Prometheus what the processes of a worker counted, and what the database says."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from supporters.campaigns.queries import list_running_campaigns
from supporters.database import DatabaseUnavailable
from supporters.delivery.progress import get_progress, get_total_rate
from supporters.delivery.stopping import may_send
from supporters.logs import log_failure

STATES = ("queued", "claimed", "accepted", "deferred", "refused", "skipped", "uncertain")


def serve(app: Flask, folder: Path, *, host: str, port: int) -> None:
    """Answer scrapes from a thread of this process. Raises OSError when the port is taken."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    registry.register(DatabaseCollector(app))
    start_http_server(port, host, registry)
    for left_by_former_processes in folder.glob("*.db"):
        left_by_former_processes.unlink()


def forget_process(process_id: int) -> None:
    """Delete what was true only while a process lived."""
    mark_process_dead(process_id)  # type: ignore[no-untyped-call]


class DatabaseCollector:
    """Asks the database at each scrape; without it, only what the processes counted is shown."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Yield the states of running campaigns, the common rate, and whether all is stopped."""
        try:
            with self._app.app_context():
                metrics = [_mails(), _rate(), _stopped()]
        except DatabaseUnavailable as error:
            log_failure("metrics.database_unavailable", error)
            return
        yield from metrics


def _mails() -> Metric:
    mails = GaugeMetricFamily(
        "supporters_campaign_mails",
        "Mails of the campaigns that are being sent, by state.",
        labels=["campaign", "state"],
    )
    for campaign in list_running_campaigns():
        progress = get_progress(campaign.id)
        for state in STATES:
            mails.add_metric([str(campaign.id), state], getattr(progress, state))
    return mails


def _rate() -> Metric:
    words = "Mails a second over the last half minute, of all workers on all machines."
    return GaugeMetricFamily("supporters_sending_rate", words, value=get_total_rate())


def _stopped() -> Metric:
    words = "1 while all sending of campaigns is stopped or held."
    stopped = float(not may_send())
    return GaugeMetricFamily("supporters_sending_stopped", words, value=stopped)
