"""A claim takes what is due, and asks once more whether each person still wants the mail."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppressing import EVERYTHING, suppress
from supporters.database import transaction
from supporters.delivery.claiming import Recipient, claim_batch
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.steering import cancel_campaign, pause_campaign, resume_campaign
from supporters.lists.leaving import leave_every_list, leave_list, object_to_everything
from supporters.people.keys import address_mac
from tests.builders import make_list, make_subscriber
from tests.campaigning import (
    ANNA,
    BORIS,
    CHLOE,
    delivery_to,
    launch,
    launch_to,
    ledger,
    person,
)
from tests.threads import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

CLAIMED, SKIPPED = DeliveryStatus.CLAIMED, DeliveryStatus.SKIPPED
QUEUED, DEFERRED = DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED


def claim(campaign_id: int, worker: str = "worker") -> Sequence[Recipient]:
    """Claim the first batch."""
    claimed = claim_batch(campaign_id, 1, worker)
    assert claimed is not None
    return claimed


def addresses(recipients: Sequence[Recipient]) -> list[str]:
    """Return whom mail would go to."""
    return [recipient.address for recipient in recipients]


def test_a_claim_returns_the_people_with_what_their_mail_says_of_them() -> None:
    mailing_list = make_list()
    someone = make_subscriber(ANNA, mailing_list, given_name="Anna")
    (recipient,) = claim(launch(mailing_list))
    assert (recipient.subscriber_id, recipient.address) == (someone.id, ANNA)
    assert (recipient.given_name, recipient.attempts) == ("Anna", 1)
    assert recipient.subscribed_at == someone.created_at


def test_a_claim_is_signed_by_its_worker() -> None:
    campaign_id = launch_to(ANNA)
    claim(campaign_id, "worker-7")
    row = delivery_to(campaign_id, ANNA)
    assert (row.status, row.claimed_by, row.attempts) == (CLAIMED, "worker-7", 1)


def test_who_left_since_the_launch_is_skipped() -> None:
    campaign_id = launch_to(ANNA, BORIS)
    leave_every_list(person(BORIS).id, Method.ONE_CLICK)
    assert addresses(claim(campaign_id)) == [ANNA]
    assert ledger(campaign_id) == {ANNA: CLAIMED, BORIS: SKIPPED}


def test_who_left_another_list_still_gets_it() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    someone = make_subscriber(ANNA, national, lyon)
    campaign_id = launch(national)
    leave_list(someone.id, lyon.id, Method.PAGE)
    assert addresses(claim(campaign_id)) == [ANNA]


def test_who_objected_since_the_launch_is_skipped() -> None:
    campaign_id = launch_to(ANNA)
    object_to_everything(person(ANNA).id)
    assert (claim(campaign_id), ledger(campaign_id)) == ([], {ANNA: SKIPPED})


def test_an_address_that_was_suppressed_since_the_launch_is_skipped() -> None:
    campaign_id = launch_to(ANNA)
    with transaction():
        suppress(address_mac(ANNA), EVERYTHING, now=clock.now(), until=None)
    assert (claim(campaign_id), ledger(campaign_id)) == ([], {ANNA: SKIPPED})


def test_who_left_and_joined_again_gets_no_mail_of_the_earlier_consent() -> None:
    mailing_list = make_list()
    someone = make_subscriber(ANNA, mailing_list)
    campaign_id = launch(mailing_list)
    leave_list(someone.id, mailing_list.id, Method.PAGE)
    make_subscriber(ANNA, mailing_list)
    assert (claim(campaign_id), ledger(campaign_id)) == ([], {ANNA: SKIPPED})
    assert addresses(claim(launch(mailing_list))) == [ANNA]


def test_a_paused_campaign_gives_nothing_until_it_goes_on() -> None:
    campaign_id = launch_to(ANNA)
    pause_campaign(campaign_id)
    assert claim_batch(campaign_id, 1, "worker") is None
    assert ledger(campaign_id) == {ANNA: QUEUED}
    resume_campaign(campaign_id)
    assert addresses(claim(campaign_id)) == [ANNA]


def test_a_cancelled_campaign_or_one_that_is_gone_gives_nothing() -> None:
    campaign_id = launch_to(ANNA)
    cancel_campaign(campaign_id)
    assert claim_batch(campaign_id, 1, "worker") is None
    assert claim_batch(404, 1, "worker") is None


def test_a_second_claim_finds_nothing_left() -> None:
    campaign_id = launch_to(ANNA, BORIS)
    assert len(claim(campaign_id, "first")) == 2
    assert claim(campaign_id, "second") == []
    assert delivery_to(campaign_id, ANNA).claimed_by == "first"


def test_other_batches_are_left_alone() -> None:
    campaign_id = launch_to(ANNA)
    assert claim_batch(campaign_id, 2, "worker") == []
    assert ledger(campaign_id) == {ANNA: QUEUED}


def test_a_deferred_mail_is_claimed_when_its_time_has_come() -> None:
    campaign_id = launch_to(ANNA)
    with transaction():
        row = delivery_to(campaign_id, ANNA)
        row.status, row.next_attempt_at = DEFERRED, clock.now() + timedelta(minutes=5)
    assert claim(campaign_id) == []
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert addresses(claim(campaign_id)) == [ANNA]


def test_workers_at_the_same_moment_never_get_the_same_mail(app: Flask) -> None:
    campaign_id = launch_to(ANNA, BORIS, CHLOE)
    claims = at_once(app, lambda: claim(campaign_id), workers=4)
    assert sorted(each for claimed in claims for each in addresses(claimed)) == [ANNA, BORIS, CHLOE]
