"""A claim takes what is due within one rate, and checks again who still wants the email."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import transaction
from supporters.delivery.campaign_control import cancel_campaign, pause_campaign, resume_campaign
from supporters.delivery.claims import Claim, Recipient, claim_batch
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rate_limit import RateReached, RateShare, take_share
from supporters.delivery.results import record_batch
from supporters.delivery.rules import RETRIES, SMALLEST_BATCH, DeliveryStatus
from supporters.lists.subscriptions import (
    object_to_everything,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)
from supporters.people.addresses import address_mac
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    batches,
    claim,
    launch,
    launch_to_addresses,
    ledger,
    subscriber_at,
)
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
SKIPPED, QUEUED = DeliveryStatus.SKIPPED, DeliveryStatus.QUEUED
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def recipients(campaign_id: int) -> Sequence[Recipient]:
    """Claim the next batch, and return its recipients."""
    claimed = claim(campaign_id)
    assert claimed is not None
    return claimed.recipients


def addresses(campaign_id: int) -> list[str]:
    """Claim the next batch, and return its addresses."""
    return [recipient.address for recipient in recipients(campaign_id)]


def take(wanted: int, *, rate: int, at: datetime = NOW) -> RateShare | RateReached:
    """Take from the common rate in a transaction, as a claim does."""
    with transaction():
        return take_share(wanted, rate=rate, now=at)


def send_for(seconds: int, *, rate: int, senders: int) -> list[datetime]:
    """Let senders take as fast as they can; return when their emails are sent."""
    moments: list[datetime] = []
    free_at = [NOW] * senders
    while (at := min(free_at)) < NOW + timedelta(seconds=seconds):
        sender = free_at.index(at)
        slots = take(100, rate=rate, at=at)
        if isinstance(slots, RateReached):
            free_at[sender] = at + slots.time
            continue
        leaves = [at + slots.starts_in + number * slots.gap for number in range(slots.count)]
        moments += leaves
        free_at[sender] = leaves[-1]
    return sorted(moments)


def test_a_claim_returns_the_people_with_what_their_email_says_of_them() -> None:
    mailing_list = make_list()
    someone = make_subscriber(ANNA, mailing_list, given_name="Anna")
    (recipient,) = recipients(launch(mailing_list))
    assert (recipient.subscriber_id, recipient.address) == (someone.id, ANNA)
    assert (recipient.given_name, recipient.attempts) == ("Anna", 0)
    assert recipient.subscribed_at == someone.created_at


def test_a_claim_names_its_sender() -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id, "sender-7")
    (batch,) = batches(campaign_id)
    assert (batch.claimed_by, batch.claimed_at is not None) == ("sender-7", True)


def test_a_person_who_left_since_the_launch_is_skipped() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.ONE_CLICK)
    assert addresses(campaign_id) == [ANNA]
    assert ledger(campaign_id) == {ANNA: QUEUED, BORIS: SKIPPED}
    assert batches(campaign_id)[0].skipped == 1


def test_a_person_who_left_another_list_still_gets_it() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    someone = make_subscriber(ANNA, national, lyon)
    campaign_id = launch(national)
    unsubscribe_from_list(someone.id, lyon.id, Method.PAGE)
    assert addresses(campaign_id) == [ANNA]


def test_a_person_who_objected_since_the_launch_is_skipped() -> None:
    campaign_id = launch_to_addresses(ANNA)
    object_to_everything(subscriber_at(ANNA).id)
    assert (addresses(campaign_id), ledger(campaign_id)) == ([], {ANNA: SKIPPED})


def test_an_address_that_was_suppressed_since_the_launch_is_skipped() -> None:
    campaign_id = launch_to_addresses(ANNA)
    with transaction():
        suppress(address_mac(ANNA), EVERYTHING, now=clock.now(), until=None)
    assert (addresses(campaign_id), ledger(campaign_id)) == ([], {ANNA: SKIPPED})


def test_a_person_who_left_and_joined_again_gets_no_email_of_the_earlier_consent() -> None:
    mailing_list = make_list()
    someone = make_subscriber(ANNA, mailing_list)
    campaign_id = launch(mailing_list)
    unsubscribe_from_list(someone.id, mailing_list.id, Method.PAGE)
    make_subscriber(ANNA, mailing_list)
    assert (addresses(campaign_id), ledger(campaign_id)) == ([], {ANNA: SKIPPED})
    assert addresses(launch(mailing_list)) == [ANNA]


def test_a_paused_campaign_gives_nothing_until_it_goes_on() -> None:
    campaign_id = launch_to_addresses(ANNA)
    pause_campaign(campaign_id)
    assert claim(campaign_id) is None
    assert ledger(campaign_id) == {ANNA: QUEUED}
    resume_campaign(campaign_id)
    assert addresses(campaign_id) == [ANNA]


def test_a_cancelled_campaign_or_one_that_is_gone_gives_nothing() -> None:
    campaign_id = launch_to_addresses(ANNA)
    cancel_campaign(campaign_id)
    assert claim(campaign_id) is None
    assert claim(404) is None


def test_a_second_claim_finds_nothing_left() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert claim(campaign_id, "first") is not None
    assert claim(campaign_id, "second") is None
    assert batches(campaign_id)[0].claimed_by == "first"


def test_a_batch_without_recipients_is_released_and_settled() -> None:
    campaign_id = launch_to_addresses(ANNA)
    unsubscribe_from_every_list(subscriber_at(ANNA).id, Method.ONE_CLICK)
    assert addresses(campaign_id) == []
    (batch,) = batches(campaign_id)
    assert (batch.claimed_by, batch.due_at, batch.skipped) == (None, None, 1)


def test_a_large_campaign_is_claimed_batch_by_batch() -> None:
    addresses = [f"p{number}@example.org" for number in range(SMALLEST_BATCH + 1)]
    campaign_id = launch_to_addresses(*addresses)
    *claims, last = [claim(campaign_id, sender) for sender in ("a", "b", "c")]
    assert sorted(len(each.recipients) for each in claims if each) == [1, SMALLEST_BATCH]
    assert last is None


def test_a_deferred_email_waits_for_its_time_while_the_others_of_its_batch_are_sent() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    first = claim(campaign_id)
    assert first is not None
    later = next(each for each in first.recipients if each.address == ANNA)
    record_batch(first, [(later, DEFERRED)], now=clock.now())
    assert addresses(campaign_id) == [BORIS]


def test_a_deferred_email_is_claimed_when_its_time_has_come() -> None:
    campaign_id = launch_to_addresses(ANNA)
    send_here(RecordingTransport(lambda _: DEFERRED))
    assert claim(campaign_id) is None
    with time_machine.travel(clock.now() + RETRIES[0], tick=False):
        assert addresses(campaign_id) == [ANNA]


@pytest.mark.both_databases
def test_workers_at_the_same_moment_never_get_the_same_email(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    claims = at_once(app, lambda: claim(campaign_id), workers=4)
    (claimed,) = [each for each in claims if each is not None]
    assert [each.address for each in claimed.recipients] == [ANNA, BORIS, CHLOE]


def test_without_a_limit_everybody_gets_what_they_want() -> None:
    assert take(500, rate=0) == RateShare(count=500)


def test_a_limit_spreads_the_emails_of_half_a_second() -> None:
    slots = take(500, rate=100)
    assert slots == RateShare(count=50, gap=timedelta(milliseconds=10))


def test_a_slow_rate_still_allows_one_email() -> None:
    assert take(500, rate=1) == RateShare(count=1, gap=timedelta(seconds=1))


@pytest.mark.parametrize(("rate", "senders"), [(3, 1), (20, 4), (100, 2), (1000, 8)])
def test_all_senders_together_keep_to_the_rate_and_use_it(rate: int, senders: int) -> None:
    moments = send_for(4, rate=rate, senders=senders)
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= timedelta(seconds=1) / rate - timedelta(microseconds=2)
    in_time = [moment for moment in moments if moment < NOW + timedelta(seconds=4)]
    assert len(in_time) == pytest.approx(4 * rate, abs=1)


def test_no_claim_waits_longer_than_it_may_grow_old() -> None:
    for _ in range(2):
        take(500, rate=100)
    assert take(500, rate=100) == RateReached(timedelta(seconds=0.5))


def test_a_clock_that_was_wrong_does_not_hold_up_anybody() -> None:
    take(1, rate=100, at=NOW + timedelta(days=1))
    assert isinstance(take(1, rate=100), RateShare)


def test_a_claim_only_takes_what_the_rate_allows_and_the_rest_stays_due() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    claim = claim_batch(campaign_id, "sender", now=clock.now(), rate=4)
    assert isinstance(claim, Claim)
    assert (len(claim.recipients), claim.gap) == (2, timedelta(seconds=0.25))


def test_a_claim_beyond_the_rate_leaves_the_batch_to_others() -> None:
    campaign_id = launch_to_addresses(ANNA)
    now = clock.now()
    take(1, rate=1, at=now)
    assert isinstance(claim_batch(campaign_id, "sender", now=now, rate=1), RateReached)
    assert batches(campaign_id)[0].claimed_by is None
