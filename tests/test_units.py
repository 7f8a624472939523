"""The files for operators: real programs accept the units, the proxies and the containers."""

import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.servers.ports import free_port
from tests.servers.processes import ROOT
from tests.servers.programs import find_program

CONTRIB = ROOT / "contrib"
FOLDER = CONTRIB / "systemd"
COMMON = FOLDER / "supporters-.service.d" / "common.conf"
UNITS = sorted(FOLDER.glob("*.service"))
ALWAYS = [each for each in UNITS if "Type=oneshot" not in each.read_text()]
MOST_EXPOSED = 20  # tenths: `systemd-analyze security` calls this OK


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; its output and its errors are one text."""
    return subprocess.run(
        [*map(str, command)],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def read(path: Path) -> ConfigParser:
    """Return a unit's sections."""
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    return unit


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Return a folder with the units of a party, whose programs are there."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "units"))
    for path in [*folder.glob("*@.*")]:
        text = re.sub(r"/srv/supporters/current/bin/\w+", "/bin/true", path.read_text())
        path.write_text(text)
        shutil.copy(path, folder / path.name.replace("@", "@party"))
    return folder


def test_systemd_takes_every_unit_and_exposes_little(units: Path) -> None:
    parties = sorted(units.glob("*@party.*"))
    assert len(parties) == 10
    place = {"SYSTEMD_UNIT_PATH": f"{units}:"}
    analyze = find_program("systemd-analyze", "systemd")
    verified = run(analyze, "verify", *parties, **place)
    assert (verified.returncode, verified.stdout) == (0, "")
    for unit in (each for each in parties if each.suffix == ".service"):
        options = ("--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager")
        judged = run(analyze, "security", *options, unit.name, **place)
        assert judged.returncode == 0, judged.stdout.splitlines()[-1]


def test_the_pages_come_before_the_emails_of_a_campaign_and_those_before_a_training() -> None:
    weights = {each.stem: read(each)["Service"].get("CPUWeight", "100") for each in ALWAYS}
    assert [int(weights[f"supporters-{name}@"]) for name in ("training", "worker", "web")] == [
        *(20, 100, 300)
    ]


def test_a_training_reaches_neither_another_machine_nor_the_partys_data() -> None:
    service = read(FOLDER / "supporters-training@.service")["Service"]
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
    hidden = service["InaccessiblePaths"].split()
    assert hidden == ["-/etc/supporters/party.env", "-/var/lib/supporters/party"]


@pytest.mark.parametrize("path", ALWAYS, ids=lambda path: path.stem)
def test_unit_waits_for_the_database_never_gives_up_and_leaves_memory(path: Path) -> None:
    common, unit = read(COMMON), read(path)["Service"]
    assert {"postgresql.service", "network-online.target"} <= {*common["Unit"]["After"].split()}
    assert common["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Restart"] == "always"
    assert int(common["Service"]["RestartSec"]) >= 1
    assert int(unit["MemoryMax"].rstrip("%")) <= 75


def test_no_service_writes_memory_to_the_disk_or_beyond_its_own_folder() -> None:
    service = read(COMMON)["Service"]
    assert (service["LimitCORE"], service["ProtectSystem"]) == ("0", "strict")
    assert service["StateDirectory"] == "supporters/%i"
    assert not [each for each in UNITS if "ReadWritePaths" in each.read_text()]


def test_a_timer_makes_a_backup_each_night_and_makes_up_for_a_missed_one() -> None:
    service = read(FOLDER / "supporters-backup@.service")["Service"]
    assert (service["Type"], service["ExecStart"].split("/")[-1]) == (
        "oneshot",
        "flask backup create",
    )
    timer = read(FOLDER / "supporters-backup@.timer")["Timer"]
    assert (timer["OnCalendar"], timer["Persistent"]) == ("*-*-* 03:30:00", "yes")
    guide = (ROOT / "docs" / "operators.md").read_text()
    assert "enable --now supporters-backup@party.timer" in guide


