"""Rows 10 and 11: the database crashes, ends sessions, is locked, or is out of reach."""

import sqlite3
import time
from urllib.parse import urlsplit

import pytest

from supporters.dialects import BUSY_TIMEOUT_SECONDS
from tests.faults.database_wire import Wire
from tests.faults.form import chances, size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.servers.postgres import PostgresServer

SECONDS_A_MAIL = 0.01
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_postgresql
def test_crash_of_the_database_loses_and_repeats_nothing(
    site: Installation, receiving: Receiving, report: Report, postgres: PostgresServer
) -> None:
    people, crashes = size(200, 5000), size(2, 10)
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch(people)
    with site.worker():
        for crash in range(1, crashes + 1):
            receiving.wait_for(crash * people // (crashes + 2))
            postgres.restart_at_once()
            site.reconnect()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("10 PostgreSQL crashes", site, receiving, campaign, cuts=crashes)
    assert findings.are_right(), findings


@on_postgresql
def test_sessions_that_are_ended_lose_and_repeat_nothing(
    site: Installation, receiving: Receiving, report: Report, postgres: PostgresServer
) -> None:
    people, times = size(240, 5000), size(3, 50)
    chance = chances("sessions")
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch(people)
    name = urlsplit(site.settings.database_url).path.strip("/")
    site.reconnect()
    with site.worker():
        for each in range(1, times + 1):
            receiving.wait_for(each * people // (times + 2))
            time.sleep(chance.uniform(0, 0.1))
            postgres.end_sessions(name)
        site.ledger.wait_for_end(campaign)
    findings = report.judge("10 sessions ended", site, receiving, campaign, cuts=times)
    assert findings.are_right(), findings


def test_database_locked_for_long_loses_and_repeats_nothing(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(120, 4000)
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch(people)
    path = site.settings.database_url.removeprefix("sqlite:///")
    with site.worker():
        receiving.wait_for(people // 4)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(BUSY_TIMEOUT_SECONDS + 2)
        other.execute("ROLLBACK")
        other.close()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("10 SQLite locked for 12 s", site, receiving, campaign, cuts=1)
    assert findings.are_right(), findings


@on_postgresql
@pytest.mark.parametrize("is_cut", [False, True], ids=["frozen", "cut"])
def test_worker_out_of_the_databases_reach_stops_within_two_seconds(
    is_cut: bool, site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(200, 4000)
    receiving.behave(Fault(at="BODY", seconds=size(50, 20) / 1000))
    campaign = site.launch(people)
    left = {}
    with Wire(site.settings.database_url) as wire:
        reaches = {"SUPPORTERS_DATABASE_URL": wire.database_url}
        with site.worker(variables=reaches):
            receiving.wait_for(people // 4)
            wire.freeze()
            if is_cut:
                wire.cut()
            for subscriber, address in site.ledger.list_people(campaign)[people // 4 :]:
                site.leave(subscriber, 1)
                left[address] = time.monotonic()
            time.sleep(size(6, 30))
            wire.thaw()
            site.ledger.wait_for_end(campaign)
    fault = f"11 worker cut off from the database{', wire cut' if is_cut else ''}"
    findings = report.judge(fault, site, receiving, campaign, cuts=1, left=left)
    assert findings.are_right(), findings
