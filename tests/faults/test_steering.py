"""Rows 15 and 16: people unsubscribe, organisers pause, stop and cancel, during the sending."""

import time

import pytest

from supporters.delivery.campaign_control import ControlResult, pause_campaign, resume_campaign
from supporters.delivery.emergency_stop import resume_all
from supporters.delivery.thresholds.threshold_rules import Thresholds
from supporters.delivery.thresholds.threshold_settings import change_thresholds
from tests.faults.form import chances, size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report

TAKES_EFFECT_WITHIN_SECONDS = 2
SLOWLY = Fault(at="BODY", seconds=0.06)
VERY_SLOWLY = Fault(at="BODY", seconds=0.2)
HELD_BACK = Fault(at="BODY", seconds=1)

pytestmark = pytest.mark.both_databases


def sends_nothing_more(receiving: Receiving, ordered_at: float) -> bool:
    """Tell whether no email of a campaign began later than two seconds after an order."""
    time.sleep(max(0, ordered_at + TAKES_EFFECT_WITHIN_SECONDS + 1 - time.monotonic()))
    return receiving.latest() <= ordered_at + TAKES_EFFECT_WITHIN_SECONDS


def test_people_who_unsubscribe_get_nothing_two_seconds_later(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(300, 6000)
    chance = chances("leaving")
    receiving.behave(SLOWLY)
    campaign = site.launch(people)
    leaving = site.ledger.list_people(campaign)[people // 10 :: 3]
    chance.shuffle(leaving)
    left = {}
    with site.worker():
        receiving.wait_for(people // 20)
        receiving.behave(HELD_BACK)
        for subscriber, address in leaving:
            site.leave(subscriber, 1)
            left[address] = time.monotonic()
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("15 people leave", site, receiving, campaign, left=left)
    assert findings.are_right(), findings
    assert site.ledger.counts(campaign).get("skipped", 0) > 0
    stayed = people - len(left)
    assert sum(each.recipient not in left for each in receiving.arrivals(campaign)) == stayed


def test_people_who_complain_get_nothing_two_seconds_later(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(400, 4000)
    change_thresholds(Thresholds(complained=1000), None)
    receiving.behave(SLOWLY)
    campaign = site.launch(people)
    complaining = site.ledger.list_people(campaign)[people * 3 // 4 :: 5]
    left = {}
    with site.worker():
        receiving.wait_for(people // 2)
        receiving.behave(HELD_BACK)
        for subscriber, address in complaining:
            site.complain(subscriber, campaign)
            left[address] = time.monotonic()
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("15 people complain", site, receiving, campaign, left=left)
    assert findings.are_right(), findings
    assert site.ledger.counts(campaign).get("skipped", 0) > 0


def test_pause_takes_effect_within_two_seconds_and_resuming_loses_nothing(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(300, 8000), size(2, 20)
    receiving.behave(Fault(at="BODY", seconds=size(50, 20) / 1000))
    campaign = site.launch(people)
    with site.worker():
        for each in range(1, times + 1):
            receiving.wait_for(each * people // (times + 4))
            assert pause_campaign(campaign) is ControlResult.DONE
            assert sends_nothing_more(receiving, time.monotonic())
            site.ledger.wait_for_no_claims(campaign)
            assert resume_campaign(campaign) is ControlResult.DONE
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("16 pause and resume", site, receiving, campaign, cuts=times)
    assert findings.are_right(), findings


def test_cancelling_takes_effect_within_two_seconds_and_skips_the_rest(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(900, 3000)
    receiving.behave(VERY_SLOWLY)
    campaign = site.launch(people)
    with site.worker():
        receiving.wait_for(people // 60)
        site.flask("campaigns", "cancel", str(campaign))
        assert sends_nothing_more(receiving, time.monotonic())
        arrived = len(receiving.arrivals(campaign))
        site.ledger.wait_for(campaign, skipped=people - arrived)
    findings = report.judge("16 cancel", site, receiving, campaign)
    assert findings.are_right(), findings
    assert 0 < arrived < people


def test_stopping_everything_takes_effect_within_two_seconds_in_the_middle_of_a_batch(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people = size(200, 2000)
    receiving.behave(VERY_SLOWLY)
    campaigns = [site.launch(people, "national"), site.launch(people, "local")]
    with site.worker():
        receiving.wait_for(people // 10)
        site.flask("delivery", "stop")
        assert sends_nothing_more(receiving, time.monotonic())
        site.ledger.wait_for_no_claims(*campaigns)
        receiving.behave()
        resume_all(None, "Corrected.")
        site.ledger.wait_for_end(*campaigns)
    findings = report.judge("16 delivery stop and resume", site, receiving, *campaigns)
    assert findings.are_right(), findings
