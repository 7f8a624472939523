"""The figures that are read at a scrape, with the database and without it."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest

from supporters import clock, create_app
from supporters.audit.verification_report import VerificationReport
from supporters.audit.verification_results import record_result
from supporters.consent.log_sealing import seal
from supporters.consent.withdrawal_journal import record_gap
from supporters.database import transaction
from supporters.delivery.emergency_stop import stop_all
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.monitoring.installation_figures import FIGURES
from supporters.monitoring.metrics_server import FigureCollector
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join
from tests.machinery.databases import make_settings
from tests.monitoring.scrapes import parse

OF_THE_LOG = {"supporters_head_age_seconds", "supporters_verified_seconds"}
OF_THE_MACHINE = {"supporters_worker_processes", "supporters_disk_free_bytes"}


def scrape(app: Flask, *, within: float = 20.0) -> dict[str, float]:
    """Return the figures of an application."""
    registry = CollectorRegistry()
    registry.register(FigureCollector(app, within=within))
    return parse(generate_latest(registry).decode())


@pytest.mark.both_databases
def test_each_figure_of_what_there_is_is_shown_on_a_new_installation(app: Flask) -> None:
    figures = scrape(app)
    assert {name for name, _, _ in FIGURES} - OF_THE_LOG | OF_THE_MACHINE < figures.keys()
    assert not figures.keys() & OF_THE_LOG
    assert figures["supporters_database_up"] == 1
    assert figures["supporters_oldest_email_seconds"] == 0
    assert any(each.startswith('supporters_build_info{version="') for each in figures)


@pytest.mark.both_databases
def test_figures_tell_what_waits_and_what_is_stopped(app: Flask) -> None:
    request_to_join(ANNA, make_list())
    seal()
    with transaction():
        record_gap(clock.now())
    hold_sending(HoldReason.OLDER)
    stop_all()
    request_to_join("ada@example.org", make_list(slug="other"))
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        figures = scrape(app)
    assert figures["supporters_outbox_emails"] == 3  # and the notice of the stop
    assert 600 < figures["supporters_oldest_email_seconds"] < 700
    assert figures["supporters_unsealed_entries"] > 0
    assert 600 < figures["supporters_oldest_unsealed_seconds"] < 700
    assert 600 < figures["supporters_head_age_seconds"] < 700
    assert figures["supporters_sending_held"] == figures["supporters_sending_stopped"] == 1
    assert figures["supporters_journal_gaps"] == 1
    assert figures['supporters_health_problem{problem="letters"}'] == 1


def test_the_age_of_a_verification_is_missing_once_it_is_too_old(app: Flask) -> None:
    record_result(VerificationReport(), "web1")
    assert 0 <= scrape(app)["supporters_verified_seconds"] < 60
    with time_machine.travel(clock.now() + timedelta(hours=49), tick=False):
        assert "supporters_verified_seconds" not in scrape(app)


def test_without_its_database_a_machine_tells_the_rest(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gone/supporters.db"
    figures = scrape(create_app(make_settings(tmp_path, url, mail_port=9)))
    assert figures["supporters_database_up"] == 0
    assert figures.keys() > OF_THE_MACHINE
    assert "supporters_outbox_emails" not in figures


@pytest.fixture
def silent_database(tmp_path: Path) -> Iterator[Flask]:
    """Return an application whose database accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"postgresql://anna@127.0.0.1:{listener.getsockname()[1]}/supporters"
        yield create_app(make_settings(tmp_path, url, mail_port=9))


def test_a_database_that_hangs_is_waited_for_by_one_scrape_only(silent_database: Flask) -> None:
    collector = FigureCollector(silent_database, within=0.5)
    registry = CollectorRegistry()
    registry.register(collector)
    began = time.monotonic()
    first = parse(generate_latest(registry).decode())
    again = time.monotonic()
    second = parse(generate_latest(registry).decode())
    ended = time.monotonic()
    assert first["supporters_database_up"] == second["supporters_database_up"] == 0
    assert again - began < 5
    assert ended - again < again - began
