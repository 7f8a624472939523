"""Rows 7 to 9: the connection is cut, the reply is late, the server is gone for a while."""

import time
from dataclasses import replace

import pytest

from tests.faults.form import IS_LONG, size, some
from tests.faults.installation import CONNECTIONS, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report

PEOPLE = size(120, 5000)
CUTS = size(3, 50)
PROCESSES = 1
LATER_THAN_WE_WAIT_SECONDS = 620


def test_cut_between_the_dot_and_its_reply_makes_one_message_uncertain(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    cut = Fault(at="BODY", reply="", hangs_up=True, nth=PEOPLE // (2 * CUTS), times=CUTS)
    with site.worker(PROCESSES):
        for words, takes in (("taken", True), ("not taken", False)):
            receiving.behave(replace(cut, takes=takes))
            campaign = site.launch(PEOPLE, words.replace(" ", "-"))
            site.ledger.wait_for_end(campaign)
            fault = f"7 cut after the dot, {words}"
            findings = report.judge(fault, site, receiving, campaign, cuts=CUTS)
            assert findings.are_right(uncertain_at_most=CUTS), (fault, findings)
            assert findings.uncertain == CUTS, (fault, findings)


@pytest.mark.parametrize("step", some("DATA", long=("MAIL", "RCPT")))
def test_cut_before_the_body_makes_nothing_uncertain(
    step: str, site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at=step, reply="", hangs_up=True, nth=PEOPLE // (2 * CUTS), times=CUTS))
    campaign = site.launch(PEOPLE)
    with site.worker(PROCESSES):
        site.ledger.wait_for_end(campaign)
    findings = report.judge(f"7 cut at {step}", site, receiving, campaign, cuts=CUTS)
    assert findings.are_right(), findings


def test_late_reply_is_waited_for(site: Installation, receiving: Receiving, report: Report) -> None:
    late = Fault(at="BODY", seconds=size(3, 60), nth=20, times=3)
    receiving.behave(late)
    campaign = site.launch(PEOPLE)
    with site.worker(PROCESSES):
        site.ledger.wait_for_end(campaign, seconds=300)
    findings = report.judge(f"8 reply {late.seconds} s late", site, receiving, campaign, cuts=3)
    assert findings.are_right(), findings


if IS_LONG:

    def test_reply_later_than_ten_minutes_makes_one_message_uncertain(
        site: Installation, receiving: Receiving, report: Report
    ) -> None:
        late = Fault(at="BODY", seconds=LATER_THAN_WE_WAIT_SECONDS, nth=20, times=1)
        receiving.behave(late, pipelining=False)  # with it, the time-outs of a group add up
        campaign = site.launch(PEOPLE)
        with site.worker(PROCESSES):
            site.ledger.wait_for_end(campaign, seconds=2 * LATER_THAN_WE_WAIT_SECONDS)
        findings = report.judge("8 reply later than we wait", site, receiving, campaign, cuts=1)
        assert findings.are_right(uncertain_at_most=1), findings


def test_nothing_counts_as_sent_while_the_server_is_down(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.stop()
    campaign = site.launch(PEOPLE)
    with site.worker(PROCESSES):
        time.sleep(size(4, 90))
        assert site.ledger.counts(campaign) == {"queued": PEOPLE}
        receiving.start()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("9 server down at first", site, receiving, campaign, cuts=1)
    assert findings.are_right(), findings


def test_server_that_dies_in_the_middle_gets_the_rest_once_it_is_back(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    times = size(2, 20)
    campaign = site.launch(PEOPLE)
    with site.worker(PROCESSES):
        for each in range(1, times + 1):
            receiving.behave(Fault(at="BODY", seconds=0.01))
            receiving.wait_for(each * PEOPLE // (times + 2))
            receiving.stop()
            time.sleep(1)
            receiving.start()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("9 server dies and is back", site, receiving, campaign, cuts=times)
    assert findings.are_right(uncertain_at_most=PROCESSES * CONNECTIONS * times), findings


def test_server_that_closes_after_some_messages_gets_all_of_them(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at="BODY", nth=25, hangs_up=True))
    campaign = site.launch(PEOPLE)
    with site.worker(PROCESSES):
        site.ledger.wait_for_end(campaign)
    cuts = PEOPLE // 25
    findings = report.judge("9 closes after 25 messages", site, receiving, campaign, cuts=cuts)
    assert findings.are_right(), findings
