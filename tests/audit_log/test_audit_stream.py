"""The stream of the audit log: a line for each committed act, and never a refused act."""

import dataclasses
import json
import os
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import record_act
from supporters.audit_log.audit_log import AuditFilter, list_audit_events
from supporters.config import Settings
from supporters.database import transaction
from supporters.lists.acts import ListAct
from supporters.settings.monitoring_settings import MonitoringSettings, SocketAddress

Stream = Callable[..., None]


@pytest.fixture
def stream(app: Flask, settings: Settings) -> Stream:
    """Return the function that sets where acts are streamed to."""

    def choose(**place: Any) -> None:
        monitoring = MonitoringSettings(**place)
        app.extensions["settings"] = dataclasses.replace(settings, monitoring=monitoring)

    return choose


def close_list(number: int) -> None:
    """Record an act, as a user of the shell."""
    with acting_as(Actor(ActorKind.COMMAND, name="anna")), transaction():
        record_act(ListAct.CLOSED, number, {"reason": "a\nb"})


def test_each_committed_act_is_a_line_of_the_file(stream: Stream, tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    stream(audit_file=path)
    close_list(7)
    with suppress(ValueError), transaction():
        record_act(ListAct.CLOSED, 8)
        raise ValueError
    path.rename(tmp_path / "audit.log.1")
    close_list(9)
    [first] = (tmp_path / "audit.log.1").read_text().splitlines()
    [second] = path.read_text().splitlines()
    line = json.loads(first)
    assert (line["act"], line["object"], line["actor"]["name"]) == ("list.closed", "7", "anna")
    assert line["details"] == {"reason": "a\nb"}
    assert json.loads(second)["object"] == "9"
    assert path.stat().st_mode & 0o77 == 0


def test_syslog_gets_each_act(stream: Stream) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        stream(to_syslog=True, syslog_server=SocketAddress(*server.getsockname()))
        close_list(7)
        line = server.recv(10_000).decode()
    assert line.startswith("<86>supporters-audit: {")
    assert json.loads(line.partition(": ")[2].rstrip("\0"))["object"] == "7"


def test_a_stream_that_fails_stops_no_act(
    stream: Stream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream(audit_file=tmp_path / "gone" / "audit.log")
    close_list(7)
    assert "audit.not_streamed" in capsys.readouterr().err
    assert [each.object_id for each in list_audit_events(AuditFilter())] == [7]
    (tmp_path / "gone").mkdir()
    close_list(8)
    assert len((tmp_path / "gone" / "audit.log").read_text().splitlines()) == 1


def test_a_strange_place_stops_no_act(
    stream: Stream, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream(to_syslog=True, syslog_server=SocketAddress("logs..parti.example", 514))
    close_list(7)
    os.mkfifo(tmp_path / "pipe")
    stream(audit_file=tmp_path / "pipe")
    close_list(8)
    assert capsys.readouterr().err.count("audit.not_streamed") == 2
    assert {each.object_id for each in list_audit_events(AuditFilter())} == {7, 8}


def test_a_full_disk_stops_no_act(stream: Stream, capsys: pytest.CaptureFixture[str]) -> None:
    stream(audit_file=Path("/dev/full"))
    assert os.path.exists("/dev/full")  # noqa: PTH110 - a device
    close_list(7)
    assert "audit.not_streamed" in capsys.readouterr().err
    assert [each.object_id for each in list_audit_events(AuditFilter())] == [7]
