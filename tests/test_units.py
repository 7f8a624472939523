"""The units for systemd come back after a boot and after any end, and the guide points to them."""

from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.servers.processes import ROOT

UNITS = sorted((ROOT / "contrib" / "systemd").glob("*.service"))


def read(path: Path) -> ConfigParser:
    """Return a unit's sections."""
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    return unit


def test_there_is_a_unit_for_the_pages_for_the_worker_and_for_a_training() -> None:
    commands = [read(path)["Service"]["ExecStart"].partition("/bin/")[2] for path in UNITS]
    begun = [each.partition(" --")[0] for each in commands]
    assert begun == ["flask training", "gunicorn", "flask worker"]


def test_the_pages_come_before_the_emails_of_a_campaign_and_those_before_a_training() -> None:
    weights = [int(read(path)["Service"].get("CPUWeight", "100")) for path in UNITS]
    assert weights == [20, 300, 100]


def test_a_training_reaches_neither_another_machine_nor_the_partys_data() -> None:
    service = read(ROOT / "contrib" / "systemd" / "supporters-training.service")["Service"]
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
    party = read(ROOT / "contrib" / "systemd" / "supporters-web.service")["Service"]
    for place in (party["ReadWritePaths"], party["EnvironmentFile"]):
        assert f"-{place}" in service["InaccessiblePaths"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_unit_waits_for_the_database_and_never_gives_up(path: Path) -> None:
    unit = read(path)
    assert {"postgresql.service", "network-online.target"} <= {*unit["Unit"]["After"].split()}
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["Restart"] == "always"
    assert int(unit["Service"]["RestartSec"]) >= 1


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_no_memory_of_a_unit_is_written_to_the_disk(path: Path) -> None:
    assert read(path)["Service"]["LimitCORE"] == "0"


def test_the_pages_leave_memory_for_the_database() -> None:
    service = read(ROOT / "contrib" / "systemd" / "supporters-web.service")["Service"]
    assert (service["MemoryMax"], service["OOMPolicy"]) == ("75%", "continue")


@pytest.mark.parametrize(
    "line",
    [
        *("proxy_request_buffering on;", "client_header_timeout 10s;", "client_body_timeout 20s;"),
        *("request_buffers 1MB", "read_header 10s"),
    ],
)
def test_the_proxies_of_the_guide_take_requests_whole(line: str) -> None:
    guide = (ROOT / "docs" / "operators.md").read_text().partition("### The proxy")[2]
    site = (ROOT / "contrib" / "nginx" / "supporters.conf").read_text()
    assert line in guide.partition("\n## ")[0] + site


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_unit_may_write_to_the_instance_folder_alone(path: Path) -> None:
    service = read(path)["Service"]
    guide = (ROOT / "docs" / "operators.md").read_text()
    assert service["ProtectSystem"] == "strict"
    assert f"SUPPORTERS_INSTANCE_DIR={service['ReadWritePaths']}\n" in guide
    assert "contrib/systemd/*.service" in guide
