"""A claim takes what is due, and checks once more whether each person still wants the email."""

from collections.abc import Sequence

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import transaction
from supporters.delivery.campaign_control import cancel_campaign, pause_campaign, resume_campaign
from supporters.delivery.claims import Recipient
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rules import RETRIES, SMALLEST_BATCH, DeliveryStatus
from supporters.lists.subscriptions import (
    object_to_everything,
    unsubscribe_from_every_list,
    unsubscribe_from_list,
)
from supporters.people.address_hashes import address_mac
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


def recipients(campaign_id: int) -> Sequence[Recipient]:
    """Claim the next batch, and return its recipients."""
    claimed = claim(campaign_id)
    assert claimed is not None
    return claimed.recipients


def addresses(campaign_id: int) -> list[str]:
    """Claim the next batch, and return its addresses."""
    return [recipient.address for recipient in recipients(campaign_id)]


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
