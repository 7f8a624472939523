"""Workers die in the grace of a launch, and at the hour of a plan; people act at that moment."""

import sqlite3
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import cycle

import pytest

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.delivery.grace import take_back_launch
from supporters.delivery.launch import launch_campaign
from supporters.delivery.planned.campaign_schedule import schedule_campaign, unschedule_campaign
from supporters.delivery.planned.due_launches import launch_due_campaigns
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.planned import grace_of, plan, put_hour_at
from tests.faults.form import chances, size, some
from tests.faults.installation import BODY, CONNECTIONS, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.report import Report
from tests.machinery.threads import in_threads
from tests.servers.processes import wait_until

PROCESSES = 2
GRACE_SECONDS = 2
LAUNCHES = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
    " AND query LIKE 'INSERT INTO delivery %'"
)


def has_all_or_nothing(site: Installation, campaign: int, people: int) -> bool:
    """Tell whether the ledger has everybody of a campaign that was launched, else nobody."""
    rows, batches = (
        site.ledger.ask(f"SELECT count(*) FROM {table} WHERE campaign_id = :id", id=campaign)[0][0]
        for table in ("delivery", "delivery_batch")
    )
    is_launched = site.ledger.status(campaign) in {"running", "paused", "sent"}
    return (rows == people and batches > 0) if is_launched else rows == batches == 0


@pytest.mark.parametrize("database", some("postgresql", long=("sqlite",)), indirect=True)
def test_a_launch_that_is_taken_back_while_workers_die_writes_to_nobody(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(60, 2000), size(2, 15)
    chance = chances("grace")
    mailing_list = site.make_list(people)
    campaigns = [make_campaign(mailing_list, body=BODY).id]
    with site.worker(PROCESSES) as worker, grace_of(GRACE_SECONDS):
        worker.wait_until_complete()
        for _ in range(times):
            campaign = campaigns[-1]
            assert isinstance(launch_ready(campaign), Campaign)
            time.sleep(chance.uniform(0.6, 1.1) * GRACE_SECONDS)
            worker.kill_senders()
            if isinstance(take_back_launch(campaign, None), Campaign):
                assert receiving.arrivals(campaign) == []
            else:
                campaigns.append(make_campaign(mailing_list, body=BODY).id)
            assert has_all_or_nothing(site, campaign, people)
        launch_ready(campaigns[-1])
        site.ledger.wait_for_end(*campaigns)
    fault = "kill -9 in the grace, taken back"
    findings = report.judge(fault, site, receiving, *campaigns, cuts=times)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * PROCESSES * times), findings


def is_launching(site: Installation) -> bool:
    """Tell whether a worker writes an audience at this moment; with SQLite, whether one writes."""
    if not site.ledger.is_sqlite:
        return bool(site.ledger.ask(LAUNCHES))
    file = site.settings.database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(file, timeout=0)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False


@pytest.mark.both_databases
def test_a_campaign_is_launched_once_at_its_hour_however_workers_die(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, kills = size(400, 10_000), size(2, 8)
    chance = chances("hour")
    campaign = make_campaign(site.make_list(people), body=BODY).id
    make_ready(campaign)
    plan(campaign)
    put_hour_at(campaign, clock.now())
    with site.worker(PROCESSES) as worker:
        for _ in range(kills):
            assert wait_until(lambda: len(worker.children()) == PROCESSES)
            wait_until(partial(is_launching, site), seconds=3, every=0.002)
            time.sleep(chance.uniform(0, 0.02))
            worker.kill_senders()
            assert has_all_or_nothing(site, campaign, people)
        site.ledger.wait_for_end(campaign)
    findings = report.judge("kill -9 at the hour", site, receiving, campaign, cuts=kills)
    assert findings.are_right(uncertain_at_most=CONNECTIONS * PROCESSES * kills), findings


def act_at_once(site: Installation, campaign: int) -> None:
    """Let three workers and three people do what they may with a campaign, at the same moment."""
    work: Callable[[], object] = partial(launch_due_campaigns, clock.now() + timedelta(days=1))
    soon = clock.now() + timedelta(hours=1)
    acts: list[Callable[[], object]] = [
        partial(launch_campaign, campaign),
        partial(take_back_launch, campaign, None),
        partial(unschedule_campaign, campaign, None),
        partial(schedule_campaign, campaign, soon),
    ]
    in_threads(site.app, [*acts, *[work] * 3])


@pytest.mark.both_databases
def test_workers_and_people_who_act_at_the_same_moment_send_a_campaign_once(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    people, times = size(60, 200), size(4, 30)
    mailing_list = site.make_list(people)
    campaigns = [make_campaign(mailing_list, body=BODY).id]
    with site.worker(), grace_of(GRACE_SECONDS):
        for _, is_planned in zip(range(times), cycle([True, False]), strict=False):
            campaign = campaigns[-1]
            make_ready(campaign)
            if is_planned:
                schedule_campaign(campaign, clock.now() + timedelta(hours=1))
            act_at_once(site, campaign)
            assert has_all_or_nothing(site, campaign, people)
            if site.ledger.status(campaign) in {"running", "sent"}:
                campaigns.append(make_campaign(mailing_list, body=BODY).id)
        launch_ready(campaigns[-1])
        site.ledger.wait_for_end(*campaigns)
    fault = "13 7 plan, launch and take back at once"
    findings = report.judge(fault, site, receiving, *campaigns)
    assert findings.are_right(), findings
