"""The figures of this machine: they need no database."""

import shutil
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric

from supporters.delivery.send_journal.worker_registry import count_living_workers
from supporters.extensions import current_settings
from supporters.program_version import program_version


def read_machine() -> Iterator[Metric]:
    """Yield the version, the living workers, and the disk of the instance folder."""
    yield InfoMetricFamily("supporters_build", "The program.", value={"version": program_version()})
    words = "Processes that send, on this machine."
    yield GaugeMetricFamily("supporters_worker_processes", words, value=count_living_workers())
    words = "The disk of the instance folder."
    disk = shutil.disk_usage(current_settings().instance_dir)
    yield GaugeMetricFamily("supporters_disk_free_bytes", words, value=disk.free)
    yield GaugeMetricFamily("supporters_disk_size_bytes", words, value=disk.total)
