"""Each threshold of the installation pauses a campaign, and says which one and by what numbers."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.campaign_control import resume_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.problems import ProblemKind, kind_of, numbers_of
from supporters.delivery.rules import LONGER_WINDOW, DeliveryStatus, RelayAnswers, add_to_longer
from supporters.delivery.thresholds.automatic_pause import pause_for_relay
from supporters.delivery.thresholds.departures_of_run import (
    count_departed,
    get_run_figures,
    watch_departures,
)
from supporters.delivery.thresholds.threshold_rules import (
    RunFigures,
    Threshold,
    Thresholds,
    find_too_many_departed,
    find_too_many_refused,
    may_continue,
    measure,
)
from supporters.delivery.thresholds.threshold_settings import change_thresholds, find_thresholds
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.my_data.disputes import report_dispute
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import RelayReply
from tests.factories.accounts import make_owner
from tests.factories.approvals import notices
from tests.factories.campaigns import (
    ACCEPTED,
    RecordingTransport,
    launch_to_addresses,
    ledger,
    reload,
    subscriber_at,
)
from tests.machinery.prepared_states import begins_with

PEOPLE = 120
DEAD = RelayReply(AttemptOutcome.REFUSED, "550 5.1.1")


def launched(_app: Flask) -> int:
    """Launch a campaign to 120 people, each of a domain of their own; return its id."""
    return launch_to_addresses(*(f"p@domain{each:03}.example" for each in range(PEOPLE)))


pytestmark = [pytest.mark.usefixtures("app"), begins_with(launched)]


def send_with_refusals(every: int) -> None:
    """Send, while the relay rejects one address of so many."""
    numbers = iter(range(10_000))
    send_here(RecordingTransport(lambda _: ACCEPTED if next(numbers) % every else DEAD))


def test_figures_are_judged_beside_their_thresholds() -> None:
    thresholds = Thresholds(refused=50, departed=10, disputed=3)
    faults = []
    for figures, reached in (
        (RunFigures(accepted=950, refused=49), set()),
        (RunFigures(accepted=950, refused=50), {Threshold.REFUSED}),
        (RunFigures(accepted=1000, departed=9), set()),
        (RunFigures(accepted=1000, departed=10), {Threshold.DEPARTED}),
        (RunFigures(accepted=1000, disputed=2), set()),
        (RunFigures(accepted=1000, disputed=3), {Threshold.DISPUTED}),
        (RunFigures(accepted=1000, complained=2), set()),
        (RunFigures(accepted=1000, complained=3), {Threshold.COMPLAINED}),
        (RunFigures(), set()),
    ):
        found = {each.threshold for each in measure(figures, thresholds) if each.is_reached}
        if found != reached or may_continue(figures, thresholds) is bool(reached):
            faults.append((figures, found))
    assert not faults


def test_few_people_pause_nothing() -> None:
    thresholds = Thresholds()
    few = find_too_many_departed(departed=4, accepted=10, thresholds=thresholds)
    enough = find_too_many_departed(departed=5, accepted=500, thresholds=thresholds)
    early = find_too_many_refused(refused=50, answers=99, thresholds=thresholds)
    in_time = find_too_many_refused(refused=50, answers=100, thresholds=thresholds)
    assert (few, early) == (None, None)
    assert in_time is not None
    assert in_time.words == "50/100/50"
    assert enough is not None
    assert enough.words == "5/500/10"


def test_older_half_of_a_full_window_counts_no_more() -> None:
    answers = RelayAnswers()
    for _ in range(30):
        answers = add_to_longer(answers, RelayAnswers(total=100, refusals=4))
    assert answers.total <= LONGER_WINDOW
    assert answers.refusals == pytest.approx(0.04 * answers.total, abs=2)


@pytest.mark.both_databases
def test_dead_addresses_pause_a_campaign_and_stay_rejected(prepared: int) -> None:
    owner = make_owner()
    send_with_refusals(every=10)
    campaign = reload(prepared)
    assert campaign.status is CampaignStatus.PAUSED
    assert kind_of(campaign.problem or "") is ProblemKind.DEAD_ADDRESSES
    refused, answers, limit = numbers_of(campaign.problem or "")
    assert (refused * 10, limit) == (answers, 50)
    assert get_run_figures(campaign, disputed=0).refused == refused
    assert (owner.email, DeliveryNotice.MANY_DEAD_ADDRESSES.value) in notices()
    resume_campaign(prepared)
    send_here(RecordingTransport())
    states = [*ledger(prepared).values()]
    assert states.count(DeliveryStatus.REFUSED) == refused
    assert states.count(DeliveryStatus.ACCEPTED) == PEOPLE - refused


def test_relay_that_refuses_us_is_a_reason_beside_dead_addresses(prepared: int) -> None:
    send_with_refusals(every=10)
    with transaction():
        pause_for_relay(reload(prepared), "550 5.7.1", clock.now())
    assert kind_of(reload(prepared).problem or "") is ProblemKind.REFUSED


def test_each_threshold_is_that_of_the_owners(prepared: int) -> None:
    change_thresholds(Thresholds(refused=150), None)
    send_with_refusals(every=10)
    assert reload(prepared).status is CampaignStatus.SENT


def half_sent(_app: Flask) -> int:
    """Launch the campaign, send half of it, and keep it running."""
    campaign_id = launched(_app)
    numbers = iter(range(10_000))
    not_now = RelayReply(AttemptOutcome.DEFERRED, "450")
    send_here(RecordingTransport(lambda _: ACCEPTED if next(numbers) < 100 else not_now))
    return campaign_id


def accepted(campaign_id: int) -> list[str]:
    """Return the addresses that have the campaign."""
    return sorted(
        address
        for address, status in ledger(campaign_id).items()
        if status is DeliveryStatus.ACCEPTED
    )


def leave_all(addresses: list[str], campaign_id: int) -> None:
    """Let these people leave the list by the link of the campaign."""
    for each in addresses:
        person = subscriber_at(each).id
        unsubscribe_by_link(person, 1, Method.ONE_CLICK, campaign_id=campaign_id)


@pytest.mark.both_databases
@begins_with(half_sent)
def test_departures_pause_a_campaign_and_after_a_resume_only_new_ones_count(
    prepared: int,
) -> None:
    owner, readers = make_owner(), accepted(prepared)
    leave_all(readers[:4], prepared)
    watch_departures(clock.now())
    assert reload(prepared).status is CampaignStatus.RUNNING
    leave_all(readers[4:5], prepared)
    watch_departures(clock.now())
    campaign = reload(prepared)
    assert (campaign.status, campaign.problem) == (CampaignStatus.PAUSED, "departures: 5/100/10")
    assert (owner.email, DeliveryNotice.MANY_DEPARTURES.value) in notices()
    resume_campaign(prepared)
    watch_departures(clock.now())
    assert reload(prepared).status is CampaignStatus.RUNNING
    leave_all(readers[5:10], prepared)
    watch_departures(clock.now())
    assert reload(prepared).problem == "departures: 5/100/10"


@begins_with(half_sent)
def test_who_left_in_another_way_does_not_count(prepared: int) -> None:
    readers = accepted(prepared)
    for each in readers[:6]:
        unsubscribe_from_list(subscriber_at(each).id, 1, Method.ONE_CLICK)
    leave_all(readers[6:7], prepared)
    assert count_departed(prepared) == 1


@begins_with(half_sent)
def test_disputes_pause_a_campaign_at_the_threshold_of_the_owners(prepared: int) -> None:
    change_thresholds(Thresholds(disputed=60), None)
    readers = [subscriber_at(each).id for each in accepted(prepared)]
    with clock.pretend(clock.now() + timedelta(days=40)):
        for each in readers[:5]:
            report_dispute(each, prepared)
        assert reload(prepared).status is CampaignStatus.RUNNING
        report_dispute(readers[5], prepared)
    assert reload(prepared).problem == "contested: 6/100"


@pytest.mark.both_databases
def test_database_has_one_row_of_possible_shares(prepared: int) -> None:
    assert find_thresholds() == Thresholds()
    faults = []
    names = "id, disputed, refused, departed, complained, changed_at"
    for values in (
        *("2, 3, 3, 3, 3", "1, 0, 3, 3, 3", "1, 3, 1001, 3, 3", "1, 3, 3, 0, 3"),
        "1, 3, 3, 3, 0",
    ):
        row = f"INSERT INTO sending_thresholds ({names}) VALUES ({values}, '2026-11-30 10:00:00')"
        try:
            with db.engine.begin() as connection:
                connection.execute(text(row))
        except IntegrityError:
            continue
        faults.append(values)
    assert not faults
