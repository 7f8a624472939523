"""Ceilings hold over all campaigns; nobody is lost, nobody gets two; unset they cost nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from supporters import clock
from supporters.database import db, transaction
from supporters.delivery.batches import skip_rest_of_cancelled
from supporters.delivery.campaign_control import cancel_campaign
from supporters.delivery.claims import Claim, claim_batch
from supporters.delivery.completion import finish_if_done
from supporters.delivery.delivery_erasure import erase_deliveries
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.first_wave.wave_control import continue_campaign
from supporters.delivery.first_wave.wave_rules import Wave
from supporters.delivery.pace.ceilings import (
    Warmth,
    lift_lowering,
    lower_ceiling,
    set_ceiling,
    start_warm_up,
    stop_warm_up,
)
from supporters.delivery.pace.models import DomainUse, LoweringReason
from supporters.delivery.pace.pace_rules import Ceiling, day_of, start_of_hour
from supporters.delivery.pace.use_counts import add_use, purge_use, read_use
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.delivery.progress import get_progress
from supporters.delivery.results import record_batch
from supporters.delivery.rules import DeliveryStatus
from supporters.locks import Lock
from supporters.people.domain_groups import DomainGroup
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import (
    ACCEPTED,
    DEFERRED,
    RecordingTransport,
    batches,
    launch_to_addresses,
    ledger,
    reload,
    subscriber_at,
)
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

LATE = datetime(2026, 12, 1, 9, 57, tzinfo=UTC)  # in the last part of an hour
ORANGE, FREE = DomainGroup.ORANGE, DomainGroup.FREE
OURS = [f"o{number}@{domain}" for number in range(4) for domain in ("orange.fr", "wanadoo.fr")]
OTHERS = [f"f{number}@free.fr" for number in range(3)] + ["a@parti.example"]
SLOW = RelayReply(AttemptOutcome.DEFERRED, "421 4.7.0")


def send(at: datetime, transport: RecordingTransport | None = None) -> list[str]:
    """Send what may leave at a moment; return to whom."""
    transport = transport or RecordingTransport()
    with time_machine.travel(at, tick=False):
        send_here(transport)
    return sorted(transport.recipients)


def of_group(addresses: list[str], group: str = "o") -> list[str]:
    """Return those who are at Orange, or at another provider by its letter."""
    return [each for each in addresses if each.startswith(group)]


def test_without_ceilings_a_claim_takes_no_more_statements() -> None:
    campaign_id = launch_to_addresses(*OURS, *OTHERS)
    before = claim_batch(campaign_id, "sender", now=LATE)  # verifies the audience
    assert isinstance(before, Claim)
    record_batch(before, [], now=LATE)
    with statements() as said:
        claimed = claim_batch(campaign_id, "sender", now=LATE)
        assert isinstance(claimed, Claim)
        record_batch(claimed, [], now=LATE)
    asking = [each for each in said if "domain_ceiling" in each or "domain_use" in each]
    assert len(asking) == 1  # the first read of the campaign has it within
    assert "campaign.launched_at" in asking[0]
    assert claimed.reserved is None


def test_a_ceiling_lets_so_many_through_and_the_rest_in_the_next_hours() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    campaign_id = launch_to_addresses(*OURS, *OTHERS)
    first = send(LATE)
    assert (len(of_group(first)), len(first)) == (3, 3 + len(OTHERS))
    assert send(LATE + timedelta(seconds=30)) == []
    second = send(LATE + timedelta(hours=1))
    third = send(LATE + timedelta(hours=2))
    assert (len(second), len(third)) == (3, 2)
    assert sorted(first + second + third) == sorted(OURS + OTHERS)
    assert reload(campaign_id).status.value == "sent"


def test_those_who_wait_are_counted_and_the_others_of_their_batch_are_done() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    campaign_id = launch_to_addresses(*OURS, *OTHERS)
    send(LATE)
    with time_machine.travel(LATE, tick=False):
        progress = get_progress(campaign_id)
    assert (progress.accepted, progress.queued, progress.held_by_pace) == (7, 5, 5)
    sizes = {each.domain_group: each.size for each in batches(campaign_id)}
    assert sizes == {None: 7, "orange": 5}
    assert not finish_if_done(campaign_id)
    gate = SendGate(lambda: LATE)
    gate.refresh()
    assert gate.list_due() == []


def test_the_ceiling_counts_over_all_campaigns() -> None:
    set_ceiling(ORANGE, Ceiling(a_day=5))
    for name in ("a", "b"):
        mailing_list = make_list(name)
        for each in OURS:
            make_subscriber(f"{name}{each}", mailing_list)
        launch_ready(make_campaign(mailing_list, "Samedi", "Bonjour.").id)
    assert len(send(LATE)) == 5
    assert send(LATE + timedelta(hours=5)) == []
    tomorrow = LATE + timedelta(days=1)
    assert len(send(tomorrow)) == 5
    with time_machine.travel(tomorrow, tick=False):
        assert read_use(clock.now())[ORANGE].a_day == 5


def test_a_warm_up_of_everybody_holds_whole_batches() -> None:
    with time_machine.travel(LATE, tick=False):
        today = day_of(clock.now())
        start_warm_up(DomainGroup.EVERYBODY, Warmth(plan=WarmUpPlan.CAREFUL, began_on=today), today)
    campaign_id = launch_to_addresses(*OURS, *OTHERS)
    assert len(send(LATE)) == 5  # a twelfth of 50
    assert len(send(LATE + timedelta(hours=1))) == 5
    stop_warm_up(DomainGroup.EVERYBODY)
    assert len(send(LATE + timedelta(hours=1))) == 2
    assert set(ledger(campaign_id).values()) == {DeliveryStatus.ACCEPTED}


def test_room_that_the_relay_did_not_use_is_returned() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    launch_to_addresses(*OURS)
    send(LATE, RecordingTransport(lambda _: DEFERRED))
    with time_machine.travel(LATE, tick=False):
        assert read_use(clock.now())[ORANGE].an_hour == 0
    assert len(send(LATE + timedelta(hours=1))) == 3


def test_a_killed_worker_may_waste_room_and_never_adds_any() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    campaign_id = launch_to_addresses(*OURS)
    claimed = claim_batch(campaign_id, "killed-0", now=LATE)
    assert isinstance(claimed, Claim)
    assert len(claimed.recipients) == 3
    assert send(LATE) == []


def test_a_cancelled_campaign_ends_at_once_although_people_wait() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    campaign_id = launch_to_addresses(*OURS)
    send(LATE)
    cancel_campaign(campaign_id)
    skip_rest_of_cancelled()
    assert Counter(ledger(campaign_id).values()) == {
        DeliveryStatus.ACCEPTED: 3,
        DeliveryStatus.SKIPPED: 5,
    }


def test_people_of_a_first_wave_who_wait_stay_in_it() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=2))
    mailing_list = make_list()
    for each in OURS:
        make_subscriber(each, mailing_list)
    campaign = launch_ready(make_campaign(mailing_list, "Samedi", "Bonjour.").id, wave=Wave(size=4))
    first = send(LATE)
    second = send(LATE + timedelta(hours=1))
    assert (len(first), len(second)) == (2, 2)
    assert send(LATE + timedelta(hours=2)) == []
    continue_campaign(campaign.id)
    rest = [*send(LATE + timedelta(hours=2)), *send(LATE + timedelta(hours=3))]
    assert sorted([*first, *second, *rest]) == sorted(OURS)


def test_a_deferred_email_that_meets_a_ceiling_keeps_the_ledger_in_order() -> None:
    campaign_id = launch_to_addresses(*OURS)
    send(LATE, RecordingTransport(lambda _: DEFERRED))
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    rounds = [send(LATE + timedelta(hours=number)) for number in range(1, 4)]
    assert [len(each) for each in rounds] == [3, 3, 2]
    assert sorted(to for each in rounds for to in each) == sorted(OURS)
    assert reload(campaign_id).status.value == "sent"


def test_a_provider_that_says_slow_down_gets_half_for_a_day_and_loses_nobody() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=8))
    campaign_id = launch_to_addresses(*OURS, *OTHERS)
    send(LATE, RecordingTransport(lambda to: SLOW if to in OURS else ACCEPTED))
    states = Counter(ledger(campaign_id).values())
    assert states == {DeliveryStatus.DEFERRED: 8, DeliveryStatus.ACCEPTED: 4}
    rounds = [send(LATE + timedelta(hours=number)) for number in (1, 2)]
    assert [len(each) for each in rounds] == [4, 4]


def test_a_lowering_without_a_ceiling_ends_after_a_day() -> None:
    with time_machine.travel(LATE, tick=False):
        before = LATE - timedelta(minutes=61)
        assert lower_ceiling(FREE, LoweringReason.COMPLAINTS, before)
        assert not lower_ceiling(FREE, LoweringReason.COMPLAINTS, before + timedelta(minutes=59))
        assert lower_ceiling(FREE, LoweringReason.COMPLAINTS, LATE)
        assert lift_lowering(FREE)
        assert not lift_lowering(FREE)
        assert lower_ceiling(FREE, LoweringReason.REFUSALS, LATE)
    campaign_id = launch_to_addresses(*OTHERS)
    claimed = claim_batch(campaign_id, "sender", now=LATE)
    assert isinstance(claimed, Claim)
    assert claimed.reserved is not None
    record_batch(claimed, [], now=LATE)
    later = claim_batch(campaign_id, "sender", now=LATE + timedelta(days=1, minutes=1))
    assert isinstance(later, Claim)
    assert later.reserved is None


def test_a_lowering_that_is_over_leaves_a_full_ceiling_full() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    lower_ceiling(ORANGE, LoweringReason.COMPLAINTS, LATE - timedelta(days=2))
    launch_to_addresses(*OURS)
    assert len(send(LATE)) == 3
    gate = SendGate(lambda: LATE)
    gate.refresh()
    assert gate.list_due() == []


def test_counts_are_deleted_after_five_weeks_and_not_before() -> None:
    with transaction():
        for days in (1, 34, 36):
            add_use(start_of_hour(LATE - timedelta(days=days)), {ORANGE: 3})
    purge_use(LATE)
    assert db.session.scalar(db.select(db.func.count()).select_from(DomainUse)) == 2


def test_an_erased_person_who_waits_for_a_provider_is_removed() -> None:
    set_ceiling(ORANGE, Ceiling(an_hour=3))
    campaign_id = launch_to_addresses(*OURS)
    send(LATE)
    waiting = [to for to, status in ledger(campaign_id).items() if status is DeliveryStatus.QUEUED]
    assert len(waiting) == 5
    erased = subscriber_at(waiting[0]).id
    with transaction():
        Lock.ERASURE.take()
        assert erase_deliveries(erased, LATE)
    assert len(ledger(campaign_id)) == len(OURS) - 1
    assert len(send(LATE + timedelta(hours=1))) == 3
    assert len(send(LATE + timedelta(hours=2))) == 1
    assert reload(campaign_id).status.value == "sent"
