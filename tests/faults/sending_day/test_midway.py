"""Workers die as the sending window closes, and in a campaign to two lists in three languages."""

import time
from datetime import timedelta

import pytest

from supporters import clock
from supporters.lists.models import MailingList
from supporters.sending_times.rules import Window
from supporters.sending_times.sending_window import change_window, remove_window
from tests.factories.approvals import launch_ready
from tests.factories.drafts import make_campaign_to, write_in
from tests.faults.form import chances, size, some
from tests.faults.installation import BODY, CONNECTIONS, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.faults.synthetic_people import add_people, join_list
from tests.faults.test_steering import sends_nothing_more

PROCESSES = 2
SLOWLY = Fault(at="BODY", seconds=0.02)
BY_LIST = (
    "SELECT purpose_id, subscriber.language, delivery.language, count(*) FROM delivery"
    " JOIN subscriber ON subscriber.id = delivery.subscriber_id"
    " WHERE campaign_id = :campaign AND status IN ('accepted', 'uncertain')"
    " GROUP BY purpose_id, subscriber.language, delivery.language"
)

pytestmark = pytest.mark.parametrize(
    "database", some("postgresql", long=("sqlite",)), indirect=True
)


def close_window() -> None:
    """Let campaigns leave on one day of the week only: in three days."""
    day = (clock.now() + timedelta(days=3)).weekday()
    change_window(Window(days=frozenset({day}), opens=8 * 60, closes=20 * 60), None)


def test_a_campaign_stops_and_goes_on_with_the_window_however_workers_die(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(200, 2000), size(2, 10)
    chance = chances("window")
    receiving.behave(SLOWLY)
    campaign = site.launch(people)
    with site.worker(PROCESSES) as worker:
        for each in range(1, times + 1):
            receiving.wait_for(each * people // (times + 3))
            close_window()
            closed_at = time.monotonic()
            time.sleep(chance.uniform(0, 1))
            worker.kill_one(chance.randrange(PROCESSES))
            assert sends_nothing_more(receiving, closed_at)
            remove_window()
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("kill -9 as the window closes", site, receiving, campaign, cuts=times)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * times), findings


def make_two_lists(site: Installation, people: int) -> tuple[MailingList, MailingList]:
    """Return two lists of so many people in three languages; half of each are on both."""
    national, local = site.make_list(0), site.make_list(0, "local")
    for place, language in enumerate(("fr", "en", "de")):
        addresses = [f"p{number}@{language}.example" for number in range(place, people, 3)]
        half = len(addresses) // 2
        add_people(national, addresses, language)
        join_list(local, addresses[:half])
        add_people(local, [f"local-{each}" for each in addresses[half:]], language)
    return national, local


def test_people_on_two_lists_get_a_campaign_once_however_workers_die_and_they_leave(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, kills = size(240, 2000), size(2, 12)
    chance = chances("lists")
    national, local = make_two_lists(site, people)
    draft = make_campaign_to(national, local, body=BODY)
    national_id, purposes = national.id, {national.purpose_id, local.purpose_id}
    write_in(draft, "en", "News", BODY)
    launch_ready(campaign := draft.id)
    receiving.behave(SLOWLY)
    left: dict[str, float] = {}
    of_national = [each for each in site.ledger.list_people(campaign) if "local" not in each[1]]
    leaving = of_national[:: max(2, people // 60)]
    with site.worker(PROCESSES) as worker:
        for kill in range(1, kills + 1):
            receiving.wait_for(kill * people // (kills + 3))
            worker.kill_one(chance.randrange(PROCESSES))
            for subscriber, address in leaving[kill - 1 :: kills]:
                site.leave(subscriber, national_id)
                left[address] = time.monotonic()
        receiving.behave()
        site.ledger.wait_for_end(campaign)
    fault = "kill -9, two lists, three languages"
    findings = report.judge(fault, site, receiving, campaign, cuts=kills, left=left)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * kills), findings
    rows = site.ledger.ask(BY_LIST, campaign=campaign)
    assert {purpose for purpose, *_ in rows} == purposes
    assert {(reads, got) for _, reads, got, _ in rows} == {("fr", None), ("en", "en"), ("de", None)}
