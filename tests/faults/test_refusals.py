"""Rows 4 to 6: the server refuses: us, a message for now, a message for good."""

import time
from functools import partial

import pytest

from tests.faults.form import size, some
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report

PEOPLE = size(120, 5000)
MANY = size(600, 5000)
BUSY = partial(Fault, reply="421 too busy", hangs_up=True)
SECONDS_OF_TROUBLE = 3
CONNECTIONS_WHILE_TROUBLED = 60


@pytest.mark.parametrize("step", some("CONNECT", "BODY", long=("MAIL", "RCPT", "DATA")))
def test_server_too_busy_is_left_in_peace_and_loses_nothing(
    step: str, site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(BUSY(at=step))
    campaign = site.launch(PEOPLE)
    with site.worker():
        time.sleep(SECONDS_OF_TROUBLE)
        assert "accepted" not in site.ledger.counts(campaign)
        receiving.arrivals()
        assert len(receiving.connections) < CONNECTIONS_WHILE_TROUBLED
        receiving.behave()
        site.ledger.wait_for_end(campaign, hurried=True)
    findings = report.judge(f"4 421 at {step}", site, receiving, campaign)
    assert findings.are_right(), findings


def test_server_too_busy_now_and_then_loses_nothing(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    times = size(3, 15)
    receiving.behave(
        BUSY(at="MAIL", nth=PEOPLE // times // 2, times=times),
        BUSY(at="BODY", nth=PEOPLE // times // 2, times=times),
    )
    campaign = site.launch(PEOPLE)
    with site.worker():
        site.ledger.wait_for_end(campaign, hurried=True)
    findings = report.judge("4 421 now and then", site, receiving, campaign, cuts=2 * times)
    assert findings.are_right(), findings


def test_server_that_takes_a_hundred_on_each_connection_has_no_problem(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at="MAIL", reply="421 4.7.0 enough", hangs_up=True, after=100))
    campaign = site.launch(MANY)
    with site.worker() as worker:
        site.ledger.wait_for_end(campaign)
        assert "delivery.problem" not in worker.log.read_text()
    findings = report.judge("4 421 after 100 mails", site, receiving, campaign)
    assert findings.are_right(), findings
    first, *_, last = sorted(each.at for each in receiving.arrivals(campaign))
    assert last - first < MANY / 30  # a pause after each hundred would take longer


def test_message_deferred_is_tried_again_later(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    with site.worker():
        for step in ("RCPT", "BODY"):
            greylisting = Fault(at=step, reply="451 4.7.1 come back later", share=0.3)
            receiving.behave(greylisting)
            campaign = site.launch(PEOPLE, step.lower())
            deferred = sum(map(greylisting.concerns, site.ledger.audience(campaign)))
            site.ledger.wait_for(campaign, deferred=deferred, accepted=PEOPLE - deferred)
            replies = site.ledger.replies(campaign, "deferred")
            assert replies == {("451 4.7.1", 1): deferred}, step
            assert site.ledger.status(campaign) == "running", step
            receiving.behave()
            site.ledger.wait_for_end(campaign, hurried=True)
            findings = report.judge(f"5 451 at {step}", site, receiving, campaign)
            assert findings.are_right(), (step, findings)
            assert len(receiving.arrivals(campaign)) == PEOPLE, step


def test_message_refused_for_good_is_tried_once_and_holds_up_no_other(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    with site.worker():
        for step, code in (("RCPT", "550"), ("BODY", "554")):
            refusal = Fault(at=step, reply=f"{code} 5.1.1 no", share=0.03)
            receiving.behave(refusal)
            campaign = site.launch(PEOPLE, step.lower())
            refused = sum(map(refusal.concerns, site.ledger.audience(campaign)))
            site.ledger.wait_for_end(campaign)
            findings = report.judge(f"6 {code} at {step}", site, receiving, campaign)
            assert findings.are_right(), (step, findings)
            replies = site.ledger.replies(campaign, "refused")
            assert replies == {(f"{code} 5.1.1", 1): refused}, step
            assert len(receiving.arrivals(campaign)) == PEOPLE - refused, step
