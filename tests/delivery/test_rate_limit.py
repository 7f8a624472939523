"""One rate for all senders together, however much each of them wants."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from supporters import clock
from supporters.database import transaction
from supporters.delivery.claims import Claim, claim_batch
from supporters.delivery.rate_limit import RateReached, RateShare, take_share
from tests.factories.campaigns import ANNA, BORIS, CHLOE, batches, launch_to_addresses

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


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
