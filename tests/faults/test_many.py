"""Row 13 and more: several launch the same campaign, many machines send it, one is stopped."""

import subprocess
import sys
import time

import pytest

from tests.factories.approvals import make_ready
from tests.factories.drafts import make_campaign
from tests.faults.form import chances, size, some
from tests.faults.installation import BODY, CONNECTIONS, Installation
from tests.faults.launcher import LAUNCHED
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.faults.worker_process import Worker
from tests.servers.processes import Process, start_process, wait_until

SECONDS_A_MAIL = size(20, 10) / 1000
STARTERS = size(3, 12)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def start_at_once(site: Installation, campaign: int) -> list[str]:
    """Let several processes launch a campaign at the same moment; return the output of each."""
    starters = [_start(site, campaign) for _ in range(STARTERS)]
    for starter in starters:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "ready\n"
    return [starter.communicate("go\n", timeout=60)[0].strip() for starter in starters]


def _start(site: Installation, campaign: int) -> Process:
    return start_process(
        [sys.executable, "-m", "tests.faults.launcher", str(campaign)],
        site.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.both_databases
def test_campaign_launched_by_many_at_once_is_launched_once(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    campaign = make_campaign(site.make_list(size(80, 5000)), body=BODY).id
    make_ready(campaign)
    with site.worker():
        said = start_at_once(site, campaign)
        site.ledger.wait_for_end(campaign)
    findings = report.judge(f"13 {STARTERS} launch at once", site, receiving, campaign)
    assert said.count(LAUNCHED) == 1, said
    assert findings.are_right(), findings


def workers_at(site: Installation, campaign: int) -> set[str]:
    """Return the names of the worker processes whose senders hold batches of a campaign."""
    return {sender.rpartition("-")[0] for sender in site.ledger.holders(campaign)}


@on_postgresql
def test_machines_share_a_campaign_and_one_may_die_and_come_back(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, kills = size(300, 10_000), size(1, 10)
    receiving.behave(Fault(at="BODY", seconds=size(300, 50) / 1000))  # until the other begins
    with site.worker() as first:
        first.wait_until_complete()
        with site.worker(1, machine="-two") as other:  # both are known before the first sealing
            other.wait_until_complete()
        campaign = site.launch(people)
        for kill in range(1, kills + 1):
            with site.worker(1, machine="-two") as other:
                receiving.wait_for(kill * people // (kills + 2))
                assert wait_until(lambda: len(workers_at(site, campaign)) > 1)
                other.kill_all()
        receiving.behave()
        with site.worker(1, machine="-two"):
            site.ledger.wait_for_end(campaign)
    findings = report.judge("1 one of two machines dies", site, receiving, campaign, cuts=kills)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * kills), findings


def take_for_dead(site: Installation, campaign: int, machine: str) -> None:
    """Let the held claims expire, and a worker on a machine take them over.

    It does so in two steps, a revocation and a recovery, each when it starts.
    """
    senders = site.ledger.holders(campaign)
    site.ledger.age_claims(campaign)
    with site.worker(1, machine=machine):
        assert wait_until(lambda: not senders & site.ledger.unrevoked_holders(campaign))
    site.ledger.age_revocations(campaign)
    with site.worker(1, machine=machine):
        assert wait_until(lambda: not senders & site.ledger.holders(campaign))
        time.sleep(1)


def freeze_between_transactions(worker: Worker, site: Installation) -> int:
    """Stop the child of a worker where it holds no lock: that would stop the other one as well."""
    child = worker.children()[0]
    while True:
        worker.freeze(child)
        time.sleep(0.1)  # the server ends the statement that it runs
        if not site.ledger.has_open_transaction():
            return child
        worker.thaw(child)
        time.sleep(0.01)


@pytest.mark.parametrize("database", some("postgresql", long=("sqlite",)), indirect=True)
@pytest.mark.parametrize("machine", ["", "-two"], ids=["same-machine", "other-machine"])
def test_stopped_worker_that_goes_on_after_its_lease_repeats_nothing(
    machine: str, site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(200, 20_000), size(1, 8)
    chance = chances("frozen")
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch(people)
    with site.worker(1) as frozen:
        for each in range(1, times + 1):
            receiving.wait_for(each * people // (times + 3))
            time.sleep(chance.uniform(0, 0.05))
            child = freeze_between_transactions(frozen, site)
            take_for_dead(site, campaign, machine)
            frozen.thaw(child)

        def is_corrected() -> bool:
            """Tell whether it has ended with what the thawed worker knows of its emails."""
            accepted = site.ledger.counts(campaign).get("accepted", 0)
            return site.ledger.has_ended(campaign) and accepted >= people - CONNECTIONS * times

        assert wait_until(is_corrected, seconds=300)
    fault = f"14 frozen beyond its lease, {(machine and 'other') or 'same'} machine"
    findings = report.judge(fault, site, receiving, campaign, cuts=times)
    states = site.ledger.counts(campaign)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * times), (findings, states)
