"""Row 3: a worker is asked to end, as with every deploy; and none outlives its supervisor."""

import os
import signal

import pytest

from tests.faults.form import size, some
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.servers.processes import is_alive, wait_until

SECONDS_A_MAIL = size(50, 10) / 1000
ENDS_WITHIN_SECONDS = 30


@pytest.mark.parametrize("database", some("sqlite", long=("postgresql",)), indirect=True)
def test_worker_asked_to_end_finishes_the_current_email_and_releases_the_rest(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(240, 5000), size(1, 20)
    receiving.behave(Fault(at="BODY", seconds=SECONDS_A_MAIL))
    campaign = site.launch(people)
    for _ in range(times):
        with site.worker(2) as worker:
            worker.wait_until_complete()
            receiving.wait_for(len(receiving.arrivals()) + people // (2 * times))
            assert worker.terminate() < ENDS_WITHIN_SECONDS
            assert worker.process.returncode == 0
        arrived = len(receiving.arrivals(campaign))
        assert site.ledger.counts(campaign) == {"accepted": arrived, "queued": people - arrived}
        assert site.ledger.count_claims(campaign) == 0
    receiving.behave()
    with site.worker():
        site.ledger.wait_for_end(campaign)
    findings = report.judge("3 SIGTERM", site, receiving, campaign, cuts=times)
    assert findings.are_right(), findings


def test_worker_asked_to_end_while_the_reply_is_late_waits_for_it(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at="BODY", seconds=5))
    campaign = site.launch(40)
    with site.worker(1) as worker:
        receiving.wait_for(1)
        assert worker.terminate() < ENDS_WITHIN_SECONDS
    assert "uncertain" not in site.ledger.counts(campaign)
    receiving.behave()
    with site.worker(1):
        site.ledger.wait_for_end(campaign)
    findings = report.judge("3 SIGTERM before the reply", site, receiving, campaign, cuts=1)
    assert findings.are_right(), findings


def test_killed_supervisor_takes_its_children_with_it(site: Installation) -> None:
    with site.worker(2) as worker:
        worker.wait_until_complete()
        children = worker.children()
        os.kill(worker.process.pid, signal.SIGKILL)
        assert wait_until(lambda: not any(map(is_alive, children)))
