"""Rows 1 and 2: workers are killed with SIGKILL, at any moment and after the final dot."""

import time

import pytest

from supporters.delivery.campaign_control import ControlResult
from supporters.delivery.first_wave.wave_control import continue_campaign
from tests.faults.form import chances, size
from tests.faults.installation import CONNECTIONS, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.servers.processes import wait_until

PROCESSES = 2
SECONDS_A_MAIL = 0.01

pytestmark = pytest.mark.both_databases


def test_workers_killed_at_any_moment_lose_and_repeat_nothing(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, kills = size(240, 20_000), size(2, 30)
    chance = chances("killed")
    receiving.behave(Fault(at="BODY", seconds=size(10, 20) / 1000))
    campaign = site.launch(people)
    with site.worker(PROCESSES) as worker:
        for kill in range(1, kills + 1):
            receiving.wait_for(kill * people // (kills + 2))
            time.sleep(chance.uniform(0, 0.1))
            worker.kill_one(chance.randrange(PROCESSES))
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("1 kill -9 in mid-batch", site, receiving, campaign, cuts=kills)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * kills), findings


def test_first_wave_has_its_size_however_workers_die_and_everybody_gets_it_once(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, first, kills = size(200, 6000), size(60, 600), size(2, 20)
    chance = chances("wave")
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch_in_waves(people, first)
    with site.worker(PROCESSES) as worker:
        for kill in range(1, kills + 1):
            receiving.wait_for(kill * first // (kills + 2))
            worker.kill_one(chance.randrange(PROCESSES))
        site.ledger.wait_for_no_claims(campaign)
        assert wait_until(lambda: site.ledger.count_settled(campaign) == first)
        assert site.ledger.counts(campaign)["queued"] == people - first
        assert continue_campaign(campaign) is ControlResult.DONE
        receiving.wait_for((first + people) // 2)
        worker.kill_one(0)
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("1 kill -9 in a first wave", site, receiving, campaign, cuts=kills + 1)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * (kills + 1)), findings


def test_killed_machine_goes_on_where_it_was(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, kills = size(200, 6000), size(1, 10)
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch(people)
    for kill in range(1, kills + 1):
        with site.worker(PROCESSES) as worker:
            receiving.wait_for(kill * people // (kills + 2))
            worker.kill_all()
    receiving.behave()
    with site.worker(PROCESSES):
        site.ledger.wait_for_end(campaign)
    findings = report.judge("1 kill -9 of all at once", site, receiving, campaign, cuts=kills)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * PROCESSES * kills), findings


def test_worker_killed_between_the_dot_and_its_reply_leaves_one_uncertain_a_connection(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    campaign = site.launch(size(80, 2000))
    receiving.behave(Fault(at="BODY", seconds=20, takes=True))
    with site.worker(1) as worker:
        receiving.wait_for(CONNECTIONS)
        worker.kill_all()
    receiving.behave()
    with site.worker():
        site.ledger.wait_for_end(campaign)
    findings = report.judge("2 kill -9 after the dot", site, receiving, campaign, cuts=1)
    assert findings.are_right(uncertain_at_most=CONNECTIONS), findings