@pytest.mark.parametrize(
    ("file", "line"),
    [
        *(
            ("nginx/supporters.conf", f"{each};")
            for each in (
                *("proxy_request_buffering on", "client_header_timeout 10s"),
                "client_body_timeout 20s",
            )
        ),
        *(("caddy/Caddyfile", each) for each in ("buffer_requests", "read_header 10s")),
    ],
)
def test_the_proxies_take_requests_whole_and_give_up_on_slow_ones(file: str, line: str) -> None:
    assert line in (CONTRIB / file).read_text()


def test_no_visitor_chooses_the_number_of_a_request() -> None:
    files = sorted((CONTRIB / "nginx").glob("*.conf"))
    counted = [
        [text.count(f"proxy_set_header {each} ") for each in ("Host", "X-Request-ID")]
        for text in (file.read_text() for file in files)
    ]
    assert [each for each in counted if each[0] != each[1] or not each[0]] == []
    assert "header_up X-Request-ID {http.request.uuid}" in (CONTRIB / "caddy/Caddyfile").read_text()


def test_nginx_takes_the_files_of_the_site_and_of_the_training(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a"),
        *("-keyout", key, "-out", certificate),
    )
    assert made.returncode == 0, made.stdout
    text = "".join(
        (CONTRIB / "nginx" / name).read_text() for name in ("supporters.conf", "training.conf")
    )
    places = {
        r"/etc/letsencrypt/\S+/fullchain.pem": str(certificate),
        r"/etc/letsencrypt/\S+/privkey.pem": str(key),
        "/srv/supporters/current/share/supporters": str(ROOT),
        r"/var/(log|cache)/nginx": str(tmp_path),
        r"listen \[::\]:.*;": "",
        r"listen 443": f"listen 127.0.0.1:{free_port()}",
        r"listen 80": f"listen 127.0.0.1:{free_port()}",
    }
    for pattern, place in places.items():
        text = re.sub(pattern, place, text)
    site = tmp_path / "nginx.conf"
    site.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")
    judged = run(find_program("nginx", "nginx-light"), "-t", "-q", "-c", site, "-p", tmp_path)
    assert judged.returncode == 0, judged.stdout
    assert "emerg" not in judged.stdout


def test_caddy_takes_its_file() -> None:
    file = CONTRIB / "caddy" / "Caddyfile"
    caddy = find_program("caddy")
    judged = run(caddy, "validate", "--adapter", "caddyfile", "--config", file)
    assert judged.returncode == 0, judged.stdout
    assert run(caddy, "fmt", file).stdout == file.read_text()


def test_compose_takes_its_file(tmp_path: Path) -> None:
    file = shutil.copy(CONTRIB / "container" / "compose.yaml", tmp_path)
    (tmp_path / "party.env").touch()
    judged = run(find_program("docker-compose"), "-f", file, "config")
    assert judged.returncode == 0, judged.stdout
    for name in ("web", "worker"):
        (service,) = re.findall(rf"^  {name}:\n((?:    .*\n)+)", judged.stdout, re.MULTILINE)
        assert "    read_only: true\n" in service
        assert re.search(r"    cap_drop:\n +- ALL\n    \w", service)
        assert re.search(r"(target: |- instance:)/data\b", service)


def test_the_image_has_the_programs_that_commands_run() -> None:
    lines = (
        (CONTRIB / "container" / "Containerfile").read_text().partition("\nFROM ${BASE}\nRUN")[2]
    )
    installed = {*lines.partition("&&")[2].partition("\\")[0].split()}
    sources = (path.read_text() for path in (ROOT / "supporters" / "backup").glob("*.py"))
    packages = {name for each in sources for name in re.findall(r'package="([a-z-]+)"', each)}
    assert packages
    assert {*packages, "age"} <= installed


def test_a_container_without_a_volume_does_not_start(tmp_path: Path) -> None:
    start = CONTRIB / "container" / "start"
    refused = run("sh", start, SUPPORTERS_INSTANCE_DIR=str(tmp_path))
    assert (refused.returncode, refused.stdout.count("\n")) == (1, 1)
    assert "is no volume" in refused.stdout
    program = tmp_path / "flask"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    places = {"SUPPORTERS_INSTANCE_DIR": "/dev/shm", "PATH": f"{tmp_path}:{os.environ['PATH']}"}  # noqa: S108 - a mount that all machines have
    assert run("sh", start, "worker", "--processes", "1", **places).stdout == (
        "worker --processes 1\n"
    )
